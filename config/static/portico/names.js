// Names for what the theme's widgets leave without one, so that screen readers can say them.
function nameChoice(box) {
  const select = box.closest(".select2-container")?.previousElementSibling;
  if (!select || box.dataset.named) return;
  const label = document.querySelector(`label[for="${select.id}"]`);
  const name = select.getAttribute("aria-label") || label?.textContent.replace("*", "").trim();
  if (!name) return;
  box.dataset.named = name;
  const shown = box.querySelector(".select2-selection__rendered");
  shown?.setAttribute("aria-label", name);
  box.setAttribute("aria-label", name);
  box.removeAttribute("aria-labelledby");
}

function nameRegion(region) {
  const heading = region.closest("fieldset")?.querySelector("h2");
  region.setAttribute("aria-label", heading ? heading.textContent.trim() : "Menu");
}

function nameThem() {
  document.querySelectorAll(".select2-selection").forEach(nameChoice);
  document
    .querySelectorAll("fieldset .simplebar-content-wrapper, #nav-sidebar-apps .simplebar-content-wrapper")
    .forEach(nameRegion);
}

document.addEventListener("DOMContentLoaded", () => {
  new MutationObserver(nameThem).observe(document.body, { childList: true, subtree: true });
  nameThem();
});
