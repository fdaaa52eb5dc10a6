// Keeps the verifying page and what it needs on the device, so that it opens without network; fresh when there is one.

const STORE = "yinghuo-verify-1";
const PAGES = ["/verify", "/verify/zh", "/verify/en"];
const PARTS = ["tokens.css", "base.css", "layout.css", "parts.css", "forms.css", "lookups.css", "firefly.svg", "verify.js"];
const KEPT = [...PAGES, ...PARTS.map((name) => `/static/${name}`)];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(KEPT)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

async function answer(request) {
  const store = await caches.open(STORE);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await store.put(request, fresh.clone());
    return fresh;
  } catch {
    return (await store.match(request, { ignoreVary: true, ignoreSearch: true })) ?? Response.error();
  }
}

addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method === "GET" && KEPT.includes(pathname)) event.respondWith(answer(event.request));
});
