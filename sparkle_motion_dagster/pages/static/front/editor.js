// A plan as a text with numbered lines, checked while one types, and what it tells, or what is
// wrong with it, beside it.

import { Problem, ask } from "sparkle/api";
import { make, prose } from "sparkle/elements";
import { storyOf } from "sparkle/front/story";
import { withSession } from "sparkle/session";

const PAUSE_MS = 400; // of the typing, after which the text is checked

/** The editor. Tells "checked" when the server has looked at the text; `verdict` is then what it
 * found in the plan, or null where that is not one.
 */
export class PlanEditor extends HTMLElement {
  verdict = null;
  #name = "plan.yaml";
  #kept = "";
  #checks = 0;
  #timer = 0;
  #wrong = new Set();
  #numbers = make("div");
  #gutter = make("div", { className: "gutter", aria: { hidden: "true" } }, this.#numbers);
  #text = make("textarea", {
    className: "code",
    spellcheck: false,
    wrap: "off",
    autocapitalize: "off",
    aria: { label: "The plan's text" },
  });
  #beside = make("div", {
    className: "beside",
    tabIndex: 0,
    autofocus: true,
    aria: { live: "polite", label: "What the plan tells" },
    attributes: { role: "region" },
  });

  constructor() {
    super();
    this.#text.addEventListener("input", () => this.#edited());
    this.#text.addEventListener("scroll", () => this.#scrollNumbers());
  }

  connectedCallback() {
    const code = make("div", { className: "numbered" }, this.#gutter, this.#text);
    this.replaceChildren(this.#beside, code);
    this.#number();
  }

  /** Take a text to be read and edited.
   * @param {string} name The file's name, whose ending tells the format.
   * @param {string} text
   */
  load(name, text) {
    this.#name = name;
    this.#text.value = text;
    this.saved();
    this.#beside.replaceChildren(make("p", { className: "soft", textContent: "Reading the plan…" }));
    this.#check();
  }

  get text() {
    return this.#text.value;
  }

  get isEdited() {
    return this.#text.value !== this.#kept;
  }

  /** Take the text, as it is now, as one that is kept. */
  saved() {
    this.#kept = this.#text.value;
  }

  #edited() {
    this.verdict = null; // of what was there before
    this.#number();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), PAUSE_MS);
  }

  async #check() {
    const check = ++this.#checks;
    const address = `/plans/check?name=${encodeURIComponent(this.#name)}`;
    const headers = {
      "Content-Type": this.#name.endsWith(".json") ? "application/json" : "application/yaml",
    };
    let verdict = null;
    let problem = null;
    try {
      const body = this.text;
      verdict = await withSession(() => ask(address, { method: "POST", body, headers }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem = error;
    }
    if (check !== this.#checks) return; // the text is another one by now
    this.verdict = verdict;
    if (verdict) this.#showStory();
    else if (problem.problems.length) this.showProblems(problem.problems);
    else this.#showProblem(problem.detail);
    this.dispatchEvent(new CustomEvent("checked"));
  }

  #showStory() {
    this.#wrong.clear();
    this.#number();
    this.#beside.replaceChildren(storyOf(this.verdict));
  }

  #showProblem(detail) {
    this.#beside.replaceChildren(make("p", { className: "notice", data: { tone: "bad" } }, prose(detail)));
  }

  /** Show what is wrong with the text, each with its line and field.
   * @param {import("sparkle/api").FieldProblem[]} problems
   */
  showProblems(problems) {
    this.#wrong = new Set(problems.map(({ line }) => line).filter(Boolean));
    this.#number();
    const lines = this.text.split("\n");
    const heading = make("h3", {
      textContent: problems.length === 1 ? "One thing is wrong" : `${problems.length} things are wrong`,
    });
    const list = make("ol", { className: "problems stack" });
    list.append(...problems.map((problem) => this.#told(problem, lines)));
    this.#beside.replaceChildren(heading, list);
  }

  #told({ field, line, message }, lines) {
    const where = [line ? `Line ${line}` : "", field].filter(Boolean).join(" · ");
    const told = make("li", { className: "problem" }, make("p", { className: "where", textContent: where }));
    told.append(make("p", {}, prose(message)));
    if (line && line <= lines.length) {
      const quoted = make("button", {
        type: "button",
        className: "quoted",
        textContent: lines[line - 1].trim() || "(an empty line)",
        aria: { label: `Go to line ${line}` },
      });
      quoted.addEventListener("click", () => this.#goTo(line, lines));
      told.append(quoted);
    }
    return told;
  }

  #goTo(line, lines) {
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    this.#text.focus();
    this.#text.setSelectionRange(start, start + lines[line - 1].length);
    const height = parseFloat(getComputedStyle(this.#text).lineHeight);
    this.#text.scrollTop = Math.max(0, (line - 1) * height - this.#text.clientHeight / 3);
  }

  #number() {
    const lines = this.text.split("\n").length;
    while (this.#numbers.childElementCount > lines) this.#numbers.lastElementChild.remove();
    while (this.#numbers.childElementCount < lines) {
      this.#numbers.append(make("span", { textContent: this.#numbers.childElementCount + 1 }));
    }
    [...this.#numbers.children].forEach((number, index) => {
      number.toggleAttribute("data-wrong", this.#wrong.has(index + 1));
    });
    this.#scrollNumbers();
  }

  #scrollNumbers() {
    this.#numbers.style.setProperty("transform", `translateY(${-this.#text.scrollTop}px)`);
  }
}

customElements.define("plan-editor", PlanEditor);
