// What the theme leaves to the mouse and to the eye: keys for its clickable parts, and names for
// its choices, regions and icons.
const ICONS = {
  dock_to_right: "Menu",
  close: "Close the menu",
  more_vert: "More about this choice",
  computer: "Colours",
  light_mode: "Colours",
  dark_mode: "Colours",
};
const CLICKABLE = "[x-on\\:click]:not(button, input, select, [href], [tabindex], [id$='-close'])";

function makeButton(part) {
  part.tabIndex = 0;
  part.setAttribute("role", "button");
  const name = ICONS[part.textContent.trim()];
  if (name) part.setAttribute("aria-label", name);
}

function nameChoice(box) {
  const select = box.closest(".select2-container")?.previousElementSibling;
  const label = select && document.querySelector(`label[for="${select.id}"]`);
  const name = select?.getAttribute("aria-label") || label?.textContent.replace("*", "").trim();
  if (!name) return;
  box.setAttribute("aria-label", name);
  box.removeAttribute("aria-labelledby");
  box.querySelector(".select2-selection__rendered")?.setAttribute("aria-label", name);
}

function nameChoices(box) {
  const select = box.closest(".select2-container")?.previousElementSibling;
  const label = select && document.querySelector(`label[for="${select.id}"]`);
  const search = box.querySelector(".select2-search__field");
  const list = box.querySelector(".select2-selection__rendered");
  if (!label || !search || search.hasAttribute("aria-label")) return;
  search.setAttribute("aria-label", label.textContent.replace("*", "").trim());
  list?.setAttribute("role", "none");
}

function nameRegion(region) {
  const heading = region.closest("fieldset")?.querySelector("h2");
  region.setAttribute("aria-label", heading ? heading.textContent.trim() : "Menu");
}

function look() {
  document.querySelectorAll(CLICKABLE).forEach(makeButton);
  document.querySelectorAll(".select2-selection[aria-labelledby]").forEach(nameChoice);
  document.querySelectorAll(".select2-selection--multiple").forEach(nameChoices);
  document
    .querySelectorAll("fieldset, #nav-sidebar-apps")
    .forEach((part) => part.querySelectorAll(".simplebar-content-wrapper").forEach(nameRegion));
}

document.addEventListener("DOMContentLoaded", () => {
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      look();
    });
  };
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  look();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" && event.key !== " ") return;
  if (!event.target.matches("[role=button][tabindex='0']:not(button)")) return;
  event.preventDefault();
  event.target.click();
});
