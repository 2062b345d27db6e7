// What a person may have made of a film: all of it anew, or its end, and what that takes.

import { Problem, isOverLimits } from "sparkle/api";
import { make } from "sparkle/elements";
import "sparkle/price";

const RENDER = { again: "Render again", first: "Render" };
const JOBS = [
  ["render_movie", RENDER.again, "Makes what is missing or has changed; the rest is taken from the store."],
  ["finalize_movie", "Finalize", "Assembles the film anew of the clips and the sound that are there."],
];

/** While a film stands so, somebody works on it, or is about to. */
const BUSY = ["rendering", "beginning", "queued"];

/** A film that stands so is finished: what rendering it takes is asked only before that is ordered. */
const FINISHED = "rendered";

/**
 * `<film-actions>`: buttons that order work on a film that nobody works on.
 * @fires changed When something was ordered.
 */
export class FilmActions extends HTMLElement {
  #server = null;
  #now = "";
  #isPriced = false; // since it stands so
  #isOrdering = false;
  #buttons = [];
  #price = make("render-price");

  /**
   * Show what may be ordered.
   * @param {object} server What speaks with the server.
   */
  show(server) {
    this.#server = server;
    this.className = "stack";
    this.#buttons = JOBS.map(([job, text, title]) => {
      const button = make("button", { type: "button", className: "compact", textContent: text, title });
      button.onclick = () => this.#order(job);
      return button;
    });
    this.replaceChildren(make("div", { className: "row" }, ...this.#buttons), this.#price);
    const [render] = this.#buttons;
    for (const about of ["pointerenter", "focus"]) render.addEventListener(about, () => this.#ask());
  }

  /** Say how the film stands: while somebody works on it, nothing can be ordered. */
  set now(now) {
    if (now !== this.#now) {
      this.#price.clear();
      this.#isPriced = false;
    }
    this.#now = now;
    this.#enable();
    if (now !== FINISHED || this.#buttons[0].matches(":hover, :focus")) this.#ask();
  }

  /** Say whether there is a film: what has never been rendered is not rendered again. */
  set hasFilm(has) {
    this.#buttons[0].textContent = has ? RENDER.again : RENDER.first;
  }

  get #isBusy() {
    return this.#isOrdering || BUSY.includes(this.#now);
  }

  #enable() {
    for (const button of this.#buttons) button.disabled = this.#isBusy;
  }

  /** Show what rendering takes, once as the film stands. Without a plan, nobody can tell. */
  async #ask() {
    if (this.#isBusy || this.#isPriced || this.#now === "") return;
    this.#isPriced = true;
    const stands = this.#now;
    try {
      const priced = await this.#server.price();
      if (stands === this.#now && !this.#isBusy) this.#show(priced, "render_movie");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  #show(priced, job) {
    const button = make("button", { type: "button", className: "compact", textContent: "Render all the same" });
    button.addEventListener("click", () => this.#order(job, true));
    this.#price.show(priced, button);
  }

  async #order(job, overLimits = false) {
    this.#isOrdering = true;
    this.#enable();
    await this.#server.trying(async () => {
      try {
        this.#server.told(await this.#server.render(job, overLimits), "good");
        this.#price.clear();
        this.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
      } catch (error) {
        if (!isOverLimits(error)) throw error;
        this.#show(error.priced, job);
      }
    });
    this.#isOrdering = false;
    this.#enable();
  }
}

customElements.define("film-actions", FilmActions);
