/** What the phone keeps: one IndexedDB, sealed with AES-GCM by keys that cannot be read out, written in one transaction. */
const NAME = `yinghuo-${location.pathname.split("/")[1]}`; // an app each: /field/ and /rounds/
const STORES = ["keys", "plain", "kept", "tubes", "seen", "outbox", "tray"];
const OPEN = new Set(["keys", "plain"]); // keys themselves; settings and clock, which say nothing of anybody
const keys = new Map();
let database, current;

/** Opens the database and loads the keys; returns the device whose key seals from now on, if there is one. */
export async function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
  database ??= await done(request);
  for (const [name, key] of await pairs("keys")) keys.set(name, key);
  current = await get("plain", "current");
  return current;
}
/** Keeps a device's key from enrolment (base64); older keys stay, for what they sealed. */
export async function addKey(device, base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const root = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8("seen on this phone") };
  const key = {
    seal: await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]),
    mark: await crypto.subtle.deriveKey(derivation, root, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
  };
  bytes.fill(0);
  keys.set(device, key);
  current = device;
  await write([["keys", device, key], ["plain", "current", device]]);
}
/** A person's mark in `seen`: the same on this phone, nothing elsewhere. */
export const markOf = async (person) => base64(await crypto.subtle.sign("HMAC", keys.get(current).mark, utf8(person)));
/** What stands under a key; undefined for no key. */
export const get = async (store, key) => key && unseal(store, key, await done(from(store).get(key)));
export const count = (store) => done(from(store).count());
/** [[key, value]] of a store, in order; at most `most`, and only keys that begin with `prefix`. */
export async function pairs(store, { prefix = "", most } = {}) {
  const range = prefix ? IDBKeyRange.bound(prefix, `${prefix}\uffff`) : undefined;
  const source = from(store);
  const [names, values] = await Promise.all([done(source.getAllKeys(range, most)), done(source.getAll(range, most))]);
  return Promise.all(names.map(async (name, place) => [name, await unseal(store, name, values[place])]));
}
/** Writes [[store, key, value or undefined]], all or nothing; undefined deletes. Resolves when it is on disk. */
export async function write(changes) {
  const ready = await Promise.all(changes.map(async ([store, key, value]) => [store, key, await seal(store, key, value)]));
  const transaction = database.transaction([...new Set(ready.map(([store]) => store))], "readwrite", { durability: "strict" });
  for (const [store, key, value] of ready) {
    if (value === undefined) transaction.objectStore(store).delete(key);
    else transaction.objectStore(store).put(value, key);
  }
  await finished(transaction);
}
/** Forgets everything: facts, people, keys. */
export async function wipe() {
  const transaction = database.transaction(STORES, "readwrite", { durability: "strict" });
  STORES.forEach((name) => transaction.objectStore(name).clear());
  await finished(transaction);
  keys.clear();
  current = undefined;
}
/** {nonce, sealed} in base64, as the console opens it. */
export async function sealed(value) {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const text = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, keys.get(current).seal, utf8(JSON.stringify(value)));
  return { nonce: base64(nonce), sealed: base64(text) };
}
async function seal(store, key, value) {
  if (OPEN.has(store) || value === undefined) return value;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bound = { name: "AES-GCM", iv, additionalData: utf8(`${store}/${key}`) };
  const text = await crypto.subtle.encrypt(bound, keys.get(current).seal, utf8(JSON.stringify(value)));
  return { by: current, iv, text };
}
async function unseal(store, key, given) {
  if (OPEN.has(store) || given === undefined) return given;
  const bound = { name: "AES-GCM", iv: given.iv, additionalData: utf8(`${store}/${key}`) };
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(bound, keys.get(given.by).seal, given.text)));
}
const utf8 = (text) => new TextEncoder().encode(text);
const base64 = (bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));
const from = (store) => database.transaction(store).objectStore(store);
const done = (request) => new Promise((good, bad) =>
  Object.assign(request, { onsuccess: () => good(request.result), onerror: () => bad(request.error) }));
const finished = (transaction) => new Promise((good, bad) =>
  Object.assign(transaction, { oncomplete: good, onabort: () => bad(transaction.error) }));
