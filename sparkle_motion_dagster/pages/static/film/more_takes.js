// Ordering further takes of an item: how many, and how they are to differ.

import { make } from "sparkle/elements";
import { itemName } from "sparkle/words";

const MOST = 16;

/**
 * `<more-takes>`: the form; of whatever has been made, further takes can be ordered.
 */
export class MoreTakes extends HTMLElement {
  #items = new Map(); // what can be ordered, by the option's value
  #details = make("details", {}, make("summary", { textContent: "Make more takes" }));
  #item = make("select", { id: "takes-item" });
  #count = make("input", { type: "number", id: "takes-count", min: 1, max: MOST, value: 1, required: true });
  #seed = make("input", { type: "number", id: "takes-seed", min: 0, max: 2 ** 32 - 1, placeholder: "another one" });
  #prompt = make("textarea", { id: "takes-prompt", rows: 2, maxLength: 4000, placeholder: "As the plan says" });
  #send = make("button", { className: "primary", textContent: "Make takes" });

  /** Say who orders, and what happens when something was ordered. */
  begin(server, ordered) {
    const form = make(
      "form",
      { className: "stack" },
      make(
        "div",
        { className: "fields" },
        field("Of", this.#item),
        field("How many", this.#count),
        field("Seed of the first", this.#seed),
        make("div", { className: "wide" }, label("Prompt", this.#prompt), this.#prompt),
      ),
      make("p", { className: "soft small", textContent: "All are kept, and the film stays as it is until one is chosen and the film is rendered again." }),
      this.#send,
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#order(server, ordered);
    };
    this.#item.onchange = () => this.#suit();
    this.#details.append(form);
    this.append(this.#details);
  }

  /** Whether there is anything of which there could be takes. */
  get offers() {
    return this.#items.size > 0;
  }

  /** Offer what a film has. */
  offer(film) {
    const chosen = this.#item.value;
    this.#items = new Map(offered(film).map((item) => [`${item.stage}/${item.called}`, item]));
    this.#item.replaceChildren(...[...this.#items].map(([value, item]) => make("option", { value, textContent: itemName(item) })));
    if (this.#items.has(chosen)) this.#item.value = chosen;
    this.#suit();
  }

  /** Have the reader order takes of an item. */
  orderOf({ stage, called }) {
    this.#details.open = true;
    this.#item.value = `${stage}/${called}`;
    this.#suit();
    this.#count.focus();
    this.scrollIntoView({ block: "nearest" });
  }

  /** A line has no prompt. */
  #suit() {
    this.#prompt.disabled = this.#items.get(this.#item.value)?.kind === "line";
  }

  async #order(server, ordered) {
    this.#send.disabled = true;
    const order = { item: this.#item.value, takes: this.#count.valueAsNumber };
    if (this.#seed.value) order.seed = this.#seed.valueAsNumber;
    const prompt = this.#prompt.disabled ? "" : this.#prompt.value.trim();
    if (prompt) order.prompt = prompt;
    await server.trying(async () => {
      server.told(await server.moreTakes(order), "good");
      ordered();
    });
    this.#send.disabled = false;
  }
}

/** Return what a film has of which there can be takes, each once. */
function offered(film) {
  const made = film.keyframes.filter(({ picture, own }) => picture && !own);
  const filmed = film.shots.filter(({ clip, own, making }) => clip && making && !own);
  const spoken = film.lines.filter(({ wav, recorded }) => wav && !recorded);
  const all = [
    ...film.takes,
    ...made.map(({ id }) => ({ stage: "base_images", kind: "keyframe", called: id })),
    ...filmed.map(({ id }) => ({ stage: "shot_clips", kind: "clip", called: id })),
    ...spoken.map(({ id }) => ({ stage: "dialogue_wavs", kind: "line", called: id })),
  ];
  const seen = new Set();
  return all.filter(({ stage, called }) => !seen.has(`${stage}/${called}`) && seen.add(`${stage}/${called}`));
}

function field(text, input) {
  return make("div", {}, label(text, input), input);
}

function label(textContent, { id }) {
  return make("label", { htmlFor: id, textContent });
}

customElements.define("more-takes", MoreTakes);

/**
 * Return the form.
 * @param {object} server What speaks with the server.
 * @param {() => void} ordered Is called when something was ordered.
 * @returns {MoreTakes}
 */
export function moreTakes(server, ordered) {
  const form = make("more-takes");
  form.begin(server, ordered);
  return form;
}
