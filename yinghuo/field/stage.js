/** Which screen stands on the stage, what was last said, and which question is open. */
import { signal, speak } from "./feedback.js";
import { button, h, screen } from "./draw.js";
export const stage = { name: "tube", given: {}, question: null, draw: () => {}, scanned: () => {} };
const said = document.getElementById("said");

/** Brings a screen onto the stage; the phone's own back key leads home. */
export function go(name, given = {}) {
  if (name !== stage.name) said.textContent = "";
  if (!history.state?.away) history.pushState({ away: true }, "");
  Object.assign(stage, { name, given, question: null });
  stage.draw();
}
/** Says a line; "warn" and "full" are heard and felt otherwise than "ok". */
export function say(words, tone = "ok", spoken = words) {
  said.textContent = words;
  said.className = tone;
  signal(tone);
  speak(spoken);
}
/** Asks: the first answer [words, act] is the biggest button. `hear(reading)` says whether a scan was dealt with. */
export function ask(words, answers, hear = () => false) {
  stage.question = { words, answers, hear };
  said.textContent = "";
  signal("warn");
  speak(words);
  stage.draw();
}
/** A question that a person's code does not pass by: whose swab would it be? */
export const waits = (words) => ({ kind }) => kind !== "code" && (signal("warn"), speak(words), true);
/** The open question as [above, below]. */
export function questionScreen({ words, answers }) {
  const act = (then) => () => {
    stage.question = null;
    stage.draw(then());
  };
  const [[careful, first], ...others] = answers;
  const rest = others.map(([label, then]) => button("second", label, act(then)));
  return screen("question", [h("p.question", { role: "alert" }, words)], [...rest, button("big", careful, act(first))]);
}
