// The front page: all films, and how new ones begin.

import { Problem } from "sparkle/api";
import { make } from "sparkle/elements";
import { openDraft, openPlan } from "sparkle/front/desk";
import { takeDrops } from "sparkle/front/drops";
import "sparkle/front/films";
import "sparkle/front/prompt";
import { SIGNED_IN, mayWrite, signIn, signOut } from "sparkle/session";
import { Toast } from "sparkle/toast";

/** The page: what is above the list of films, and the list. */
class FrontPage extends HTMLElement {
  #films = make("film-list", { id: "films" });
  #toast = new Toast();

  connectedCallback() {
    const skip = make("a", { className: "skip", href: "#films", textContent: "Skip to the films" });
    const home = make("a", { className: "home", href: "/", textContent: "Sparkle Motion" });
    const masthead = make("header", { className: "masthead" }, home, make("session-button"));
    const begin = make(
      "section",
      { className: "begin", aria: { label: "Begin a film" } },
      make("film-prompt"),
      takeDrops((file) => openPlan(file, this.#told)),
    );
    this.replaceChildren(skip, masthead, make("main", {}, begin, this.#films), this.#toast);
    this.addEventListener("told", ({ detail: { text, tone } }) => this.#told(text, tone));
    this.addEventListener("read-draft", (event) => openDraft(event.detail, this.#told));
  }

  #told = (text, tone) => this.#toast.say(text, tone);
}

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
customElements.define("front-page", FrontPage);
