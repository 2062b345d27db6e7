// What a person may have made of a film: all of it anew, or its end.

import { make, say } from "sparkle/elements";

const JOBS = [
  ["render_movie", "Render again", "Makes what is missing or has changed; the rest is taken from the store."],
  ["finalize_movie", "Finalize", "Assembles the film anew of the clips and the sound that are there."],
];

/**
 * `<film-actions>`: buttons that order work on a film that nobody works on.
 * @fires changed When something was ordered.
 */
export class FilmActions extends HTMLElement {
  #notice = make("p", { className: "notice small", hidden: true, role: "status" });
  #buttons = make("div", { className: "row" });

  /**
   * Show what may be ordered.
   * @param {object} server What speaks with the server.
   */
  show(server) {
    this.#buttons.replaceChildren(...JOBS.map(([job, text, title]) => {
      const button = make("button", { type: "button", className: "compact", textContent: text, title });
      button.onclick = () => this.#order(server, job, button);
      return button;
    }));
    this.replaceChildren(this.#buttons, this.#notice);
  }

  /** Say how the film stands: while somebody works on it, nothing can be ordered. */
  set now(now) {
    for (const button of this.#buttons.children) button.disabled = now === "rendering" || now === "queued";
  }

  async #order(server, job, button) {
    button.disabled = true;
    await server.trying(this.#notice, async () => {
      say(this.#notice, await server.render(job), "good");
      this.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
    });
    button.disabled = false;
  }
}

customElements.define("film-actions", FilmActions);
