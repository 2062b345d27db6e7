// What came of what the reader did, in a sentence at the foot of the page.

import { make, prose } from "sparkle/elements";

const SHOWN_MS = 9000; // what went well; what went wrong stays until the reader has read it

/** The sentence, with a button that takes it away. */
export class Toast extends HTMLElement {
  #text = make("span");
  #timer = 0;

  connectedCallback() {
    const close = make("button", { type: "button", className: "plain compact", textContent: "Close" });
    close.addEventListener("click", () => this.say(""));
    this.className = "toast notice";
    this.setAttribute("role", "status");
    this.hidden = true;
    this.replaceChildren(this.#text, close);
  }

  /** Say something.
   * @param {string} text Nothing: what was said goes away.
   * @param {"good" | "wait" | "bad" | ""} [tone]
   */
  say(text, tone = "") {
    clearTimeout(this.#timer);
    this.#text.replaceChildren(prose(text));
    this.dataset.tone = tone;
    this.hidden = !text;
    if (tone !== "bad") this.#timer = setTimeout(() => this.say(""), SHOWN_MS);
  }
}

customElements.define("page-toast", Toast);
