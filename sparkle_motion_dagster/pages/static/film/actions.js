// What a person may have made of a film: all of it anew, or its end.

import { make } from "sparkle/elements";

const JOBS = [
  ["render_movie", "Render again", "Makes what is missing or has changed; the rest is taken from the store."],
  ["finalize_movie", "Finalize", "Assembles the film anew of the clips and the sound that are there."],
];

/** While a film stands so, somebody works on it, or is about to. */
const BUSY = ["rendering", "beginning", "queued"];

/**
 * `<film-actions>`: buttons that order work on a film that nobody works on.
 * @fires changed When something was ordered.
 */
export class FilmActions extends HTMLElement {
  /**
   * Show what may be ordered.
   * @param {object} server What speaks with the server.
   */
  show(server) {
    this.className = "row";
    this.replaceChildren(...JOBS.map(([job, text, title]) => {
      const button = make("button", { type: "button", className: "compact", textContent: text, title });
      button.onclick = () => this.#order(server, job, button);
      return button;
    }));
  }

  /** Say how the film stands: while somebody works on it, nothing can be ordered. */
  set now(now) {
    for (const button of this.children) button.disabled = BUSY.includes(now);
  }

  async #order(server, job, button) {
    button.disabled = true;
    await server.trying(async () => {
      server.told(await server.render(job), "good");
      this.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
    });
    button.disabled = false;
  }
}

customElements.define("film-actions", FilmActions);
