/** Small courtesies of forms: no second press, a word on files that are too large, a warning before losing what was typed. */
const AGAIN_MS = 8000;

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

/** The server takes a form once anyway; this only shows that it was pressed. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  delete form.dataset.dirty;
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(release, AGAIN_MS, form);
});

addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) release(form);
});
document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});

document.addEventListener("change", ({ target }) => {
  if (target.type !== "file") return;
  const shown = target.parentElement.querySelector("[data-file-name]");
  if (shown && target.files.length) shown.textContent = [...target.files].map((file) => file.name).join(", ");
  if (!target.dataset.maxBytes) return;
  const large = [...target.files].some((file) => file.size > Number(target.dataset.maxBytes));
  target.setCustomValidity(large ? target.dataset.tooLarge : "");
  target.reportValidity();
});

document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("form[data-guard]");
  if (form) form.dataset.dirty = "yes";
});
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-dirty]")) event.preventDefault();
});
