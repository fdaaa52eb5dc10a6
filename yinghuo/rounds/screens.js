/** The screens of the follow-up teams' app: enrol, take a round, the list, one visit, the menu. */
import { button, choice, field, h, onEnter, row, screen, toggled } from "/field/draw.js";
import { ask } from "/field/doors.js";
import { read } from "/field/identity.js";
import { flush } from "/field/outbox.js";
import { keep, now, record, tell } from "/field/session.js";
import { go, say, stage } from "/field/stage.js";
import { addKey } from "/field/store.js";
import { language, t as common } from "/field/words.js";
import { t } from "./words.js";

const FOUND = ["seen_well", "seen_ill", "not_reached", "refused", "moved"];
const SYMPTOMS = ["fever", "cough", "sore_throat", "runny_nose", "fatigue", "taste_smell", "muscle_pain", "diarrhoea", "breathless"];
const [LEAST_C, MOST_C, FEVER_C] = [30, 45, 37.3];
const SEEN = ["seen_well", "seen_ill"];

/** The day in China of a moment in ms, as 2022-05-08. */
export const dayOf = (ms) => new Date(ms).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });

export function enrol({ code = "" }) {
  const typed = field(common("enrol_code"), { value: code });
  const label = field(common("enrol_label"), { value: navigator.userAgentData?.model || navigator.platform, maxlength: 60 });
  const value = ([made]) => made.querySelector("input").value.trim();
  const act = () => enrolWith(value(typed), value(label));
  onEnter(typed[0].querySelector("input"), act);
  const head = now.revoked ? [h("h1", {}, common("revoked")), h("p", {}, common("revoked_help"))] : [h("h1", {}, common("enrol"))];
  const help = h("p.help", {}, common(code ? "enrol_ready" : "enrol_help"));
  return screen("enrol", [...head, help, ...typed, ...label], [button("big", common("enrol"), act)]);
}
async function enrolWith(text, label) {
  const { kind: form, value } = read(text); // the whole address, or the code alone
  const { body } = await ask("phone/enrol", { body: { code: form === "enrol" ? value : text, label } });
  const { device, kind, name, area, token, key } = body;
  if (kind !== "team") return say(t("not_team"), "warn");
  await addKey(device, key);
  await keep("device", { device, kind, name, area, token });
  now.revoked = false;
  await navigator.storage?.persist?.();
  history.replaceState(null, "", "/rounds/");
  await tell();
  flush();
  return choose();
}
/** Fetches the rounds that are free, or this phone's, and shows them. */
export async function choose() {
  const { body } = await ask("follow-ups/rounds");
  go("rounds", { listed: body.rounds });
}
export function rounds({ listed }) {
  const place = (one) => [one.building || one.area_zh, one.part > 1 && t("part", { n: one.part })].filter(Boolean).join(" · ");
  const more = (one) => [t("round_visits", { n: one.visits, seen: one.seen }), one.overdue > 0 && t("overdue_n", { n: one.overdue }), one.mine && t("mine")];
  const lines = (listed ?? []).map((one) => choice(place(one), more(one).filter(Boolean).join(" · "), () => take(one.id)));
  const list = listed && (lines.length ? h("ul.list", {}, lines) : h("p.help", {}, t("no_rounds")));
  const again = button(listed ? "second" : "big", t("rounds"), choose);
  const back = now.manifest && button("second", t("back"), () => go("list"));
  return screen("rounds", [h("h1", {}, t("rounds")), list].filter(Boolean), [again, back].filter(Boolean));
}
/** Takes a round onto this phone: masked names and rooms for today, and nothing else of anybody. */
async function take(id) {
  const { body } = await ask(`follow-ups/rounds/${id}`);
  await keep("manifest", body);
  go("list");
  say(t("taken"));
}
export function list() {
  const { visits } = now.manifest;
  const done = visits.filter(({ status }) => status).length;
  const ranked = [...visits].sort((a, b) => Boolean(a.status) - Boolean(b.status)); // what is to be done stands first
  return screen("list", [h("h1", {}, t("progress", { n: done, of: visits.length })), h("ul.list", {}, ranked.map(line))],
    [row(button("small", t("other_round"), choose), button("small", t("send"), flush))]);
}
function line(visit) {
  const { contact, label, room, day_number, missed_days, status } = visit;
  const overdue = missed_days > 0 && !SEEN.includes(status);
  const more = [status ? t(status) : overdue && t("missed"), t("day_n", { n: day_number })].filter(Boolean).join(" · ");
  const marks = { type: "button", onclick: () => go("visit", { contact }), "data-state": status, "data-overdue": overdue };
  return h("li", {}, h("button.line.visit", marks, h("b", {}, [room || t("no_room"), label].join(" · ")), h("small", {}, more)));
}
export function visit(given) {
  const { contact, status, symptoms = [], temperature = "" } = given;
  const { label, room, day_number, missed_days } = now.manifest.visits.find((one) => one.contact === contact);
  const change = (more) => go("visit", { ...stage.given, ...more });
  const toggle = (words, on, act) => button("toggle", words, act, { "aria-pressed": String(on) });
  const found = FOUND.map((one) => toggle(t(one), one === status, () => change({ status: one })));
  const felt = SYMPTOMS.map((one) => toggle(t(one), symptoms.includes(one), () => change({ symptoms: toggled(symptoms, one) })));
  const hot = field(t("temperature"), { inputmode: "decimal", value: temperature, oninput: ({ target }) => (stage.given.temperature = target.value) });
  const above = [
    h("h1", {}, [room || t("no_room"), label].join(" · ")),
    h("p.help", {}, [t("day_n", { n: day_number }), missed_days > 0 && t("missed")].filter(Boolean).join(" · ")),
    h("h2", {}, t("found")), h("div.found", { role: "group" }, found),
    ...(SEEN.includes(status) ? [...hot, h("h2", {}, t("symptoms")), h("div.found", { role: "group" }, felt)] : []),
  ];
  return screen("visit", above, [button("second", t("back"), () => go("list")), button("big", t("save"), save, { disabled: !status })]);
}
/** Records one visit: the fact and the list that shows it, in one transaction. */
async function save() {
  const { contact, status, symptoms = [], temperature = "" } = stage.given;
  const seen = SEEN.includes(status);
  const degrees = temperature.trim().replace(",", ".").replace("，", ".");
  const temperature_c = seen && degrees ? Number(degrees) : null;
  if (!status) return say(t("choose"), "warn");
  if (temperature_c !== null && !(temperature_c >= LEAST_C && temperature_c <= MOST_C)) return say(t("temperature_odd"), "warn");
  const { label } = now.manifest.visits.find((one) => one.contact === contact);
  await record(async (fact, put) => {
    const { day, visits } = now.manifest;
    const { day_number } = visits.find((one) => one.contact === contact);
    fact("follow-ups", { contact, day, day_number, status, symptoms: seen ? symptoms : [], temperature_c });
    const marked = visits.map((one) => (one.contact === contact ? { ...one, status } : one));
    put("kept", "manifest", { ...now.manifest, visits: marked });
  });
  const ill = status === "seen_ill" || (seen && (symptoms.length > 0 || temperature_c >= FEVER_C));
  go("list");
  return say(t(ill ? "kept_ill" : "kept", { who: label }), ill ? "warn" : "ok");
}
export function menu() {
  const { language: chosen, theme } = now.settings;
  const set = async (more) => {
    await keep("settings", { ...now.settings, ...more });
    stage.draw();
  };
  const other = (chosen ?? language()) === "en" ? "zh" : "en";
  const above = [h("h1", {}, t("title")), h("p.help", {}, common("device", { name: now.device.name, area: now.device.area })),
    now.help > 0 && h("p.warn", {}, t("tray", { n: now.help })), row(
      button("small", t("language"), () => set({ language: other })),
      button("small", t("dark"), () => set({ theme: theme === "dark" ? "light" : "dark" }), { "aria-pressed": String(theme === "dark") }))];
  return screen("menu", above.filter(Boolean), [button("second", t("send"), flush), button("big", t("back"), () => go("list"))]);
}
