// The operator's form: Ctrl + Enter keeps the call, Alt and a digit tick a symptom. No words, no rules.

const form = document.querySelector("form[data-call]");

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.altKey && /^Digit[1-9]$/.test(event.code)) {
    event.preventDefault();
    form.querySelectorAll("input[name=symptoms]")[Number(event.code.slice(5)) - 1]?.click();
  }
});
if (!document.querySelector("[data-focus]")) form.querySelector("#id_callback")?.focus();
