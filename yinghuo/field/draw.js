/** Elements of the page, made by one function; and the pieces that screens share. */
import { t } from "./words.js";

/** An element: `h("button.big", {onclick, disabled}, "words", child)`. */
export function h(name, given = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  element.className = classes.join(" ");
  for (const [key, value] of Object.entries(given)) {
    if (key.startsWith("on")) element[key] = value;
    else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter(Boolean));
  return element;
}
export const button = (kind, words, onclick, given = {}) => h(`button.${kind}`, { type: "button", onclick, ...given }, words);
/** A screen: what is looked at above, what the thumb presses below, the biggest thing last. */
export const screen = (name, above, below) => [h("div.above", { "data-screen": name }, ...above), h("div.below", {}, ...below)];
/** A line of small buttons. */
export const row = (...buttons) => h("div.row", {}, ...buttons.filter(Boolean));
/** A field with its label above. */
export function field(label, given) {
  return [h("label", {}, label, h("input", { autocomplete: "off", autocapitalize: "none", spellcheck: "false", ...given }))];
}
export const onEnter = (input, act) => input.addEventListener("keydown", (event) => event.key === "Enter" && act());
/** Keys for digits that a glove hits; writes into `input`. */
export function keypad(input, extra) {
  const press = (key) => {
    input.value = key === "⌫" ? input.value.slice(0, -1) : input.value + key;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const keys = [..."123456789", extra, "0", "⌫"];
  const names = { "⌫": t("erase") };
  return h("div.keypad", {}, keys.map((key) => button("key", key, () => press(key), { "aria-label": names[key] ?? key })));
}
/** A line of a list that is pressed; with `pressed` given it is switched on or off. */
export const choice = (words, more, onclick, pressed) =>
  h("li", {}, h(`button.line${pressed === undefined ? "" : ".chip"}`, { type: "button", onclick, "aria-pressed": pressed?.toString() },
    h("b", {}, words), more && h("small", {}, more)));
/** A list that is narrowed by typing: [field, list]; `find(wanted)` gives its lines. */
export function finder(find) {
  const fill = (wanted) => list.replaceChildren(...(find(wanted).length ? find(wanted) : [h("li", {}, t("none"))]));
  const list = h("ul.list");
  fill("");
  return [...field(t("find"), { type: "search", oninput: (event) => fill(event.target.value.trim()) }), list];
}
/** A list with `one` put in, or taken out if it was there. */
export const toggled = (list, one) => (list.includes(one) ? list.filter((other) => other !== one) : [...list, one]);
export const hour = (ms) => new Date(ms).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
