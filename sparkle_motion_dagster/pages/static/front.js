// The front page: all films, and how new ones begin.

import { make } from "sparkle/elements";
import { openDraft, openPlan } from "sparkle/front/desk";
import { takeDrops } from "sparkle/front/drops";
import "sparkle/front/films";
import "sparkle/front/prompt";
import "sparkle/session_button";
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

customElements.define("front-page", FrontPage);
