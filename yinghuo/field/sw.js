/** Keeps the app's own files on the phone, so that it opens without a network; facts never pass through here. */
const SHELL = "field-VERSION";
const READER = "field-reader";
const files = "FILES".split(" ");

self.addEventListener("install", (event) => {
  const anew = files.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(anew)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(clean().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(kept("/field/index.html", SHELL));
  else if (files.includes(pathname)) event.respondWith(kept(pathname, SHELL));
  else if (/\/zxing[-_]reader\.(js|wasm)$/.test(pathname)) event.respondWith(kept(pathname, READER));
});
async function kept(address, name) {
  const cache = await caches.open(name);
  const found = await cache.match(address);
  if (found) return found;
  const answer = await fetch(address);
  if (answer.ok) await cache.put(address, answer.clone());
  return answer;
}
async function clean() {
  const old = (await caches.keys()).filter((name) => name.startsWith("field-") && name !== SHELL && name !== READER);
  await Promise.all(old.map((name) => caches.delete(name)));
}
