// What waits for a person's decision, and what people decided.

import { make } from "sparkle/elements";
import { ago, stageName } from "sparkle/words";

/**
 * `<film-reviews>`: approves or rejects what a stage made; nothing waits: it is hidden.
 * @fires changed When something was decided.
 */
export class FilmReviews extends HTMLElement {
  #note = make("input", { type: "text", id: "review-note", maxLength: 1000 });

  /**
   * Show what of a film waits.
   * @param {object} film The view.
   * @param {object | null} server What speaks with the server; null: nobody can decide here.
   */
  show(film, server) {
    const decided = film.reviews.map(inWords);
    const approved = film.reviews.some(({ stage, decision, holds }) => stage === film.waits_for && decision === "approved" && holds);
    const waits = film.waits_for !== null && !approved;
    this.hidden = !waits && !decided.length;
    this.className = waits ? "card" : "";
    this.replaceChildren(...(waits && server ? this.#question(film.waits_for, server) : []));
    this.append(make("p", { className: "soft small decided", textContent: decided.join(" ") }));
  }

  #question(stage, server) {
    const name = stageName(stage);
    const label = make("label", { htmlFor: "review-note", textContent: "Why (for whoever changes it)" });
    const approve = make("button", { type: "button", className: "primary", textContent: `Approve ${name.toLowerCase()}` });
    const reject = make("button", { type: "button", className: "danger", textContent: "Reject" });
    approve.onclick = () => this.#decide(server, stage, "approved");
    reject.onclick = () => this.#decide(server, stage, "rejected");
    return [
      make("h2", { textContent: `${name}: yours to decide` }),
      make("p", { className: "soft", textContent: "The film goes on when you approve what there is below." }),
      make("div", { className: "row decide" }, make("div", { className: "note" }, label, this.#note), approve, reject),
    ];
  }

  async #decide(server, stage, decision) {
    await server.trying(async () => {
      server.told(await server.review(stage, decision, this.#note.value.trim()), "good");
      this.#note.value = "";
      this.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
    });
  }
}

function inWords({ stage, decision, note, by, at, holds }) {
  const why = note ? `: “${note}”` : "";
  const since = holds ? "" : " It has been made anew since.";
  return `${by} ${decision} ${stageName(stage).toLowerCase()} ${ago(at)}${why}.${since}`;
}

customElements.define("film-reviews", FilmReviews);
