// Tabs: several panels in one place, one of them open (https://www.w3.org/WAI/ARIA/apg/patterns/tabs/).

import { make } from "sparkle/elements";

/** `<page-tabs>`: a list of tabs, and their panels. */
class PageTabs extends HTMLElement {
  #tabs = new Map();

  /** Add a tab, and the panel that it opens. */
  add(name, content) {
    const id = `tab-${name.toLowerCase()}`;
    const number = make("span", { className: "count figures" });
    const tab = make("button", { type: "button", id, className: "plain tab", role: "tab", aria: { controls: `${id}-panel` } }, name, number);
    const panel = make("div", { id: `${id}-panel`, className: "panel", role: "tabpanel", tabIndex: 0, aria: { labelledby: id } }, content);
    tab.onclick = () => this.open(name);
    this.#tabs.set(name, { tab, panel, number });
  }

  /** Show the tabs, the first of them open. */
  build(label) {
    const tabs = [...this.#tabs.values()];
    const list = make("div", { className: "tabs", role: "tablist", aria: { label } }, ...tabs.map(({ tab }) => tab));
    list.onkeydown = (event) => this.#move(event);
    this.replaceChildren(list, ...tabs.map(({ panel }) => panel));
    this.open(this.#tabs.keys().next().value);
  }

  /** Open a tab. */
  open(name) {
    for (const [other, { tab, panel }] of this.#tabs) {
      tab.setAttribute("aria-selected", other === name);
      tab.tabIndex = other === name ? 0 : -1;
      panel.hidden = other !== name;
    }
  }

  /** Say how many things a tab holds. */
  count(name, number) {
    this.#tabs.get(name).number.textContent = number || "";
  }

  #move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.stopPropagation(); // else the film would move, too
    const names = [...this.#tabs.keys()];
    const at = names.findIndex((name) => this.#tabs.get(name).tab === event.target);
    const next = names[(at + step + names.length) % names.length];
    this.open(next);
    this.#tabs.get(next).tab.focus();
  }
}

customElements.define("page-tabs", PageTabs);

/**
 * Return tabs.
 * @param {string} label What they are about, for screen readers.
 * @param {Array<[string, HTMLElement]>} panels What is in each, by its name.
 * @returns {PageTabs}
 */
export function openTabs(label, panels) {
  const tabs = make("page-tabs");
  for (const [name, content] of panels) tabs.add(name, content);
  tabs.build(label);
  return tabs;
}
