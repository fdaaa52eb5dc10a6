/** The first screens: enrol by a one-time code, choose the site. */
import { button, choice, field, finder, h, onEnter, row, screen } from "../draw.js";
import { ask } from "../doors.js";
import { read } from "../identity.js";
import { flush } from "../outbox.js";
import { look, looking, prepare } from "../scan.js";
import { keep, now, tell } from "../session.js";
import { go, say, stage } from "../stage.js";
import { addKey } from "../store.js";
import { nameOf, t } from "../words.js";

export function enrol({ code = "" }) {
  const [label, name] = [field(t("enrol_label"), { value: navigator.userAgentData?.model || navigator.platform, maxlength: 60 }), t("enrol")];
  const typed = field(t("enrol_code"), { value: code, "data-scan": true });
  const value = (made) => made[0].querySelector("input").value.trim();
  onEnter(typed[0].querySelector("input"), () => enrolWith(value(typed), value(label)));
  const scan = looking() ? "" : button(code ? "second" : "big", t("scan_enrol"), () => look(stage.scanned));
  const go_on = button(code ? "big" : "second", name, () => enrolWith(value(typed), value(label)));
  const head = now.revoked ? [h("h1", {}, t("revoked")), h("p", {}, t("revoked_help"))] : [h("h1", {}, name)];
  const above = [...head, h("p.help", {}, t(code ? "enrol_ready" : "enrol_help")), typed, label];
  return screen("enrol", above.flat(), code ? [scan, go_on] : [go_on, scan]);
}
enrol.take = ({ kind, value }) => (kind === "enrol" ? go("enrol", { code: value }) : say(t("unclear", { text: value }), "warn"));
async function enrolWith(code, label) {
  const { kind: read_as, value } = read(code); // a scanner types the whole address
  const { body } = await ask("phone/enrol", { body: { code: read_as === "enrol" ? value : code, label } });
  await addKey(body.device, body.key);
  const { device, kind, name, area, token } = body;
  await keep("device", { device, kind, name, area, token });
  now.revoked = false;
  await navigator.storage?.persist?.();
  history.replaceState(null, "", "/field/");
  await tell();
  prepare().catch(() => say(t("need_network"), "warn")); // the reader of codes, before the network is gone
  kind === "courier" ? go("courier") : await sites();
  flush();
}
/** Fetches the sites of the device's area and shows them. */
export async function sites() {
  const { body } = await ask("phone/sites");
  await keep("sites", body.sites);
  go("site");
}
export function site() {
  const text = ({ name_zh, name_en, campaign_zh, campaign_en }) => [name_zh, name_en, campaign_zh, campaign_en].join(" ");
  const list = finder((wanted) => now.sites.filter((one) => text(one).includes(wanted))
    .map((one) => choice(nameOf(one), nameOf(one, "campaign"), () => signIn(one.id))));
  return screen("site", [h("h1", {}, t("site")), ...list.slice(now.sites.length > 6 ? 0 : 1)], [
    row(now.manifest && button("small", t("back"), () => go("tube")), button("small", t("refresh"), sites))]);
}
/** Signs in at a site: its manifest comes onto the phone, and work needs no network from here on. */
export async function signIn(id) {
  say(t("signing_in"));
  const { manifest } = now;
  const known = manifest?.site.id === id ? manifest.etag : undefined;
  const { status, body, etag } = await ask(`phone/manifest?site=${id}`, { etag: known, patience_ms: 120_000 });
  if (status !== 304) await keep("manifest", { ...body, etag });
  go("tube");
  say(t("signed_in", { site: nameOf(now.manifest.site) }));
}
