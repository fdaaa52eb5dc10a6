// The investigation: each answer is posted as it is typed; without a network it waits on this device and goes later.
// It holds no words and no rules; both come from the server, which also settles what two people typed at once.

const form = document.querySelector("form[data-answers]");
const KEY = `answers:${form.dataset.case}`;
const AGAIN_MS = 15_000;
let sending = false;

const waiting = () => JSON.parse(localStorage.getItem(KEY) || "[]");

function keep(rows) {
  if (rows.length) localStorage.setItem(KEY, JSON.stringify(rows));
  else localStorage.removeItem(KEY);
  const unsent = document.getElementById("unsent");
  unsent.hidden = !rows.length;
  unsent.querySelector(".figure").textContent = rows.length;
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const blockOf = (question) => form.querySelector(`[data-question="${CSS.escape(question)}"]`);
const currentOf = (block) => block.querySelector(".answered").dataset.current;

function valuesOf(block) {
  const fields = [...block.querySelectorAll("input[name]")];
  const boxes = fields.filter((field) => field.type === "checkbox" || field.type === "radio");
  const chosen = boxes.length ? boxes.filter((field) => field.checked) : fields;
  return chosen.map((field) => field.value);
}

function show(block, values) {
  for (const field of block.querySelectorAll("input[name]")) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else field.value = values[0] || "";
  }
}

function note(block, values) {
  const question = block.dataset.question;
  const answer = { id: newId(), question, values, over: currentOf(block), said_at: new Date().toISOString() };
  keep([...waiting(), answer]);
  send();
}

async function post(answer) {
  const body = new FormData();
  for (const name of ["id", "question", "over", "said_at"]) body.append(name, answer[name]);
  for (const value of answer.values.length ? answer.values : [""]) body.append("value", value);
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  return fetch(form.dataset.answers, { method: "POST", body, headers: { "HX-Request": "true" } });
}

function put(answer, html) {
  const block = blockOf(answer.question);
  if (!block) return;
  block.classList.remove("question-wrong");
  block.querySelector(".answered").outerHTML = html;
  const current = currentOf(block);
  const rest = waiting().map((row) => (row.question === answer.question && row.over === answer.over ? { ...row, over: current } : row));
  keep(rest);
}

// Answers go one after another, in the order in which they were typed. What the server refuses is taken off the line
// and marked at its question; what it could not be asked stays.
async function send() {
  if (sending) return;
  sending = true;
  try {
    for (let first = waiting()[0]; first; first = waiting()[0]) {
      const response = await post(first);
      if (response.status >= 500 || response.status === 204 || response.redirected) break;
      keep(waiting().filter((row) => row.id !== first.id));
      if (response.ok) put(first, await response.text());
      else blockOf(first.question)?.classList.add("question-wrong");
    }
  } catch {
    // no network: what waits is kept, and the next turn tries again
  } finally {
    sending = false;
  }
}

form.addEventListener("change", (event) => {
  const block = event.target.closest("[data-question]");
  if (block) note(block, valuesOf(block));
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-settle]");
  if (!button) return;
  const block = button.closest("[data-question]");
  const values = button.dataset.settle ? button.dataset.settle.split("|") : [];
  show(block, values);
  note(block, values);
});
for (const answer of waiting()) {
  const block = blockOf(answer.question);
  if (block) show(block, answer.values);
}
keep(waiting());
send();
addEventListener("online", send);
setInterval(send, AGAIN_MS);
