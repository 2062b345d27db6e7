// What a render takes before it is ordered, and what its limits object to.

import { make } from "sparkle/elements";

/** `<render-price>`: the price in a line; over its limits, what objects, and a button all the same. */
export class RenderPrice extends HTMLElement {
  connectedCallback() {
    this.classList.add("stack", "small", "price");
    this.setAttribute("role", "status");
    this.hidden ||= !this.childElementCount;
  }

  /** Show a price.
   *
   * @param {{line: string, objections: {said: string}[]}} priced
   * @param {string} label Of the button that orders it over its limits.
   * @param {() => void} order Orders it so.
   */
  show({ line, objections }, label, order) {
    const price = make("p", { className: "soft figures", textContent: line });
    if (objections.length === 0) {
      this.replaceChildren(price);
    } else {
      const said = objections.map((one) => make("li", { textContent: one.said }));
      const all = make("button", { type: "button", className: "compact", textContent: label });
      all.addEventListener("click", order);
      const notice = make("div", { className: "notice stack", data: { tone: "wait" } }, make("ul", {}, ...said), all);
      this.replaceChildren(price, notice);
    }
    this.hidden = false;
  }

  clear() {
    this.replaceChildren();
    this.hidden = true;
  }
}

customElements.define("render-price", RenderPrice);
