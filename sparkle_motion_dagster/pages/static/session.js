// Who may write: whoever has shown the server's token. A cookie holds that from then on, which no
// script can read.

import { Problem, ask } from "sparkle/api";

/** Told on `document` when the reader has signed in: what needs the token can be done now. */
export const SIGNED_IN = "sparkle-signed-in";

const arrived = signInFromAddress();
let dialog = null;

/** Tell whether this browser may change anything.
 * @returns {Promise<boolean>}
 */
export async function mayWrite() {
  await arrived;
  return (await ask("/session")).may_write;
}

/** Have the reader sign in, unless they have.
 * @returns {Promise<boolean>} Whether they have now.
 */
export async function signIn() {
  if (await mayWrite()) return true;
  dialog ??= askForToken().finally(() => (dialog = null));
  return dialog;
}

/** Do what needs the token: where it is missing, have the reader sign in, and do it once more.
 *
 * @template T
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 * @throws {Problem} What the action throws; of status 401, where the reader did not sign in.
 */
export async function withSession(action) {
  await arrived;
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401 && (await signIn()))) throw error;
    return action();
  }
}

/** Take the token out of the address, before it is seen, shared or kept, and sign in with it. */
async function signInFromAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  try {
    await present(token);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    await askForToken(`The token in the address was refused. ${error.detail}`);
  }
}

async function present(token) {
  await ask("/session", { method: "POST", headers: { Authorization: `Bearer ${token}` } });
  document.dispatchEvent(new CustomEvent(SIGNED_IN));
}

/** Ask for the token in a dialog, until the server takes it or the reader gives up. */
function askForToken(reason = "") {
  const box = document.createElement("dialog");
  box.className = "sign-in";
  box.setAttribute("aria-labelledby", "sign-in-title");
  const form = element("form", { method: "dialog", className: "stack" });
  const token = element("input", {
    type: "password",
    id: "sign-in-token",
    required: true,
    autocomplete: "current-password",
    spellcheck: false,
  });
  const refused = element("p", { className: "notice", textContent: reason, hidden: !reason });
  refused.dataset.tone = "bad";
  refused.setAttribute("role", "alert");
  const enter = element("button", { className: "primary", textContent: "Sign in" });
  const leave = element("button", { type: "button", textContent: "Cancel" });
  const actions = element("div", { className: "row" });
  actions.append(enter, leave);
  const field = element("div");
  field.append(element("label", { htmlFor: token.id, textContent: "Token" }), token);
  form.append(
    element("h2", { id: "sign-in-title", textContent: "Sign in" }),
    element("p", {
      className: "soft",
      textContent:
        "Whoever changes films shows the server's token. `sparkle serve` prints an address that " +
        "holds it; it also lies in the file server.token of $SPARKLE_HOME.",
    }),
    field,
    refused,
    actions,
  );
  box.append(form);
  document.body.append(box);

  return new Promise((settle) => {
    let signedIn = false;
    leave.addEventListener("click", () => box.close());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      enter.disabled = true;
      try {
        await present(token.value.trim());
        signedIn = true;
        box.close();
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        refused.textContent = error.detail;
        refused.hidden = false;
        token.select();
      } finally {
        enter.disabled = false;
      }
    });
    box.addEventListener("close", () => {
      box.remove();
      settle(signedIn);
    });
    box.showModal();
  });
}

function element(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}
