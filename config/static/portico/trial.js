// Tells beside a form what it would do as it stands: asked anew whenever something is changed.
const PAUSE = 500; // milliseconds after the last change
const panel = document.querySelector("[data-trial]");
const form = panel?.closest("form");
let waiting, asked = 0;

async function ask() {
  const number = ++asked;
  const said = new URLSearchParams(new FormData(form)); // the form's token is among it
  if (panel.dataset.policy) said.set("policy", panel.dataset.policy);
  panel.setAttribute("aria-busy", "true");
  const answer = await fetch(panel.dataset.trial, { method: "POST", body: said });
  if (number !== asked) return;
  panel.removeAttribute("aria-busy");
  const shown = panel.querySelector("[data-shown]");
  if (answer.ok) shown.innerHTML = await answer.text();
  else shown.textContent = "It cannot be tried now.";
}

if (form) {
  // Choices with a search box tell of changes by jQuery alone.
  django.jQuery(form).on("input change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  ask();
}
