/** Boxes: the packer's screen with both counts side by side, and the courier's. */
import { button, field, h, row, screen } from "../draw.js";
import { ask as askServer } from "../doors.js";
import { looking } from "../scan.js";
import { keep, now } from "../session.js";
import * as shift from "../shift.js";
import { go, say, stage } from "../stage.js";
import { t } from "../words.js";
import { camera } from "./tube.js";
const MISSING_SHOWN = 3;
const ASK_MS = 4_000;
const WHOLE = /^\d{1,5}$/;
const value = (name) => document.querySelector(`[name=${name}]`).value.trim();
const system = { tubes: null }; // what the server counts as unboxed; null while there is no network

/** Opens the packing screen and asks the server for its count. */
export async function pack() {
  go("packing");
  await askSystem();
}
async function askSystem() {
  const path = `phone/unboxed?site=${now.manifest.site.id}`;
  system.tubes = await askServer(path, { patience_ms: ASK_MS }).then(({ body }) => body, () => null);
  document.querySelector(".beside")?.replaceWith(counts(now.box?.tubes ?? []));
}
export function packing() {
  const back = button("small", t("sampling"), () => go("tube"));
  const code = button("small", t("type_tube"), () => go("type", { what: "code", back: "packing" }));
  const empty = [h("h1", {}, t(looking() ? "looking_box" : "scan_box")), counts([])];
  if (!now.box) return screen("packing", empty, [row(back, code), camera("scan_box")]);
  const { box, tubes } = now.box;
  const out = () => shift.packing({ box, tubes: tubes.slice(0, -1) }).then(stage.draw);
  const count = h("p.count", { "data-count": tubes.length }, h("b", {}, String(tubes.length)), h("span", {}, t("in_box")));
  const tools = row(back, code, button("small", t("take_out"), out, { disabled: !tubes.length }));
  const done = tubes.length > 0 && button(looking() ? "big" : "second", t("seal_box"), () => askSystem(go("seal_box")));
  return screen("packing", [h("p.code", {}, box), count, counts(tubes)], looking() ? [tools, camera(), done] : [tools, done, camera("scan_tubes")]);
}
function counts(scanned) {
  const own = shift.unboxed();
  const [words, n, tubes] = system.tubes ? ["system", system.tubes.count, system.tubes.tubes] : ["own", own.length, own];
  const missing = tubes.filter((code) => !scanned.includes(code));
  const list = [...missing.slice(0, MISSING_SHOWN), ...(missing.length > MISSING_SHOWN ? ["…"] : [])].join("、");
  const open = n - tubes.length + missing.length; // the server names some of many
  return h("div.beside", {}, h("p", {}, t(words, { n })), scanned.length > 0 && open > 0 && h("p.help", {}, t("missing", { n: open, list })));
}
packing.take = async ({ kind, value }) => {
  if (kind !== "code") return say(t("unclear", { text: value }), "warn");
  const { box, tubes } = now.box ?? { box: value, tubes: [] };
  if (value === box || tubes.includes(value)) {
    if (!now.box) await shift.packing({ box, tubes });
    else return say(t("in_already", { tube: value }), "warn");
  } else if (tubes.length >= shift.LARGEST_BOX) return say(t("box_full", { n: shift.LARGEST_BOX }), "warn");
  else await shift.packing({ box, tubes: [...tubes, value] });
  say(t("packed", { tube: value }), "ok", now.box.tubes.length || value);
  return stage.draw();
};
/** The packer's own count beside what was scanned, and the number of the seal; then the box is a fact. */
export function seal_box() {
  const { box, tubes } = now.box;
  const [count] = field(t("counted"), { inputmode: "numeric", name: "count", "data-scan": true });
  const [number] = field(t("seal_number"), { name: "seal", "data-scan": true, maxlength: 100 });
  const verdict = h("p.verdict.warn", { role: "status" });
  const send = button("big", t("seal_box"), async () => {
    await shift.sealBox(Number(value("count")), value("seal"));
    pack();
    say(t("box_sealed", { box, n: tubes.length }), "full");
  }, { disabled: true });
  count.oninput = () => {
    const counted = value("count");
    send.disabled = !WHOLE.test(counted);
    const differs = !send.disabled && Number(counted) !== tubes.length;
    verdict.textContent = differs ? t("differs", { counted, scanned: tubes.length }) : "";
  };
  return screen("seal_box", [h("p.code", {}, box), counts(tubes), count, verdict, number], [row(button("small", t("back"), () => go("packing"))), send]);
}
export function courier({ box }) {
  const done = h("p.help", {}, t("today", { n: now.settings.collected ?? 0 }));
  if (!box) {
    const code = button("small", t("code"), () => go("type", { what: "code", back: "courier" }));
    return screen("courier", [h("h1", {}, t(looking() ? "looking_box" : "scan_box")), done], [row(code), camera("scan_box")]);
  }
  const fields = [
    field(t("counted"), { name: "count", inputmode: "numeric" }), field(t("vehicle"), { name: "vehicle", value: now.settings.vehicle ?? "", maxlength: 100 }),
    field(t("seal_optional"), { name: "seal", maxlength: 100, "data-scan": true }), field(t("temperature"), { name: "temperature", inputmode: "decimal" }),
  ].flat();
  const send = button("big", t("collect"), () => collect(box), { disabled: true });
  const check = () => {
    const cold = value("temperature");
    send.disabled = !WHOLE.test(value("count")) || !value("vehicle") || (cold !== "" && !(Math.abs(Number(cold)) <= 99));
  };
  const form = h("div.form", { oninput: check }, fields);
  return screen("courier", [h("p.code", {}, box), form], [row(button("small", t("cancel"), () => go("courier"))), send]);
}
courier.take = ({ kind, value }) => (kind === "code" ? go("courier", { box: value }) : say(t("unclear", { text: value }), "warn"));
async function collect(box) {
  const [vehicle, cold] = [value("vehicle"), value("temperature")];
  const handover = { box, vehicle, count: Number(value("count")), seal: value("seal") };
  await shift.collect(cold ? { ...handover, temperature_c: Number(cold) } : handover);
  await keep("settings", { ...now.settings, vehicle, collected: (now.settings.collected ?? 0) + 1 });
  go("courier");
  say(t("collected", { box }), "full");
}
