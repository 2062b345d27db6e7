// What a person may have made of a film: all of it anew, or its end.

import { make } from "sparkle/elements";

const RENDER = { again: "Render again", first: "Render" };
const JOBS = [
  ["render_movie", RENDER.again, "Makes what is missing or has changed; the rest is taken from the store."],
  ["finalize_movie", "Finalize", "Assembles the film anew of the clips and the sound that are there."],
];

/** While a film stands so, somebody works on it, or is about to. */
const BUSY = ["rendering", "beginning", "queued"];

/**
 * `<film-actions>`: buttons that order work on a film that nobody works on.
 * @fires changed When something was ordered.
 */
export class FilmActions extends HTMLElement {
  #now = "";
  #isOrdering = false;

  /**
   * Show what may be ordered.
   * @param {object} server What speaks with the server.
   */
  show(server) {
    this.className = "row";
    this.replaceChildren(...JOBS.map(([job, text, title]) => {
      const button = make("button", { type: "button", className: "compact", textContent: text, title });
      button.onclick = () => this.#order(server, job);
      return button;
    }));
  }

  /** Say how the film stands: while somebody works on it, nothing can be ordered. */
  set now(now) {
    this.#now = now;
    this.#enable();
  }

  /** Say whether there is a film: what has never been rendered is not rendered again. */
  set hasFilm(has) {
    this.firstElementChild.textContent = has ? RENDER.again : RENDER.first;
  }

  #enable() {
    const busy = this.#isOrdering || BUSY.includes(this.#now);
    for (const button of this.children) button.disabled = busy;
  }

  async #order(server, job) {
    this.#isOrdering = true;
    this.#enable();
    await server.trying(async () => {
      server.told(await server.render(job), "good");
      this.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
    });
    this.#isOrdering = false;
    this.#enable();
  }
}

customElements.define("film-actions", FilmActions);
