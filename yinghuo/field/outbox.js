/** Sends what was recorded, deletes only what the server names as kept, and puts what it cannot read into the tray. */
import { ask, NoAnswer, Refused, SCHEMA } from "./doors.js";
import * as session from "./session.js";
import * as store from "./store.js";
const DOORS = ["swabs", "corrections", "tubes", "voids", "boxes", "handovers", "follow-ups"];
const [LOCK, MOST] = ["yinghuo-outbox", 200];
const [SOON_MS, EVERY_MS, LONGEST_MS] = [1_500, 20_000, 120_000]; // soon: a scan or two more go out together
const status = { pause_ms: 0, asked_ms: 0, timer: 0, most: MOST, soon: false }; // asked_ms: the patience a busy server asks for

/** Why nothing goes out: "" | "network" | "server" | "token" | "update" | "refused". */
export let trouble = "";
/** Sends now; one tab at a time, and whoever comes second leaves it to the first. */
export async function flush() {
  clearTimeout(status.timer);
  status.soon = false;
  if (!session.now.device) return;
  await navigator.locks.request(LOCK, { ifAvailable: true }, async (mine) => mine && attempt())
    .finally(() => (status.timer = setTimeout(flush, status.pause_ms || EVERY_MS)));
}
/** Watches for everything that may mean "now it works". */
export function watch() {
  addEventListener("online", flush);
  session.onFact(soon);
  document.addEventListener("visibilitychange", () => document.hidden || flush());
  flush();
}
function soon() {
  if (status.soon || status.pause_ms) return;
  status.soon = true;
  clearTimeout(status.timer);
  status.timer = setTimeout(flush, SOON_MS);
}
async function attempt() {
  let failure = null;
  for (const door of DOORS) {
    try {
      while (await sendBatch(door));
    } catch (error) {
      if (!(error instanceof Refused || error instanceof NoAnswer)) throw error;
      failure = error;
      if (error instanceof NoAnswer || error.status === 401) break; // no network, or no token: no other door either
    }
  }
  await judge(failure);
}
/** One batch of a door; true while there may be more. */
async function sendBatch(door) {
  const waiting = await store.pairs("outbox", { prefix: `${door}/`, most: status.most });
  if (!waiting.length) return false;
  const items = waiting.map(([, item]) => item);
  const sent_at = new Date(await session.time()).toISOString();
  const { body, wait_s } = await ask(door, { body: { schema: SCHEMA, sent_at, [door]: items } });
  status.asked_ms = wait_s * 1000 * (0.75 + Math.random() / 2); // not all phones at once
  const gone = settle(door, items, body);
  if (gone.length) await store.write(gone);
  await session.tell();
  status.most = MOST;
  return gone.length > 0;
}
/** What an answer changes: kept items leave, malformed ones move to the tray, all others stay. */
function settle(door, items, { kept = [], malformed = [] }) {
  const named = new Set(kept);
  const wrong = malformed.map((one) => [items.find(({ id }) => id === one.id) ?? items[one.index], one]);
  const moved = wrong.filter(([item]) => item && !named.has(item.id)).flatMap(([item, one]) => [
    ["outbox", `${door}/${item.id}`, undefined],
    ["tray", item.id, { door, item, reason: `${one.code} ${one.detail}` }],
  ]);
  const left = items.filter(({ id }) => named.has(id)).map(({ id }) => ["outbox", `${door}/${id}`, undefined]);
  return [...left, ...moved];
}
async function judge(failure) {
  if (failure?.code === "device.revoked") return session.wipe();
  trouble = failure ? named(failure) : "";
  if (failure?.status >= 500) status.most = Math.max(1, status.most >> 1); // perhaps one item of many is at fault
  const longer = Math.min(LONGEST_MS, Math.max(2_000, status.pause_ms * (1.5 + Math.random())));
  const pause_ms = failure ? (failure.wait_s ?? 0) * 1000 || longer : status.asked_ms;
  Object.assign(status, { pause_ms, asked_ms: 0 });
  await session.recount();
}
function named(failure) {
  if (failure instanceof NoAnswer) return "network";
  if (failure.status === 401) return "token";
  if (failure.code.startsWith("batch.schema")) return "update";
  return failure.status >= 500 || failure.status === 429 ? "server" : "refused";
}
/** The file for the console: what needs help and what is unsent, sealed for this device. */
export async function exported() {
  const items = (await store.pairs("tray")).map(([, one]) => one);
  const unsent = (await store.pairs("outbox")).map(([key, item]) => ({ door: key.split("/")[0], item, reason: "" }));
  const made_at = new Date(await session.time()).toISOString();
  const { device } = session.now.device;
  const file = { device, made_at, schema: SCHEMA, ...(await store.sealed({ items, unsent })) };
  return { name: `yinghuo-${device}-${made_at.slice(0, 10)}.json`, text: JSON.stringify(file), ids: items.map(({ item }) => item.id) };
}
