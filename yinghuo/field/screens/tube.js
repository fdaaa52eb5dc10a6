/** The screen of the whole shift: the tube that is open, its big count, and what comes next. */
import { button, h, hour, row, screen } from "../draw.js";
import { fault, issued, keyOf, shown } from "../identity.js";
import { look, looking, stop } from "../scan.js";
import { now } from "../session.js";
import * as shift from "../shift.js";
import { ask, go, say, stage, waits } from "../stage.js";
import { t } from "../words.js";
const most = () => now.manifest.campaign.mode;

/** Starts the camera, or says that there is none. */
export const startCamera = () => look(stage.scanned).then(() => stage.draw(), () => say(t("no_camera"), "warn"));
const closeCamera = () => stage.draw(stop());
export function tube() {
  const open = now.tubes.get(now.open);
  const stale = Date.parse(now.manifest.valid_until) < Date.now() + now.offset_ms && h("p.warn", {}, t("stale"));
  return open ? filling(open, stale) : waiting(stale);
}
tube.take = ({ kind, value }) => {
  if (kind === "code") return takeTube(value);
  if (kind === "person") return takePerson({ person: value, name: nameOfMember(value) });
  if (kind === "identity") return takeIdentity(value);
  return say(t("unclear", { text: value.slice(0, 40) }), "warn");
};
function waiting(stale) {
  const last = [...now.tubes.values()].filter(({ state }) => state === "sealed").sort((a, b) => b.at - a.at)[0];
  const above = [stale, h("h1", {}, t(looking() ? "looking_tube" : "scan_tube")), h("p.help", {}, t("scan_tube_help"))];
  if (last) above.push(h("p.last", {}, t("sealed", { tube: last.code, n: last.people.length })));
  const tools = row(button("small", t("type_tube"), () => go("type", { what: "code", back: "tube" })),
    button("small", t("tubes"), () => go("tubes")));
  return screen("tube", above, [tools, camera("scan_tube")]);
}
function filling({ code, people }, stale) {
  const [n, last] = [people.length, people.at(-1)];
  const state = n > most() ? "warn" : n === most() ? "full" : "";
  const above = [
    stale, h("p.code", {}, code),
    h(`p.count${state && `.${state}`}`, { "data-count": n }, h("b", {}, String(n)), h("span", {}, t("of", { n: most() }))),
    n > most() && h("p.warn", {}, t("over", { n: most() })),
    last ? h("p.last", {}, `${shown(last)} · ${hour(last.at)}`) : h("p.help", {}, t(looking() ? "looking_person" : "scan_person")),
  ];
  const tools = row(button("small", t("type"), () => go("type", { what: "number", back: "tube" })),
    now.manifest.groups.length > 0 && button("small", t("group"), () => go("groups")),
    button("small", t("undo"), takeBack, { disabled: !n }), button("small", t("members"), () => go("members", { code })));
  const close = n > 0 && button(looking() || n >= most() ? "big" : "second", t("seal", { n }), sealNow);
  const scan = looking() ? camera() : n >= most() ? button("second", t("scan_person"), startCamera) : camera("scan_person");
  return screen("tube", above, looking() || n >= most() ? [tools, scan, close] : [tools, close, scan]);
}
/** The button for the camera: with these words while it is closed. */
export const camera = (words) => looking() ? button("second", t("stop"), closeCamera) : button("big", t(words), startCamera);
async function takeTube(code) {
  const open = now.tubes.get(now.open);
  if (code === now.open) return say(t("already_open", { tube: code }));
  if (!open?.people.length) return beginTube(code);
  const onward = async () => {
    await sealNow();
    await beginTube(code);
  };
  const words = t("next_tube", { tube: open.code, n: t("count", { n: open.people.length }), next: code });
  const again = (reading) => reading.value === code && onward().then(() => true);
  return ask(words, [[t("next_yes"), onward], [t("next_no"), () => {}]], (reading) => again(reading) || waits(words)(reading));
}
async function beginTube(code) {
  const known = now.tubes.get(code);
  const closed = known && known.state !== "open";
  if (!closed && issued(code, now.manifest.ranges)) return begin(code);
  const facts = closed && { tube: code, at: hour(known.at), state: t(`state_${known.state}`), n: t("count", { n: known.people.length }) };
  const words = closed ? t("known_tube", facts) : t("strange", { tube: code });
  return ask(words, [[t("use_no"), () => {}], [t("use_yes"), () => begin(code)]], waits(words));
}
async function begin(code) {
  await shift.closeTube();
  await shift.openTube(code);
  go("tube");
  say(t("opened", { tube: code }));
}
async function takePerson(who) {
  if (!now.open) return say(t("tube_first"), "warn");
  const seen = await shift.seenBefore(who);
  if (!seen) return add([who]);
  const words = t("twice", { who: shown(who), at: hour(seen.at), tube: seen.tube });
  return ask(words, [[t("twice_no"), () => {}], [t("twice_yes"), () => add([who])]]);
}
/** An identity number, scanned or typed; one whose check digit fails is looked at first. */
export const takeIdentity = (number, sure = false) =>
  fault(number) && !sure ? go("type", { what: "number", value: number, back: "tube" })
    : takePerson({ identity: { number, name: "" }, ...(fault(number) && { doubt: "identity" }) });
/** Records people and says how many there are. */
export async function add(people) {
  const filled = await shift.addPeople(people);
  if (!filled) return say(t("tube_first"), "warn");
  const n = filled.people.length;
  const words = n === most() ? t("full") : t("added", { who: people.length > 1 ? t("count", { n: people.length }) : shown(people[0]) });
  go("tube");
  return say(words, n > most() ? "warn" : n === most() ? "full" : "ok", n < most() ? n : `${n} · ${t(n > most() ? "over" : "full", { n: most() })}`);
}
async function takeBack() {
  const gone = await shift.undo();
  stage.draw();
  if (gone) say(t("undone", { who: shown(gone) }));
}
async function sealNow() {
  const sealed = await shift.seal();
  go("tube");
  if (sealed) say(t("sealed", { tube: sealed.code, n: sealed.people.length }), "full");
}
/** A group's member's name, as the manifest shows it. */
const nameOfMember = (person) => now.manifest.groups.flatMap(({ members }) => members).find((one) => one.person === person)?.name ?? "";
