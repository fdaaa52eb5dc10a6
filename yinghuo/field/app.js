/** Opens the app: loads what the phone keeps, draws the screen that is due, and leads every scan to it. */
import { button, h } from "./draw.js";
import { NoAnswer, Refused } from "./doors.js";
import { stayAwake } from "./feedback.js";
import { read } from "./identity.js";
import * as outbox from "./outbox.js";
import { listen, prepare, stop } from "./scan.js";
import * as session from "./session.js";
import { go, questionScreen, say, stage } from "./stage.js";
import { nameOf, speakIn, t } from "./words.js";
import * as boxes from "./screens/boxes.js";
import * as correct from "./screens/correct.js";
import * as menu from "./screens/menu.js";
import * as people from "./screens/people.js";
import * as start from "./screens/start.js";
import { tube } from "./screens/tube.js";
const SCREENS = {
  enrol: start.enrol, site: start.site, tube, type: people.type, groups: people.groups, group: people.group,
  members: correct.members, move: correct.move, void: correct.void_, tubes: correct.tubes,
  packing: boxes.packing, seal_box: boxes.seal_box, courier: boxes.courier, menu: menu.menu, tray: menu.tray,
};
const { now } = session;
const head = document.getElementById("head");
const main = document.getElementById("screen");
let [line, said] = [Promise.resolve(), ""]; // scans wait for one another; the trouble that was said

/** The screen that is due: nobody works without enrolment, or at no site. */
function due() {
  const { device, manifest } = now;
  const free = ["enrol", "menu", "tray"];
  if (!device) return "enrol";
  if (device.kind === "courier") return ["courier", "type", ...free].includes(stage.name) ? stage.name : "courier";
  return manifest || ["site", ...free].includes(stage.name) ? stage.name : "site";
}
function draw() {
  stage.name = due();
  const make = SCREENS[stage.name];
  if (!make.take) stop();
  dress();
  drawHead();
  main.replaceChildren(...(stage.question ? questionScreen(stage.question) : make(stage.given)));
  main.querySelector("input[data-scan]")?.focus();
}
/** Language, hand, size and theme, as this phone was set. */
function dress() {
  const { language, hand, glove, theme } = now.settings;
  speakIn(language);
  const root = document.documentElement;
  Object.assign(root.dataset, { hand: hand ? "left" : "right", size: glove ? "glove" : "bare", theme: theme ?? "auto" });
}
function drawHead() {
  const { device, manifest, unsent, help } = now;
  const place = device?.kind === "courier" ? device.name : manifest ? nameOf(manifest.site) : "萤火 Yinghuo";
  head.replaceChildren(h("b.place", {}, place));
  if (!device) return;
  const state = outbox.trouble ? "trouble" : unsent ? "waiting" : "done";
  head.append(h("span.sent", { "data-unsent": unsent, "data-help": help, "data-state": state },
    h("span", {}, unsent ? t("unsent", { n: unsent }) : t("all_sent")), help > 0 && h("b", {}, t("help_n", { n: help }))),
  button("menu", "☰", () => go("menu"), { "aria-label": t("menu") }));
}
/** The head follows every count; what stops the sending is said once. */
function counted() {
  drawHead();
  if (outbox.trouble !== said && ["token", "update", "refused"].includes(outbox.trouble)) say(t(`trouble_${outbox.trouble}`), "warn");
  if (outbox.trouble !== said && stage.name === "menu") draw();
  said = outbox.trouble;
}
/** A scan goes to the question that is open, if it waits for one, or to the screen. */
async function take(text) {
  const { question, name, given } = stage;
  const reading = read(text, now.manifest?.ranges);
  if (question && (await question.hear(reading))) return;
  stage.question = null;
  await (SCREENS[name].take ?? tube.take)(reading, given);
}
/** What went wrong in the app is said; what was not stored is never shown as if it were. */
async function failed(error) {
  console.warn(error);
  if (error instanceof Refused && error.code === "device.revoked") return session.wipe();
  if (error instanceof Refused) return say(error.message, "warn");
  return say(t(error instanceof NoAnswer ? "need_network" : "lost"), "warn");
}
/** The manager's QR code opens the app at an address that holds the enrolment code. */
function enrolByAddress() {
  const { kind, value } = read(location.hash);
  if (kind === "enrol") go("enrol", { code: value });
  return kind === "enrol";
}
async function open() {
  await session.load();
  addEventListener("hashchange", enrolByAddress);
  Object.assign(stage, { draw, scanned: (text) => (line = line.then(() => take(text)).catch(failed)) });
  addEventListener("unhandledrejection", (event) => failed(event.reason, event.preventDefault()));
  addEventListener("popstate", () => Object.assign(stage, { name: "tube", given: {}, question: null }) && draw());
  session.onChange(draw);
  session.onCount(counted);
  listen(stage.scanned);
  if (!enrolByAddress()) draw();
  if (!now.device) return;
  stayAwake();
  session.forget();
  prepare().catch(() => undefined); // without a network it stands in the cache, or typing is left
}
await navigator.serviceWorker?.register("/field/sw.js", { scope: "/field/", type: "classic" });
await open();
outbox.watch();
