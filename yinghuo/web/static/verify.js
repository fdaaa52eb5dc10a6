// Verifies a certificate in the browser: WebCrypto Ed25519 over the bytes that yinghuo/engines/certificates.py writes.

const PURPOSE = new TextEncoder().encode("yinghuo certificate 1\n");
const SIGNATURE_BYTES = 64;
const HEAD_BYTES = 18;

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const hexOf = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function read(text) {
  const raw = bytesOf(text);
  const payload = raw.slice(0, -SIGNATURE_BYTES);
  const view = new DataView(payload.buffer);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const area = payload.slice(HEAD_BYTES + 1, HEAD_BYTES + 1 + payload[HEAD_BYTES]);
  const rest = payload.slice(HEAD_BYTES + 1 + area.length);
  if (view.getUint8(0) !== 1 || view.getUint8(1) !== 1 || rest.length !== rest[0] + 1) throw new RangeError("form");
  const moment = (at) => new Date(view.getUint32(at) * 60_000);
  return {
    payload,
    signature: raw.slice(-SIGNATURE_BYTES),
    kid: hexOf(payload.slice(2, 6)),
    sampled: moment(6),
    result: moment(10),
    until: moment(14),
    area: decoder.decode(area),
    name: decoder.decode(rest.slice(1)),
  };
}

async function genuine(certificate, jwk) {
  const key = await crypto.subtle.importKey("jwk", { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, "Ed25519", false, ["verify"]);
  const signed = new Uint8Array([...PURPOSE, ...certificate.payload]);
  return crypto.subtle.verify("Ed25519", key, certificate.signature, signed);
}

async function judged(text, now) {
  let certificate;
  try {
    certificate = read(text);
  } catch {
    return { verdict: "form" };
  }
  const keys = JSON.parse(document.getElementById("keys").textContent);
  const jwk = keys.find((one) => one.kid === certificate.kid);
  if (!jwk) return { verdict: "key" };
  try {
    if (!(await genuine(certificate, jwk))) return { verdict: "signature" };
  } catch {
    return { verdict: "browser" };
  }
  return { verdict: certificate.until > now ? "good" : "over", certificate };
}

const written = (at) =>
  at.toLocaleString("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short" });

function show({ verdict, certificate }) {
  const place = document.getElementById("verdict");
  place.hidden = false;
  place.dataset.tone = verdict;
  place.querySelector("p").textContent = place.dataset[verdict];
  const said = document.getElementById("said");
  said.hidden = !certificate;
  if (!certificate) return;
  for (const one of said.querySelectorAll("[data-fact]")) {
    const value = certificate[one.dataset.fact];
    one.textContent = value instanceof Date ? written(value) : value || "–";
  }
}

async function verify(text) {
  const plain = text.trim().split("#").pop();
  if (plain) show(await judged(plain, new Date()));
}

const field = document.getElementById("text");
field.addEventListener("input", () => verify(field.value));
addEventListener("hashchange", () => verify(location.hash));
for (const link of document.querySelectorAll("[data-keep-hash]")) {
  link.addEventListener("click", () => (link.hash = location.hash));
}
verify(location.hash);

if ("serviceWorker" in navigator) {
  await navigator.serviceWorker.register("/verify-worker.js", { scope: "/verify" });
  const ready = await navigator.serviceWorker.ready;
  document.getElementById("kept").hidden = !ready.active;
}
