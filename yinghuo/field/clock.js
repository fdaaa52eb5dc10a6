/** Ids and times that only ever grow, even on a phone whose clock is wrong or jumps back. */
const COUNTS = 4096; // rand_a of a UUIDv7 (RFC 9562): 12 bits, here a counter within the millisecond
const NOTICED_MS = 2000; // the Date header knows whole seconds only
const DAY_MS = 24 * 3600_000;
export const START = { offset_ms: 0, last_ms: 0, count: 0 };
const opened = { wall_ms: Date.now(), since_ms: performance.now() };

/** The device's clock; while the page is open, setting it back is not believed. */
export const wall = () => Math.max(Date.now(), opened.wall_ms + performance.now() - opened.since_ms);
/** The clock after one more moment: never earlier than the last, never the same id. */
export function tick(clock) {
  const ms = Math.round(wall() + clock.offset_ms);
  if (ms > clock.last_ms) return { ...clock, last_ms: ms, count: random(COUNTS / 2) };
  if (clock.count + 1 < COUNTS) return { ...clock, count: clock.count + 1 };
  return { ...clock, last_ms: clock.last_ms + 1, count: random(COUNTS / 2) };
}
export const moment = (ms) => new Date(ms).toISOString();
/** UUIDv7 of a moment. */
export function id(clock) {
  const hex = clock.last_ms.toString(16).padStart(12, "0");
  const tail = [...crypto.getRandomValues(new Uint8Array(8))];
  tail[0] = (tail[0] & 0x3f) | 0x80;
  const rest = tail.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const count = clock.count.toString(16).padStart(3, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${count}-${rest.slice(0, 4)}-${rest.slice(4)}`;
}
/** The clock after the server told its time (ms) in an answer asked for at `asked` and heard at `heard` (wall). */
export function learn(clock, server_ms, asked, heard) {
  const offset_ms = Math.round(server_ms - (asked + heard) / 2);
  const wrong_ms = Math.abs(offset_ms - clock.offset_ms);
  if (wrong_ms <= NOTICED_MS + (heard - asked) / 2) return clock;
  const last_ms = clock.last_ms - server_ms > DAY_MS ? Math.round(server_ms) : clock.last_ms; // a clock gone mad is given up
  return { ...clock, offset_ms, last_ms };
}
const random = (below) => crypto.getRandomValues(new Uint16Array(1))[0] % below;
