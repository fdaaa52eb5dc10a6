/** What a hand in a glove hears and feels: tones, vibration, the spoken count; and a screen that stays on. */
import { now } from "./session.js";
import { language } from "./words.js";
const TONES = { // [Hz, ms] after one another; pattern of vibration in ms
  ok: { notes: [[880, 90]], buzz: [60] },
  full: { notes: [[880, 90], [1175, 90], [1568, 180]], buzz: [80, 60, 80, 60, 160] },
  warn: { notes: [[220, 220], [0, 60], [220, 320]], buzz: [300, 100, 300] },
};
let sounds, awake;

/** Sounds and vibrates: "ok", "full" or "warn". */
export function signal(tone) {
  const { notes, buzz } = TONES[tone];
  navigator.vibrate?.(buzz);
  if (now.settings.quiet) return;
  sounds ??= new AudioContext();
  notes.reduce((at, [pitch, length_ms]) => beep(pitch, at, length_ms / 1000), sounds.currentTime);
}
/** Says a count or a short sentence, when that is switched on. */
export function speak(text) {
  if (!now.settings.speech || !("speechSynthesis" in window)) return;
  speechSynthesis.cancel();
  const lang = language() === "zh" ? "zh-CN" : "en-GB";
  speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(String(text)), { lang }));
}
/** Keeps the screen on while the app is in sight. */
export async function stayAwake() {
  if (document.hidden || !("wakeLock" in navigator) || (awake && !awake.released)) return;
  awake = await navigator.wakeLock.request("screen").catch(() => null); // a phone low on battery says no
}
/** One tone (0 Hz: a pause); returns when it ends. */
function beep(pitch, at, length_s) {
  const tone = sounds.createOscillator();
  const volume = sounds.createGain();
  tone.type = "square";
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0.25, at);
  volume.gain.setTargetAtTime(0, at + length_s * 0.8, 0.01);
  tone.connect(volume).connect(sounds.destination);
  tone.start(at);
  tone.stop(at + length_s);
  return at + length_s;
}
document.addEventListener("visibilitychange", () => document.hidden || (now.device && stayAwake()));
addEventListener("pointerdown", () => sounds?.resume());
