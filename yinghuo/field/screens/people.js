/** People without a code: typing a number with its check digit told at once, and prepared groups by one tap. */
import { button, choice, field, finder, h, hour, keypad, onEnter, row, screen, toggled } from "../draw.js";
import { fault, issued, read } from "../identity.js";
import { now } from "../session.js";
import { seenBefore } from "../shift.js";
import { go, stage } from "../stage.js";
import { t } from "../words.js";
import { add, takeIdentity } from "./tube.js";
const DIGITS = 18;
const SHOWN = 60;

/** Types an identity number ("number") or the code of a tube or a box ("code"). */
export function type({ what, value = "", back = "tube", ...given }) {
  const leave = button("small", t("back"), () => go(back, given));
  if (what === "code") return typeCode(() => go(back, given), leave);
  const [label, verdict] = [field(t("number"), { value, inputmode: "none", "data-scan": true }), h("p.verdict", { role: "status" })];
  const input = label[0].querySelector("input");
  const send = button("big", t("add"), () => submit(input.value, true));
  input.oninput = () => judge(input, verdict, send);
  onEnter(input, () => submit(input.value, false));
  judge(input, verdict, send);
  return screen("type", [...label, verdict], [keypad(input, "X"), row(leave), send]);
}
function typeCode(onward, leave) {
  const [label] = field(t("code"), { "data-scan": true, autocapitalize: "characters", maxlength: 40 });
  const input = label.querySelector("input");
  const use = () => input.value.trim() && (onward(), stage.scanned(input.value));
  onEnter(input, use);
  return screen("type", [label], [row(leave), button("big", t("use"), use)]);
}
function judge(input, verdict, send) {
  input.value = input.value.trim().toUpperCase();
  const wrong = fault(input.value);
  const off = DIGITS - input.value.length;
  const told = wrong === "length" ? (off < 0 ? "long" : "length") : wrong || "none";
  verdict.textContent = input.value ? t(`fault_${told}`, { n: Math.abs(off) }) : "";
  verdict.className = `verdict ${wrong === "check" ? "warn" : wrong ? "" : "good"}`;
  send.textContent = t(wrong === "check" ? "anyway" : "add");
  send.disabled = wrong === "length";
}
/** A scanner types its codes here too; only a pressed button means "add anyway". */
function submit(value, sure) {
  const { ranges } = now.manifest;
  if (read(value, ranges).kind === "person" || issued(value, ranges)) return stage.scanned(value);
  if (fault(value) === "length" || (fault(value) && !sure)) return undefined;
  go("tube");
  return takeIdentity(value, sure);
}
export function groups() {
  const line = ({ key, name, members }) => choice(name, t("count", { n: members.length }), () => openGroup(key));
  const find = (wanted) => now.manifest.groups.filter(({ name }) => name.includes(wanted)).slice(0, SHOWN).map(line);
  return screen("groups", [h("h1", {}, t("groups")), ...finder(find)], [row(button("small", t("back"), () => go("tube")))]);
}
/** Who of the group was swabbed in this round already is left out from the start. */
async function openGroup(key) {
  const { members } = now.manifest.groups.find((one) => one.key === key);
  const seen = await Promise.all(members.map(({ person }) => seenBefore({ person })));
  const before = Object.fromEntries(members.map(({ person }, place) => [person, seen[place]?.at]));
  go("group", { key, before, out: members.filter(({ person }) => before[person]).map(({ person }) => person) });
}
export function group({ key, before, out }) {
  const { name, members } = now.manifest.groups.find((one) => one.key === key);
  const tube = now.tubes.get(now.open);
  const places = now.manifest.campaign.mode - (tube?.people.length ?? 0);
  const chosen = members.filter(({ person }) => !out.includes(person));
  const chip = ({ person, name: who }) => choice(who, before[person] && hour(before[person]),
    () => go("group", { key, before, out: toggled(out, person) }), !out.includes(person));
  const room = h(`p.help${chosen.length > places ? ".warn" : ""}`, {}, t("places", { n: Math.max(0, places) }));
  return screen("group", [h("h1", {}, name), room, h("p.help", {}, t("left_out")), h("ul.list.chips", {}, members.map(chip))], [
    row(button("small", t("back"), () => go("groups"))),
    button("big", t("add_n", { n: chosen.length }), () => add(chosen), { disabled: !chosen.length }),
  ]);
}
