// The button in the masthead by which one signs in, or out.

import { Problem } from "sparkle/api";
import { make } from "sparkle/elements";
import { SIGNED_IN, mayWrite, signIn, signOut } from "sparkle/session";

/** Says whether the reader has signed in, and lets them do so, or leave. */
class SessionButton extends HTMLElement {
  #button = make("button", { type: "button", className: "plain compact", hidden: true });
  #signedIn = false;
  #look = () => this.#show();

  connectedCallback() {
    this.replaceChildren(this.#button);
    this.#button.addEventListener("click", async () => {
      await (this.#signedIn ? signOut() : signIn());
      await this.#show();
    });
    document.addEventListener(SIGNED_IN, this.#look);
    this.#show();
  }

  disconnectedCallback() {
    document.removeEventListener(SIGNED_IN, this.#look);
  }

  async #show() {
    try {
      this.#signedIn = await mayWrite();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return; // the list says that the server does not answer
    }
    this.#button.textContent = this.#signedIn ? "Sign out" : "Sign in";
    this.#button.hidden = false;
  }
}

customElements.define("session-button", SessionButton);
