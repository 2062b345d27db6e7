// The list of films, the one that changed last first, each as it stands now.

import { Problem, ask } from "sparkle/api";
import { make, say } from "sparkle/elements";
import { FilmCard } from "sparkle/front/card";
import { follow } from "sparkle/live";
import { SIGNED_IN, withSession } from "sparkle/session";
import { stateOf, titleOf } from "sparkle/words";

const AT_ONCE = 48; // cards that are shown, and films that are asked for
const MOST_ASKED = 200;
const AHEAD = "1500px"; // of where one has scrolled to, more is shown
const PATIENCE_MS = 5000; // with a connection that is being made
const NO_NEWS = "The server does not answer: what is shown here may be old. It goes on when that does.";

/** The list. It asks for films as one scrolls, and hears of what happens to them. */
class FilmList extends HTMLElement {
  #films = new Map(); // by run_id: how each stands, and its card, if it was drawn
  #order = []; // run_ids; a film stays where it is while one looks, whatever happens to it
  #newest = 0; // when that film of the list changed last that did so last
  #shown = AT_ONCE;
  #next = null; // where the server's list goes on; null: it has ended
  #asking = null;
  #drawing = false;
  #lost = 0; // the timer after which the server is said to be gone
  #isLost = false;
  #unfollow = null;
  #heading = make("h2", { textContent: "Films" });
  #number = make("span", { className: "soft figures" });
  #filter = make("input", { type: "search", id: "filter", placeholder: "Title, name or state" });
  #head = make(
    "div",
    { className: "row apart", hidden: true },
    make("div", { className: "row" }, this.#heading, this.#number),
    make(
      "div",
      { className: "search" },
      make("label", { htmlFor: "filter", className: "unseen", textContent: "Look for films" }),
      this.#filter,
    ),
  );
  #grid = make("div", { className: "films" });
  #empty = make("div", { className: "empty", hidden: true });
  #notice = make("p", { className: "notice", hidden: true, attributes: { role: "alert" } });
  #more = make("button", { type: "button", className: "more", textContent: "Show more", hidden: true });
  #begin = () => this.#start();

  connectedCallback() {
    this.replaceChildren(this.#head, this.#notice, this.#empty, this.#grid, this.#more);
    this.#filter.addEventListener("input", () => this.#look());
    this.#more.addEventListener("click", () => this.#showMore());
    const near = ([end]) => end.isIntersecting && this.#showMore();
    new IntersectionObserver(near, { rootMargin: AHEAD }).observe(this.#more);
    document.addEventListener(SIGNED_IN, this.#begin);
    this.#start();
  }

  disconnectedCallback() {
    document.removeEventListener(SIGNED_IN, this.#begin);
    this.#unfollow?.();
    this.#unfollow = null;
  }

  /** Ask for the first films, and listen from then on. */
  async #start() {
    if (this.#unfollow !== null || !(await this.#ask(AT_ONCE))) return;
    this.#unfollow ??= follow(null, {
      standing: (standing) => this.#takeTold(standing),
      item: (item) => this.#films.get(item.run_id)?.card?.showItem(item),
      gone: ({ run_id: runId }) => this.#remove(runId),
      connected: (connected) => this.#tellConnected(connected),
    });
  }

  /** Say that the server is gone, if it does not come back soon, and that it has come back. */
  #tellConnected(connected) {
    const tell = (text, tone) => {
      this.#isLost = !connected;
      this.dispatchEvent(new CustomEvent("told", { bubbles: true, detail: { text, tone } }));
    };
    if (!connected) {
      // Each attempt to connect that fails tells of it: the first one counts.
      this.#lost ||= setTimeout(() => tell(NO_NEWS, "bad"), PATIENCE_MS);
      return;
    }
    clearTimeout(this.#lost);
    this.#lost = 0;
    if (this.#isLost) tell("The server answers again.", "good");
  }

  /** Ask for the next films of the server's list; tell whether there was an answer. */
  #ask(limit) {
    this.#asking ??= this.#askOnce(limit).finally(() => (this.#asking = null));
    return this.#asking;
  }

  async #askOnce(limit) {
    const asked = new URLSearchParams({ limit });
    if (this.#next !== null) asked.set("page_token", this.#next);
    try {
      const answer = await withSession(() => ask(`/runs?${asked}`));
      this.#next = answer.next_page_token ?? null;
      answer.films.forEach((standing) => this.#takeListed(standing));
      say(this.#notice, "");
      this.#draw();
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      say(this.#notice, error.detail, "bad");
      return false;
    }
  }

  #showMore() {
    this.#shown += AT_ONCE;
    if (this.#next !== null && this.#order.length < this.#shown) this.#ask(AT_ONCE);
    this.#drawSoon();
  }

  /** Look for films among all: those that are not here yet are asked for. */
  async #look() {
    this.#shown = AT_ONCE;
    this.#drawSoon();
    while (this.#filter.value && this.#next !== null && (await this.#ask(MOST_ASKED)));
  }

  /** Take a film of the server's list: it comes after those that are here. */
  #takeListed(standing) {
    if (this.#update(standing)) return;
    this.#films.set(standing.run_id, { standing, card: null });
    this.#order.push(standing.run_id);
    if (standing.since) this.#newest = Math.max(this.#newest, Date.parse(standing.since));
  }

  /** Take a film that the server tells of: a new one comes first. One that has been there for long
   * comes when the list has come to it.
   */
  #takeTold(standing) {
    if (this.#update(standing) || sinceOf(standing) <= this.#newest) return;
    this.#films.set(standing.run_id, { standing, card: null });
    this.#order.unshift(standing.run_id);
    this.#drawSoon();
  }

  /** Have a film that is here stand as it does now; tell whether it is here. */
  #update(standing) {
    const known = this.#films.get(standing.run_id);
    if (known === undefined) return false;
    known.standing = standing;
    if (known.card) known.card.standing = standing;
    return true;
  }

  #remove(runId) {
    this.#films.get(runId)?.card?.remove();
    this.#films.delete(runId);
    this.#order = this.#order.filter((one) => one !== runId);
    this.#drawSoon();
  }

  #found() {
    const words = this.#filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    return this.#order.filter((runId) => {
      const { standing } = this.#films.get(runId);
      const { label } = stateOf(standing.now);
      const text = `${titleOf(standing)} ${runId} ${standing.now} ${label}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  /** Draw once for all that comes in before the next frame. */
  #drawSoon() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#drawing = false;
    const found = this.#found();
    const shown = found.slice(0, this.#shown).map((runId) => this.#cardOf(runId));
    // Cards that stay are not touched: they keep the focus, and their pictures.
    for (const card of [...this.#grid.children]) if (!shown.includes(card)) card.remove();
    shown.forEach((card, index) => {
      const there = this.#grid.children[index] ?? null;
      if (there !== card) this.#grid.insertBefore(card, there);
    });
    this.#head.hidden = this.#films.size === 0;
    this.#number.textContent = this.#filter.value
      ? `${found.length} of ${this.#films.size}`
      : `${this.#films.size.toLocaleString("en")}${this.#next === null ? "" : "+"}`;
    this.#more.hidden = found.length <= this.#shown && this.#next === null;
    this.#showEmpty(found.length);
  }

  #cardOf(runId) {
    const film = this.#films.get(runId);
    if (film.card === null) {
      film.card = new FilmCard();
      film.card.standing = film.standing;
    }
    return film.card;
  }

  #showEmpty(number) {
    this.#empty.hidden = number > 0 || this.#next !== null;
    if (this.#empty.hidden) return;
    this.#empty.replaceChildren(...(this.#films.size ? nothingFound(this.#filter.value) : noFilms()));
  }
}

customElements.define("film-list", FilmList);

/** Return when a film came to stand as it does; one that only waits in the queue has just come. */
function sinceOf({ since }) {
  return since ? Date.parse(since) : Infinity;
}

function nothingFound(words) {
  return [make("p", { className: "soft", textContent: `No film has “${words}” in its title, name or state.` })];
}

function noFilms() {
  const steps = [
    ["Say what it is about", "A sentence will do. A plan is written: shots, and who says what."],
    ["Read the plan", "Change what you like. Nothing is rendered before you approve it."],
    ["Watch it being made", "Voices first, then pictures to their length, then the film, here."],
  ].map(([what, how]) => make("li", {}, make("h3", { textContent: what }), make("p", { className: "soft", textContent: how })));
  return [make("h2", { textContent: "There are no films yet" }), make("ol", { className: "steps" }, ...steps)];
}
