// Who may write: whoever has shown the server's token. A cookie holds that from then on, which no
// script can read.

import { Problem, ask } from "sparkle/api";
import { make, prose, say } from "sparkle/elements";

/** Told on `document` when the reader has signed in: what needs the token can be done now. */
export const SIGNED_IN = "sparkle-signed-in";

const WHERE_IT_IS =
  "Whoever changes films shows the server's token. `sparkle serve` prints an address that holds it; " +
  "it also lies in the file `server.token` of `$SPARKLE_HOME`.";

let arrived = Promise.resolve();
let dialog = null;
arrive();
addEventListener("hashchange", arrive); // an address with a token, opened where the page is already

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

/** Have the server forget that this browser has shown the token. */
export async function signOut() {
  await ask("/session", { method: "DELETE" });
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

/** Take out of the address what is meant for scripts, before it is seen, shared or kept: the
 * server's token, and the page of a film that asked for it.
 */
function arrive() {
  const given = new URLSearchParams(location.hash.slice(1));
  const [token, next] = [given.get("token"), given.get("next")];
  if (token === null && next === null) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  if (token !== null) arrived = signInWith(token);
  if (next?.match(/^\/films\/[^/\\]+$/)) goOnTo(next);
}

async function signInWith(token) {
  try {
    await present(token);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    await askForToken(`The token in the address was refused. ${error.detail}`);
  }
}

async function goOnTo(page) {
  if (await signIn()) location.replace(page);
}

async function present(token) {
  await ask("/session", { method: "POST", headers: { Authorization: `Bearer ${token}` } });
  document.dispatchEvent(new CustomEvent(SIGNED_IN));
}

/** Ask for the token in a dialog, until the server takes it or the reader gives up.
 *
 * @param {string} reason What is said first.
 * @returns {Promise<boolean>} Whether the reader has signed in.
 */
function askForToken(reason = "") {
  const token = make("input", {
    type: "password",
    id: "sign-in-token",
    required: true,
    autocomplete: "current-password",
    spellcheck: false,
  });
  const refused = make("p", { className: "notice", attributes: { role: "alert" } });
  const enter = make("button", { className: "primary", textContent: "Sign in" });
  const leave = make("button", { type: "button", textContent: "Cancel" });
  const form = make(
    "form",
    { method: "dialog", className: "stack" },
    make("h2", { id: "sign-in-title", textContent: "Sign in" }),
    make("p", { className: "soft" }, prose(WHERE_IT_IS)),
    make("div", {}, make("label", { htmlFor: token.id, textContent: "Token" }), token),
    refused,
    make("div", { className: "row" }, enter, leave),
  );
  const box = make("dialog", { aria: { labelledby: "sign-in-title" } }, form);
  say(refused, reason, "bad");
  document.body.append(box);
  box.showModal();

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
        say(refused, error.detail, "bad");
        token.select();
      } finally {
        enter.disabled = false;
      }
    });
    box.addEventListener("close", () => {
      box.remove();
      settle(signedIn);
    });
  });
}
