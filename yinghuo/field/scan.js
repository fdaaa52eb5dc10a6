/** Codes come in by the camera or by a scanner that types: both end in one call with the text. */
const FORMATS = { native: ["qr_code", "code_128", "data_matrix", "code_39"], zxing: ["QRCode", "Code128", "DataMatrix", "Code39"] };
const FALLBACK = "/static/vendor/zxing-reader.js";
const AGAIN_MS = 1500; // a code that stays in view is one scan
const REST_MS = 90;
const FAST_MS = 70; // from key to key in the mean, for a scanner; a person is slower
const PAUSE_MS = 500; // after which a key begins something new; no shorter, for half a code is worse than none
const SHORTEST = 4;
const video = document.getElementById("video");
const lens = document.getElementById("lens");
let reading, stream;

/** Whether the camera looks. */
export const looking = () => Boolean(stream);
/** Starts the camera; resolves when it looks, rejects when there is none or it is not allowed. */
export async function look(emit) {
  if (stream) return;
  const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
  stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  video.srcObject = stream;
  lens.hidden = false;
  await video.play();
  watch(stream, await prepare(), emit);
}
/** Stops the camera. */
export function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = undefined;
  video.srcObject = null;
  lens.hidden = true;
}
/** Loads what reads codes, so that it is there when the network is not. */
export function prepare() {
  reading ??= choose().catch((error) => {
    reading = undefined;
    throw error;
  });
  return reading;
}
async function watch(mine, read, emit) {
  let last = { text: "", at: 0 };
  while (stream === mine) {
    const text = video.readyState >= 2 ? await read() : "";
    if (stream !== mine) return;
    const fresh = text !== last.text || performance.now() - last.at > AGAIN_MS;
    if (text) last = { text, at: performance.now() };
    if (text && fresh) await emit(text);
    await new Promise((rested) => setTimeout(rested, REST_MS));
  }
}
async function choose() {
  const known = (await window.BarcodeDetector?.getSupportedFormats()) ?? [];
  if (!known.includes("qr_code")) return zxing();
  const formats = FORMATS.native.filter((format) => known.includes(format));
  const detector = new BarcodeDetector({ formats });
  return async () => (await detector.detect(video))[0]?.rawValue ?? "";
}
async function zxing() {
  const script = document.createElement("script");
  await new Promise((loaded, failed) => {
    Object.assign(script, { src: FALLBACK, onload: loaded, onerror: () => failed(new Error("reader")) });
    document.head.append(script);
  });
  const locateFile = (name) => `/static/vendor/${name}`;
  await ZXingWASM.prepareZXingModule({ overrides: { locateFile }, fireImmediately: true });
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  return async () => {
    const { videoWidth: width, videoHeight: height } = video;
    Object.assign(pen.canvas, { width, height });
    pen.drawImage(video, 0, 0);
    const image = pen.getImageData(0, 0, width, height);
    const found = await ZXingWASM.readBarcodes(image, { formats: FORMATS.zxing, maxNumberOfSymbols: 1, tryHarder: true });
    return found[0]?.text ?? "";
  };
}
/** Listens for a scanner that types: fast keys ended by Enter. A field marked data-scan takes them itself. */
export function listen(emit) {
  let [typed, first, last] = ["", 0, 0];
  addEventListener("keydown", (event) => {
    if (event.timeStamp - last > PAUSE_MS) typed = "";
    last = event.timeStamp;
    if (event.key.length === 1) {
      if (!typed) first = last;
      typed += event.key;
    }
    const fast = typed.length >= SHORTEST && (last - first) / typed.length < FAST_MS;
    if (event.key !== "Enter") return;
    const code = typed;
    typed = "";
    if (!fast || event.target.matches?.("[data-scan]")) return;
    event.preventDefault(); // else Enter would press the button that has the focus
    event.stopPropagation();
    if ("value" in event.target) event.target.value = event.target.value.replace(code, "");
    emit(code);
  }, true);
}
