/** Passkeys: asks the browser the question in the form and sends what it answers. Without it the form stays hidden. */
const ANSWERED = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

function bytes(text) {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(padded), (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(signs).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** The options as the browser wants them: texts that stand for bytes become bytes. The name of the house is a text. */
function opened(options) {
  const key = structuredClone(options.publicKey);
  key.challenge = bytes(key.challenge);
  if (key.user) key.user.id = bytes(key.user.id);
  for (const known of [...(key.excludeCredentials ?? []), ...(key.allowCredentials ?? [])]) known.id = bytes(known.id);
  return key;
}

/** The answer as the server reads it. */
function written(credential) {
  const response = {};
  for (const name of ANSWERED) if (credential.response[name]) response[name] = text(credential.response[name]);
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

async function answer(form) {
  const publicKey = opened(JSON.parse(form.querySelector("[data-question]").value));
  const asked = publicKey.user ? "create" : "get";
  form.elements.answer.value = written(await navigator.credentials[asked]({ publicKey }));
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    try {
      await answer(form);
      form.requestSubmit();
    } catch {
      form.querySelector("[data-failed]").hidden = false;
    }
  }, { capture: true });
}
