/** Keyboard shortcuts, read from the data-key attributes of the page ("c", "g d"); "?" lists them. */
const help = document.getElementById("shortcuts");
const choice = help?.querySelector("[data-single-keys]");
const CHORD_MS = 1200;
const kept = "single-keys";
let first = "";

const silenced = () => document.documentElement.dataset.shortcuts === "off" || localStorage.getItem(kept) === "off";
const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog");
const visible = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent;
/** What stands on the page itself comes after the frame and goes before it: "l" is its field, where it has one. */
const keyed = () => [...document.querySelectorAll("[data-key]")].filter(visible);

/** A field takes the focus, everything else is pressed. */
function act(element) {
  if (element.matches("input:not([type=checkbox]), textarea, select")) element.focus();
  else element.click();
}

function remember(key) {
  first = key;
  setTimeout(() => { first = ""; }, CHORD_MS);
}

/** Rows are walked by moving the focus to their first link, so Enter opens them by itself. */
function walk(by) {
  const rows = [...document.querySelectorAll("[data-rows] tbody tr, [data-rows] > li")];
  const at = rows.indexOf(document.activeElement.closest("tr, li"));
  rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))]?.querySelector("a, button")?.focus();
}

function mark() {
  document.activeElement.closest("tr")?.querySelector("input[type=checkbox]")?.click();
}

/** Deciding takes a deliberate press: forms marked so cannot be sent from the keyboard. */
function send() {
  const form = document.activeElement.form;
  if (form && form.method === "post" && !form.matches("[data-deliberate]")) form.requestSubmit();
}

function line(element) {
  const keys = element.dataset.key.split(" ").map((key) => Object.assign(document.createElement("kbd"), { textContent: key.toUpperCase() }));
  const words = element.cloneNode(true);
  for (const extra of words.querySelectorAll("kbd, b, svg")) extra.remove();
  const label = element.dataset.keyLabel || element.ariaLabel || words.textContent || element.placeholder;
  const row = document.createElement("div");
  const name = Object.assign(document.createElement("dt"), { textContent: label.trim() });
  const list = document.createElement("dd");
  list.append(...keys.flatMap((key) => [key, " "]));
  row.append(name, list);
  return row;
}

function explain() {
  const once = new Map(keyed().map((element) => [element.dataset.key, element]));
  help.querySelector("[data-page-keys]").replaceChildren(...[...once.values()].map(line));
  choice.checked = !silenced();
  help.showModal();
}

function pressed(event) {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") return send();
  if (event.ctrlKey || event.metaKey || event.altKey || silenced() || typing(event.target)) return;
  const key = event.key.toLowerCase();
  const wanted = first ? `${first} ${key}` : key;
  first = "";
  const element = keyed().findLast((one) => one.dataset.key.toLowerCase() === wanted);
  if (element) act(element);
  else if (wanted === "g") return remember("g");
  else if (wanted === "j") walk(1);
  else if (wanted === "k") walk(-1);
  else if (wanted === "x") mark();
  else if (help && (wanted === "?" || wanted === "？")) explain();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", pressed);
choice?.addEventListener("change", () => localStorage.setItem(kept, choice.checked ? "on" : "off"));
for (const opener of document.querySelectorAll("[data-opens-shortcuts]")) {
  opener.hidden = false;
  opener.addEventListener("click", explain);
}
