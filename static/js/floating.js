/** What floats: toasts leave after 8 seconds, menus close when one looks elsewhere, dialogs open in browsers without invoker commands. */
const TOAST_MS = 8000;

for (const toast of document.querySelectorAll(".toasts > .toast")) {
  const leave = () => toast.matches(":hover, :focus-within") ? setTimeout(leave, TOAST_MS) : toast.remove();
  setTimeout(leave, TOAST_MS);
}

function close(menu) {
  menu.open = false;
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.floats[open]")) if (!menu.contains(event.target)) close(menu);
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.activeElement.closest("details.floats[open]");
  if (!menu) return;
  event.preventDefault();
  close(menu);
  menu.querySelector("summary").focus();
});

if (!("commandForElement" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[commandfor]");
    const dialog = button && document.getElementById(button.getAttribute("commandfor"));
    if (dialog) button.getAttribute("command") === "close" ? dialog.close() : dialog.showModal();
  });
}
