/** A page that nobody looks at asks nothing; what it polls is asked again as soon as somebody looks. */
const POLLS = ["every", "visibilitychange"];

document.addEventListener("htmx:config:request", (event) => {
  if (document.hidden && POLLS.includes(event.detail.ctx.sourceEvent?.type)) event.preventDefault();
});
