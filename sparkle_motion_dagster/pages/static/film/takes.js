// Takes: what was made in more than one way, side by side, and which of them the film has.

import { make } from "sparkle/elements";
import { icon } from "sparkle/film/icons";
import { moreTakes } from "sparkle/film/more_takes";
import { showFrame, stripFrame, STRIP_FRAMES } from "sparkle/film/strips";
import { view } from "sparkle/film/viewer";
import { count, itemName } from "sparkle/words";

/**
 * Return a link to the takes of an item; null: there is one take of it.
 * @param {object} film The view.
 * @param {string} kind Such as "clip".
 * @param {string} called What people call it, such as "shot_001".
 */
export function takesLink(film, kind, called) {
  const item = film.takes.find((one) => one.kind === kind && one.called === called);
  if (!item) return null;
  const text = `${count(item.takes.length, "take")} of ${called}`;
  return make("a", { className: "small", href: `#${idOf(item)}`, textContent: text });
}

function idOf(item) {
  return `takes-${item.stage}-${item.item}`;
}

/**
 * `<film-takes>`: the items of which there are takes, and what orders further ones.
 * @fires changed When something was chosen or ordered.
 */
export class FilmTakes extends HTMLElement {
  #server = null;
  #order = null; // the form that orders further takes; null: there is no server
  #made = new Map(); // what was made of each item, by what it shows as text
  #items = make("div", { className: "items" });

  /**
   * Show the takes of a film.
   * @param {object} film The view.
   * @param {object} files Where its files are.
   * @param {object | null} server What speaks with the server; null: nobody can choose here.
   */
  show(film, files, server) {
    [this.files, this.#server] = [files, server];
    if (server && this.#order === null) this.#order = moreTakes(server, () => this.#changed());
    if (!this.childElementCount) this.append(make("h2", { textContent: "Takes" }), ...(this.#order ? [this.#order] : []), this.#items);
    this.#order?.offer(film);
    this.hidden = !film.takes.length && !(this.#order && this.#order.offers);
    this.#items.replaceChildren(...film.takes.map((item) => this.#kept(item)));
  }

  #kept(item) {
    const text = JSON.stringify(item);
    if (!this.#made.has(text)) this.#made.set(text, this.#item(item));
    return this.#made.get(text);
  }

  #item(item) {
    const name = itemName(item);
    const standing = [
      item.is_pinned && badge(item.stale.length ? "Pinned, stale" : "Pinned", item.stale.length ? "wait" : "busy"),
    ].filter(Boolean);
    const words = [
      item.stale.length && `It would be made with another ${item.stale.join(", ")} now.`,
      item.why && `Chosen by rule: ${item.why}.`,
    ].filter(Boolean);
    return make(
      "section",
      { id: idOf(item), className: "item", aria: { label: `Takes: ${name}` }, data: { item: item.item } },
      make("div", { className: "row" }, make("h3", { textContent: name }), ...standing, ...this.#buttons(item, name)),
      words.length ? make("p", { className: "soft small", textContent: words.join(" ") }) : null,
      make("ol", {}, ...item.takes.map((take) => this.#take(item, take, name))),
    );
  }

  #buttons(item, name) {
    if (this.#server === null) return [];
    const pin = item.is_pinned
      ? this.#button("Unpin", `Unpin ${name}: it follows the plan again`, () => this.#server.unpin(item))
      : this.#button("Pin", `Pin ${name}: it stays as it is, whatever is edited`, () => this.#server.pin(item));
    const more = make("button", { type: "button", className: "plain compact", textContent: "More takes", aria: { label: `More takes of ${name}` } });
    more.onclick = () => this.#order.orderOf(item);
    return [pin, more];
  }

  #button(textContent, label, act) {
    const button = make("button", { type: "button", className: "compact", textContent, aria: { label } });
    button.onclick = () => this.#server.trying(async () => {
      this.#server.told(await act(), "good");
      this.#changed();
    });
    return button;
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
  }

  #take(item, take, name) {
    const isChosen = take.number === item.chosen;
    const badges = [
      take.in_film && badge("In the film", "good"),
      isChosen && badge("Chosen", "good"),
      take.pinned && badge("Pinned", "busy"),
    ].filter(Boolean);
    const choose = this.#server && take.fingerprint && !isChosen
      ? this.#button("Choose", `Choose take ${take.number} of ${name}`, () => this.#server.choose(item, take.number))
      : null;
    return make(
      "li",
      { className: "card", data: { take: take.number } },
      this.#shown(item, take, name),
      make(
        "div",
        { className: "told" },
        make("div", { className: "row" }, make("h4", { textContent: `Take ${take.number}` }), ...badges),
        make("p", { className: "small", textContent: take.differs }),
        make("ul", { className: "soft small" }, ...take.measured.map((textContent) => make("li", { textContent }))),
        choose,
      ),
    );
  }

  /** What is seen of a take: its picture, a frame of its clip; a click shows, or plays, all of it. */
  #shown(item, take, name) {
    const title = `${name}, take ${take.number}`;
    const address = take.file && this.files.take(take.file);
    if (!address) return make("div", { className: "clip none" }, make("span", { className: "not-yet", textContent: take.fingerprint ? "In the store alone" : "Not made yet" }));
    const verb = item.kind === "portrait" || item.kind === "keyframe" ? "Show" : "Play";
    const button = make("button", { type: "button", className: "plain clip", aria: { label: `${verb} ${title}` } });
    button.onclick = () => view(this, title, address, take.file.media_type);
    const preview = take.file.preview && this.files.takePreview(take.file.preview);
    if (item.kind === "clip" && preview) {
      const frame = stripFrame(preview, 2);
      button.onpointermove = ({ offsetX }) => showFrame(frame, Math.floor((offsetX / button.clientWidth) * STRIP_FRAMES));
      button.onpointerleave = () => showFrame(frame, 2);
      button.append(frame);
    } else if (verb === "Show") {
      button.append(make("img", { src: preview ?? address, alt: "", loading: "lazy", decoding: "async" }));
    } else {
      button.classList.add("none", item.kind);
      button.append(icon("sound"), make("span", { textContent: "Play" }));
    }
    return button;
  }
}

function badge(textContent, tone) {
  return make("span", { className: "badge", textContent, data: { tone } });
}

customElements.define("film-takes", FilmTakes);
