// Reception: scans are taken as fast as the scanner sends them and go to the server one after the other.
// A scan that could not be sent stays in the line, under its own id, and is sent again; the words come from the server.

const AGAIN_MS = 2000;
const form = document.querySelector("[data-scan]");
const field = form.querySelector("#code");
const unsent = form.querySelector("#unsent");
const KEPT = "scans not sent yet"; // of this tab: the line outlives a reload
const line = JSON.parse(sessionStorage.getItem(KEPT) || "[]");
let sending = false;

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function show(text) {
  const made = document.createElement("template");
  made.innerHTML = text;
  for (const element of [...made.content.children]) {
    const into = element.dataset.into && document.getElementById(element.dataset.into);
    if (into) into.prepend(element);
    else if (element.id) document.getElementById(element.id)?.replaceWith(element);
  }
}

function keep() {
  sessionStorage.setItem(KEPT, JSON.stringify(line));
}

function showUnsent() {
  unsent.hidden = line.length === 0;
  unsent.textContent = line.length ? `${line.length} · ${form.dataset.waiting}` : "";
}

// A box is opened in place: the field stays, so that no keystroke of the scanner is lost.
async function openBox(address) {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["title", "opened", "asked", "open"]) document.getElementById(id).replaceWith(page.getElementById(id));
  history.pushState(null, "", address);
}

async function send(scan) {
  const body = new FormData(form);
  body.set("code", scan.code);
  body.set("id", scan.id);
  const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Scan": "1" } });
  if (answer.redirected || answer.status >= 500 || answer.status === 403) throw new Error(String(answer.status));
  if (answer.headers.has("X-Go")) await openBox(answer.headers.get("X-Go"));
  else if (answer.ok) show(await answer.text());
}

async function work() {
  if (sending) return;
  sending = true;
  while (line.length) {
    try {
      await send(line[0]);
      line.shift();
      keep();
      unsent.hidden = true;
    } catch {
      showUnsent();
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
  sending = false;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const code = field.value.trim();
  field.value = "";
  field.focus();
  if (!code) return;
  line.push({ code, id: newId() });
  keep();
  work();
});

// The scanner types wherever the focus is: it comes back to the field unless another field is being filled in.
document.addEventListener("focusout", () => {
  setTimeout(() => {
    if (document.activeElement === document.body) field.focus();
  }, 200);
});

addEventListener("popstate", () => location.reload());

field.focus();
work();
