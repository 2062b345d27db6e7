// Comments on moments of a film: read, made and deleted.

import { make } from "sparkle/elements";
import { iconButton } from "sparkle/film/icons";
import { seek, timecode } from "sparkle/film/moments";
import { ago } from "sparkle/words";

const LONGEST = 1000; // characters

/**
 * `<film-comments>`: the comments in the order of their moments.
 * @fires commented When they changed; its detail are all of them.
 */
export class FilmComments extends HTMLElement {
  #server = null;
  #moment = 0;
  #list = make("ol");
  #none = make("p", { className: "soft none" });
  #text = make("textarea", { rows: 2, maxLength: LONGEST, required: true, id: "comment-text" });
  #label = make("label", { htmlFor: "comment-text" });

  /**
   * Show the comments of a film.
   * @param {Array<object>} comments Those that are known already.
   * @param {object | null} server What speaks with the server; null: they can only be read.
   */
  show(comments, server) {
    this.#server = server;
    this.#none.textContent = server ? "Nobody has said anything yet." : "Nobody had said anything when this page was written.";
    this.replaceChildren(...(server ? [this.#form()] : []), this.#none, this.#list);
    this.#showAll(comments);
    if (server) this.load();
  }

  /** Ask the server for them. */
  async load() {
    await this.#server.trying(async () => this.#showAll(await this.#server.comments()));
  }

  /** Take a moment, in seconds, as what the next comment is about. */
  set moment(at_s) {
    this.#moment = at_s;
    this.#label.textContent = `Comment at ${timecode(at_s)}`;
  }

  /** Have the reader write one. */
  write() {
    this.#text.focus();
  }

  #form() {
    const form = make("form", { className: "stack" }, make("div", {}, this.#label, this.#text));
    form.append(make("button", { className: "compact", textContent: "Comment" }));
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#add();
    };
    this.#text.onkeydown = (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    };
    this.moment = this.#moment;
    return form;
  }

  async #add() {
    const [at, text] = [this.#moment, this.#text.value.trim()];
    if (!text) return;
    await this.#server.trying(async () => {
      await this.#server.comment(at, text);
      this.#text.value = "";
      this.#showAll(await this.#server.comments());
    });
  }

  async #remove(comment) {
    await this.#server.trying(async () => {
      await this.#server.removeComment(comment.id);
      this.#showAll(await this.#server.comments());
    });
  }

  #showAll(comments) {
    this.#list.replaceChildren(...comments.map((one) => this.#row(one)));
    this.#none.hidden = comments.length > 0;
    this.dispatchEvent(new CustomEvent("commented", { bubbles: true, detail: comments }));
  }

  #row(comment) {
    const said = make("span", { className: "said", textContent: comment.text });
    const who = make("span", { className: "how", textContent: `${comment.by}, ${ago(comment.made_at)}` });
    const when = make("span", { className: "when figures", textContent: timecode(comment.at_s) });
    const jump = make("button", { type: "button", className: "plain jump", onclick: () => seek(this, comment.at_s) }, when, said, who);
    const remove = this.#server && iconButton("remove", `Delete the comment at ${timecode(comment.at_s)}`, () => this.#remove(comment));
    return make("li", { data: { comment: comment.id } }, jump, remove);
  }
}

customElements.define("film-comments", FilmComments);
