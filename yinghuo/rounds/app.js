/** Opens the follow-up teams' app: what the phone keeps, the screen that is due, and an end to the list at midnight. */
import { button, h } from "/field/draw.js";
import { NoAnswer, Refused } from "/field/doors.js";
import { read } from "/field/identity.js";
import * as outbox from "/field/outbox.js";
import * as session from "/field/session.js";
import { go, say, stage } from "/field/stage.js";
import { speakIn, t as common } from "/field/words.js";
import * as screens from "./screens.js";
import { t } from "./words.js";

const { now } = session;
const [head, main] = ["head", "screen"].map((id) => document.getElementById(id));
const LOOK_MS = 30_000;
let said = "";

/** The screen that is due: nobody works without enrolment, or without a round of today. */
function due() {
  if (!now.device) return "enrol";
  if (stage.name === "menu" || stage.name === "rounds") return stage.name;
  if (!now.manifest) return "rounds";
  return stage.name === "visit" ? "visit" : "list";
}
function draw() {
  stage.name = due();
  const { language, theme } = now.settings;
  speakIn(language);
  document.documentElement.dataset.theme = theme ?? "auto";
  drawHead();
  main.replaceChildren(...screens[stage.name](stage.given));
}
function drawHead() {
  const { device, manifest, unsent, help } = now;
  head.replaceChildren(h("b.place", {}, manifest?.building || device?.name || t("title")));
  if (!device) return;
  const state = outbox.trouble ? "trouble" : unsent ? "waiting" : "done";
  head.append(h("span.sent", { "data-unsent": unsent, "data-help": help, "data-state": state },
    h("span", {}, unsent ? common("unsent", { n: unsent }) : common("all_sent")), help > 0 && h("b", {}, common("help_n", { n: help }))),
  button("menu", "☰", () => go(stage.name === "menu" ? "list" : "menu"), { "aria-label": common("menu") }));
}
/** The head follows every count; what stops the sending is said once. */
function counted() {
  drawHead();
  const stops = ["token", "update", "refused"].includes(outbox.trouble);
  if (stops && outbox.trouble !== said) say(common(`trouble_${outbox.trouble}`), "warn");
  said = outbox.trouble;
}
/** A list of another day is no longer anybody's: names and rooms go, what was recorded stays sealed until it is sent. */
async function look() {
  const today = screens.dayOf(await session.time());
  if (!now.manifest || now.manifest.day === today) return;
  await session.keep("manifest", undefined);
  go("rounds");
  say(t("wiped"), "warn");
}
async function failed(error) {
  console.warn(error);
  if (error instanceof Refused && error.code === "device.revoked") return session.wipe();
  if (error instanceof Refused) return say(error.message, "warn");
  return say(common(error instanceof NoAnswer ? "need_network" : "lost"), "warn");
}
/** The manager's QR code opens the app at an address that holds the enrolment code. */
function enrolByAddress() {
  const { kind, value } = read(location.hash);
  if (kind === "enrol") go("enrol", { code: value });
  return kind === "enrol";
}
async function open() {
  await session.load();
  Object.assign(stage, { name: "list", draw });
  addEventListener("hashchange", enrolByAddress);
  addEventListener("popstate", () => Object.assign(stage, { name: "list", given: {} }) && draw());
  addEventListener("unhandledrejection", (event) => failed(event.reason, event.preventDefault()));
  document.addEventListener("visibilitychange", () => document.hidden || look());
  session.onChange(draw);
  session.onCount(counted);
  if (!enrolByAddress()) draw();
  await look();
  setInterval(look, LOOK_MS);
}
await navigator.serviceWorker?.register("/rounds/sw.js", { scope: "/rounds/", type: "classic" });
await open();
outbox.watch();
