/** What this phone knows now, and the one way to record: facts and the state they change in one transaction. */
import * as clock from "./clock.js";
import * as store from "./store.js";
const LOCK = "yinghuo-facts"; // one tab at a time reads, decides and writes
const KEPT_MS = 36 * 3600_000; // closed tubes with their people stay so long, for undoing and moving
const tabs = new BroadcastChannel("yinghuo-field");
export const now = { device: null, manifest: null, sites: [], open: "", box: null, tubes: new Map(), settings: {}, unsent: 0, help: 0 };
const heard = new EventTarget();
export const onChange = (listener) => heard.addEventListener("change", listener);
export const onCount = (listener) => heard.addEventListener("count", listener);
export const onFact = (listener) => heard.addEventListener("fact", listener);

/** Reads everything anew, while nobody writes; other tabs' work is seen through this. */
export async function load() {
  await store.open();
  await navigator.locks.request(LOCK, { mode: "shared" }, read);
  await recount();
}
async function read() {
  const [device, manifest, sites, open, box] = await Promise.all(
    ["device", "manifest", "sites", "open", "box"].map((name) => store.get("kept", name)));
  const settings = (await store.get("plain", "settings")) ?? {};
  now.offset_ms = (await store.get("plain", "clock"))?.offset_ms ?? 0;
  const tubes = new Map(await store.pairs("tubes"));
  Object.assign(now, { device, manifest, sites: sites ?? [], open: open ?? "", box, tubes, settings });
}
/** Counts again what is not sent and what needs help. */
export async function recount() {
  [now.unsent, now.help] = await Promise.all([store.count("outbox"), store.count("tray")]);
  heard.dispatchEvent(new Event("count"));
}
/** Records what `decide` makes with `fact(door, fields)` and `put(store, key, value)`: all is on disk when this resolves, or nothing. */
export function record(decide) {
  return navigator.locks.request(LOCK, async () => {
    const changes = [];
    let time = (await store.get("plain", "clock")) ?? clock.START;
    const put = (...change) => changes.push(change);
    const fact = (door, fields) => {
      time = clock.tick(time);
      const item = { id: clock.id(time), at: clock.moment(time.last_ms), ...fields };
      put("outbox", `${door}/${item.id}`, item);
      return item;
    };
    const result = await decide(fact, put);
    if (changes.length) await store.write([...changes, ["plain", "clock", time]]);
    changes.forEach((change) => remember(...change));
    await tell();
    if (changes.some(([name]) => name === "outbox")) heard.dispatchEvent(new Event("fact"));
    return result;
  });
}
/** Changes what is no fact: settings, manifest, a box being packed. */
export const keep = (name, value) => record(async (_fact, put) => put(name === "settings" ? "plain" : "kept", name, value));
/** Learns the server's time, for facts to come. */
export const learn = (server_ms, asked, answered) =>
  navigator.locks.request(LOCK, async () => {
    const before = (await store.get("plain", "clock")) ?? clock.START;
    const after = clock.learn(before, server_ms, asked, answered);
    if (after !== before) await store.write([["plain", "clock", after]]);
  });
/** The corrected time of this moment, in ms. */
export const time = async () => clock.wall() + ((await store.get("plain", "clock")) ?? clock.START).offset_ms;
/** Forgets closed tubes and marks of people after a day and a half: a phone holds no more than its work needs. */
export const forget = () =>
  record(async (_fact, put) => {
    const before = (await time()) - KEPT_MS;
    for (const [code, { at }] of await store.pairs("tubes")) if (code !== now.open && at < before) put("tubes", code, undefined);
    for (const [mark, seen] of await store.pairs("seen")) if (seen.at < before) put("seen", mark, undefined);
  });
/** The device was revoked: nothing stays. */
export async function wipe() {
  await navigator.locks.request(LOCK, () => store.wipe());
  await tell();
  await load();
  now.revoked = true;
  heard.dispatchEvent(new Event("change"));
}
/** Says to the other tabs and to this one's head that something changed. */
export async function tell() {
  tabs.postMessage("changed");
  await recount();
}
function remember(name, key, value) {
  if (name === "tubes") value ? now.tubes.set(key, value) : now.tubes.delete(key);
  if (name === "kept" || key === "settings") now[key] = value ?? (key === "open" ? "" : null);
}
tabs.addEventListener("message", async () => {
  await load();
  heard.dispatchEvent(new Event("change"));
});
