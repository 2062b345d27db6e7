// Beginning with a prompt: a plan is written about it, to be read before anything is rendered.

import { Problem, ask } from "sparkle/api";
import { make, say } from "sparkle/elements";
import { withSession } from "sparkle/session";

const SHORTEST_S = 8; // as the server has it
const LONGEST_S = 600;

/** A form that asks what a film is to be about. Tells "told" when a plan is being written. */
class FilmPrompt extends HTMLElement {
  #prompt = make("textarea", {
    id: "prompt",
    rows: 3,
    required: true,
    maxLength: 20000,
    placeholder: "Two keepers argue in a lighthouse while a storm comes in.",
    attributes: { "aria-describedby": "prompt-hint" },
  });
  #seconds = make("input", { type: "number", id: "seconds", min: SHORTEST_S, max: LONGEST_S, placeholder: "30" });
  #style = make("input", { type: "text", id: "style", placeholder: "film noir" });
  #name = make("input", {
    type: "text",
    id: "run-id",
    placeholder: "of the prompt's words",
    pattern: "[A-Za-z0-9][A-Za-z0-9_.\\-]*",
    title: "letters, digits, _ . and -",
    autocomplete: "off",
  });
  #submit = make("button", { className: "primary", textContent: "Write a plan" });
  #notice = make("p", { className: "notice", hidden: true, attributes: { role: "alert" } });

  connectedCallback() {
    const form = make(
      "form",
      { className: "stack" },
      make("h1", { textContent: "What is your film about?" }),
      make("label", { htmlFor: "prompt", className: "unseen", textContent: "What the film is about" }),
      this.#prompt,
      this.#further(),
      make(
        "div",
        { className: "row" },
        this.#submit,
        make("span", {
          id: "prompt-hint",
          className: "small soft",
          textContent: "You read it, and change it as you like, before anything is rendered.",
        }),
      ),
      this.#notice,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#prompt.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    this.replaceChildren(form);
  }

  #further() {
    const field = (label, input) =>
      make("div", {}, make("label", { htmlFor: input.id, textContent: label }), input);
    return make(
      "details",
      {},
      make("summary", { className: "small", textContent: "Length, style, name" }),
      make(
        "div",
        { className: "fields" },
        field("Seconds", this.#seconds),
        field("Style", this.#style),
        field("The film's name in files", this.#name),
      ),
    );
  }

  async #send() {
    const asked = { prompt: this.#prompt.value.trim() };
    if (this.#seconds.value) asked.seconds = this.#seconds.valueAsNumber;
    if (this.#style.value.trim()) asked.style = this.#style.value.trim();
    if (this.#name.value) asked.run_id = this.#name.value;
    this.#submit.disabled = true;
    say(this.#notice, "");
    try {
      const { message } = await withSession(() => ask("/drafts", { method: "POST", body: asked }));
      this.#prompt.value = "";
      this.#name.value = "";
      const told = { text: message, tone: "good" };
      this.dispatchEvent(new CustomEvent("told", { bubbles: true, detail: told }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const fields = error.problems.map(({ field, message }) => `${field.replace(/^body\./, "")}: ${message}`);
      say(this.#notice, [error.detail, ...fields].join("\n"), "bad");
    } finally {
      this.#submit.disabled = false;
    }
  }
}

customElements.define("film-prompt", FilmPrompt);
