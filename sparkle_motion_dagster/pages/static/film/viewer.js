// The viewer: one picture, clip or sound of the film, large.

import { make } from "sparkle/elements";
import { iconButton } from "sparkle/film/icons";

/**
 * Ask the page, by a `view` event, to show something large.
 * @param {HTMLElement} from Whoever asks.
 * @param {string} title
 * @param {string} address
 * @param {string} mediaType
 */
export function view(from, title, address, mediaType) {
  from.dispatchEvent(new CustomEvent("view", { bubbles: true, detail: { title, address, mediaType } }));
}

/** `<film-viewer>`: the dialog over the page that shows it. */
export class FilmViewer extends HTMLElement {
  #title = make("h2");
  #shown = make("div", { className: "viewed" });
  #dialog = make("dialog", { className: "wide", aria: { label: "Viewer" } });

  connectedCallback() {
    const close = iconButton("remove", "Close", () => this.#dialog.close());
    this.#dialog.append(make("div", { className: "row apart" }, this.#title, close), this.#shown);
    this.#dialog.addEventListener("close", () => this.#shown.replaceChildren());
    this.#dialog.addEventListener("click", ({ target }) => target === this.#dialog && this.#dialog.close());
    this.append(this.#dialog);
  }

  /** Show something, of a `view` event's detail. */
  open({ title, address, mediaType }) {
    this.#title.textContent = title;
    this.#shown.replaceChildren(shownAs(mediaType.split("/")[0], title, address));
    this.#dialog.showModal();
  }
}

function shownAs(kind, title, src) {
  if (kind === "image") return make("img", { src, alt: title });
  return make(kind, { src, controls: true, autoplay: true, aria: { label: title } });
}

customElements.define("film-viewer", FilmViewer);
