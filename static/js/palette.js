/** The command palette: Ctrl or Cmd K opens it, arrows choose, Enter goes, Esc closes. Without this file its link is the search page. */
const palette = document.getElementById("palette");
const input = palette?.querySelector("input[type=search]");
const found = palette?.querySelector(".found");
let asking = new AbortController();
let waiting = 0;

const options = () => [...found.querySelectorAll("a")];
const chosen = () => options().find((option) => option.ariaSelected === "true");
const composing = (event) => event.isComposing || event.keyCode === 229;

function open() {
  if (palette.open) return;
  palette.showModal();
  input.select();
  if (!found.hasChildNodes()) ask();
}

function choose(option) {
  for (const other of options()) other.ariaSelected = String(other === option);
  input.setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = options();
  if (all.length) choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
}

/** The server answers the same list as for the search page; only here it becomes a listbox. */
function show(html) {
  found.innerHTML = html;
  for (const list of found.querySelectorAll("ul, li")) list.role = list.tagName === "UL" ? "group" : "none";
  for (const heading of found.querySelectorAll("h2")) heading.role = "none";
  options().forEach((option, number) => Object.assign(option, { id: `found-${number}`, role: "option", tabIndex: -1 }));
  found.role = options().length ? "listbox" : null;
  input.ariaExpanded = String(options().length > 0);
  choose(options()[0]);
}

async function ask() {
  asking.abort();
  asking = new AbortController();
  const url = new URL(input.form.action);
  url.searchParams.set("q", input.value);
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: asking.signal });
    if (answer.ok) show(await answer.text());
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

function pressed(event) {
  if (composing(event)) return;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) step(by);
  else if (event.key === "Enter" && chosen()) chosen().click();
  else return;
  event.preventDefault();
}

if (palette) {
  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
  palette.addEventListener("click", (event) => event.target === palette && palette.close());
  input.addEventListener("keydown", pressed);
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
}
