/** Putting right what went wrong: moving people to another tube, voiding a tube, finding an earlier one. */
import { button, choice, field, h, hour, row, screen, toggled } from "../draw.js";
import { shown } from "../identity.js";
import { now } from "../session.js";
import * as shift from "../shift.js";
import { go, say } from "../stage.js";
import { t } from "../words.js";
import { startCamera } from "./tube.js";
import { looking } from "../scan.js";
const REASONS = ["leaked", "broken", "empty", "mislabelled", "other"];

export function members({ code, chosen = [] }) {
  const { people, state } = now.tubes.get(code);
  const line = (one) => choice(shown(one), hour(one.at),
    () => go("members", { code, chosen: toggled(chosen, one.swab) }), chosen.includes(one.swab));
  const away = () => shift.closeTube().then(() => go("tube"));
  const above = [h("p.code", {}, code), h("p", {}, `${t(`state_${state}`)} · ${t("count", { n: people.length })}`),
    h("p.help", {}, t("select")), h("ul.list", {}, people.map(line))];
  const tools = row(button("small", t("back"), () => go("tube")), button("small", t("void"), () => go("void", { code })),
    code === now.open && button("small", t("put_away"), away));
  const onward = button("big", t("move_n", { n: chosen.length }), () => go("move", { code, chosen }), { disabled: !chosen.length });
  return screen("members", above, [tools, onward]);
}
/** Waits for the tube that the chosen people go to. */
export function move({ code, chosen }) {
  const above = [h("h1", {}, t("move_to")), h("p", {}, t("move_n", { n: chosen.length }))];
  const tools = row(button("small", t("cancel"), () => go("members", { code, chosen })),
    button("small", t("type_tube"), () => go("type", { what: "code", back: "move", code, chosen })));
  return screen("move", above, [tools, looking() ? "" : button("big", t("scan_tube"), startCamera)]);
}
move.take = async ({ kind, value }, { code, chosen }) => {
  if (kind !== "code" || value === code) return say(t("unclear", { text: value }), "warn");
  await shift.move(code, chosen, value);
  go("tube");
  return say(t("moved", { n: chosen.length, tube: value }));
};
function voiding({ code }) {
  const [label] = field(t("note"), { maxlength: 100 });
  const act = async (reason) => {
    await shift.voidTube(code, reason, label.querySelector("input").value.trim());
    go("tube");
    say(t("voided", { tube: code }), "full");
  };
  const n = now.tubes.get(code)?.people.length ?? 0;
  const reasons = REASONS.map((reason) => button("second", t(reason), () => act(reason), { "data-reason": reason }));
  return screen("void", [h("h1", {}, t("void")), h("p.warn", {}, t("void_why", { tube: code, n })), label], [
    row(button("small", t("cancel"), () => go("members", { code }))), h("div.reasons", {}, reasons)]);
}
export { voiding as void_ };
export function tubes() {
  const known = [...now.tubes.values()].sort((a, b) => b.at - a.at);
  const about = ({ state, at, people, box }) => [`${t(`state_${state}`)} ${hour(at)}`, t("count", { n: people.length }), box];
  const line = (one) => choice(one.code, about(one).filter(Boolean).join(" · "), () => go("members", { code: one.code }));
  return screen("tubes", [h("h1", {}, t("tubes")), h("ul.list", {}, known.length ? known.map(line) : h("li", {}, t("none")))], [
    row(button("small", t("back"), () => go("tube")))]);
}
