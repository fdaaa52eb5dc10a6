/** Asks the server: token, patience, and its time learnt from each answer. */
import { wall } from "./clock.js";
import * as session from "./session.js";
import { language } from "./words.js";
const PATIENCE_MS = 30_000;
export const SCHEMA = 2;

/** What the server refused: a stable code, its sentence, and when to ask again. */
export class Refused extends Error {
  constructor({ status, body, wait_s }) {
    super(body.detail ?? `HTTP ${status}`);
    Object.assign(this, { status, code: body.code ?? "", wait_s });
  }
}
/** No whole answer came. */
export class NoAnswer extends Error {}
/** The answer as {status, body, etag}; Refused when the server says no, NoAnswer when nothing or only half of it came. */
export async function ask(path, { body: sent, etag, patience_ms = PATIENCE_MS } = {}) {
  const asked = wall();
  const answer = await whole(path, sent, etag, AbortSignal.timeout(patience_ms)).catch((error) => {
    throw new NoAnswer(error.message);
  });
  const told = Date.parse(answer.body.server_time ?? answer.date ?? "");
  if (told) await session.learn(told, asked, wall());
  if (answer.status >= 400) throw new Refused(answer);
  return answer;
}
async function whole(path, sent, etag, signal) {
  const method = sent ? "POST" : "GET";
  const options = { method, headers: headers(etag), body: sent && JSON.stringify(sent), cache: "no-store", credentials: "omit", signal };
  const answer = await fetch(`/api/v1/${path}`, options);
  const text = await answer.text();
  const json = text && /json/.test(answer.headers.get("Content-Type"));
  const [time, date, tag, later, wait] = ["Yinghuo-Time", "Date", "ETag", "Retry-After", "Yinghuo-Wait"].map((name) => answer.headers.get(name));
  const body = answer.ok || json ? JSON.parse(text) : {}; // a good answer without its words is no answer
  return { status: answer.status, body, date: time ?? date, etag: tag, wait_s: Number(later ?? wait) || 0 };
}
function headers(etag) {
  const given = { "Accept-Language": language(), "Content-Type": "application/json" };
  if (session.now.device) given.Authorization = `Bearer ${session.now.device.token}`;
  if (etag) given["If-None-Match"] = etag;
  return given;
}
