/** The menu with the settings of this phone, and the tray of records that need help. */
import { button, h, row, screen } from "../draw.js";
import { exported, flush, trouble } from "../outbox.js";
import { keep, now, recount } from "../session.js";
import { go, say, stage } from "../stage.js";
import { pairs, write } from "../store.js";
import { language, t } from "../words.js";
import { pack } from "./boxes.js";
import { signIn, sites } from "./start.js";
const home = () => (now.device.kind === "courier" ? "courier" : "tube");
const change = (name, value) => keep("settings", { ...now.settings, [name]: value }).then(stage.draw);
const isDark = () => now.settings.theme ? now.settings.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
const protection = { kept: false };
navigator.storage?.persisted?.().then((kept) => (protection.kept = kept));

export function menu() {
  const { device, settings, manifest } = now;
  const flip = (name, on = Boolean(settings[name]), act = () => change(name, !settings[name])) =>
    button("toggle", t(name), act, { "aria-pressed": String(on) });
  const work = home() === "tube" && manifest ? [
    button("second", t("packing"), pack), button("second", t("tubes"), () => go("tubes")),
    button("second", t("change_site"), sites), button("second", t("refresh"), () => signIn(manifest.site.id)),
  ] : [];
  const above = [
    h("div.tiles", {}, work, button("second", `${t("tray")} · ${now.help}`, showTray), button("second", t("send"), flush),
      button("second", t("language"), () => change("language", language() === "zh" ? "en" : "zh"), { lang: language() === "zh" ? "en" : "zh" })),
    h("div.tiles", {}, flip("hand"), flip("glove"), flip("speech"), flip("sound", !settings.quiet, () => change("quiet", !settings.quiet)),
      flip("theme", isDark(), () => change("theme", isDark() ? "light" : "dark"))),
    trouble && h("p.warn", {}, t(`trouble_${trouble}`)),
    h("p.help", {}, t("device", device)), h("p.help", {}, t(protection.kept ? "persistent" : "not_persistent")),
    trouble === "token" && button("second", t("enrol"), () => go("enrol")),
  ];
  return screen("menu", above, [button("big", t("back"), () => go(home()))]);
}
const showTray = async () => go("tray", { items: (await pairs("tray")).map(([, one]) => one) });
export function tray({ items, sent = [] }) {
  const line = ({ door, item, reason }) => h("li.item", {}, h("b", {}, `${t(`door_${door}`)} · ${item.tube ?? item.box ?? ""}`), h("small", {}, reason));
  const above = [h("h1", {}, t("tray")), h("p.help", {}, t(items.length ? "tray_help" : "nothing")), h("ul.list", {}, items.map(line))];
  const clear = sent.length > 0 && button("second", t("clear", { n: sent.length }), () => forget(sent));
  return screen("tray", above, [row(button("small", t("back"), () => go("menu"))), clear,
    button("big", t("export"), () => save(items), { disabled: !items.length && !now.unsent })]);
}
async function save(items) {
  const { name, text, ids } = await exported();
  const link = h("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  go("tray", { items, sent: ids });
  say(t("exported", { n: ids.length }));
}
async function forget(ids) {
  await write(ids.map((id) => ["tray", id, undefined]));
  await recount();
  await showTray();
}
