// What a render takes, before it is ordered, and what its limits object to.

import { make } from "sparkle/elements";

/** `<render-price>`: the price in a line, what objects to it, and a button that orders it so. */
export class RenderPrice extends HTMLElement {
  connectedCallback() {
    this.classList.add("stack", "small");
    this.setAttribute("role", "status");
  }

  /** Show a price.
   *
   * @param {{line: string, objections: {said: string}[]}} priced
   * @param {HTMLButtonElement | null} [button] Orders it over its limits, where anything objects.
   */
  show({ line, objections }, button = null) {
    const price = make("p", { className: "soft figures", textContent: line });
    if (objections.length === 0) {
      this.replaceChildren(price);
    } else {
      const said = objections.map((one) => make("p", { textContent: one.said }));
      const notice = make("div", { className: "notice stack", data: { tone: "wait" } }, ...said, button);
      this.replaceChildren(price, notice);
    }
  }

  clear() {
    this.replaceChildren();
  }
}

customElements.define("render-price", RenderPrice);
