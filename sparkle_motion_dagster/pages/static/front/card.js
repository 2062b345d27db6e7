// A film in the list: its poster, what it is called, how it stands, and what can be done with it.

import { addressOf } from "sparkle/api";
import { make, prose } from "sparkle/elements";
import { controls, previewOf } from "sparkle/live";
import { ago, clock, doing, stageName, stateOf, titleOf } from "sparkle/words";

/** A card. Tells "read-draft" when the reader wants to read the draft that waits. */
export class FilmCard extends HTMLElement {
  #standing = null;
  #shown = ""; // the state that the buttons are for
  #picture = make("img", { alt: "", loading: "lazy", decoding: "async" });
  #badge = make("span", { className: "badge" });
  #title = make("a", {});
  #length = make("span", { className: "soft small figures" });
  #when = make("span", { className: "soft small" });
  #detail = make("p", { className: "detail small soft figures" });
  #bar = make("stage-bar");
  #actions = make("div", { className: "row actions" });

  constructor() {
    super();
    this.#picture.addEventListener("load", () => (this.#picture.dataset.loaded = ""));
    this.#picture.addEventListener("error", () => delete this.#picture.dataset.loaded);
  }

  connectedCallback() {
    if (this.childElementCount) return;
    this.className = "card film";
    this.append(
      make("div", { className: "poster" }, this.#picture, this.#bar),
      make(
        "div",
        { className: "about" },
        make("h3", {}, this.#title),
        make("div", { className: "row apart" }, this.#badge, make("div", { className: "row" }, this.#length, this.#when)),
        this.#detail,
        this.#actions,
      ),
    );
  }

  /** How the film stands; what has changed is shown in place. */
  set standing(standing) {
    this.#standing = standing;
    const { run_id: runId, now, film_s: seconds, since, poster } = standing;
    const { label, tone } = stateOf(now);
    this.#badge.textContent = label;
    this.#badge.dataset.tone = tone;
    this.#title.textContent = titleOf(standing);
    this.#title.title = titleOf(standing);
    this.#title.href = addressOf("films", runId);
    this.#length.textContent = seconds ? clock(seconds) : "";
    this.#when.textContent = since ? ago(since) : "";
    this.#detail.replaceChildren(prose(detailOf(standing)));
    this.#detail.dataset.tone = "";
    this.#detail.title = this.#detail.textContent;
    this.#bar.hidden = !["rendering", "paused"].includes(now);
    this.#bar.show(standing);
    if (poster) this.#showPicture(posterOf(runId, poster));
    this.#showActions();
  }

  get standing() {
    return this.#standing;
  }

  /** Show what has just been made, in the poster's place. */
  showItem(item) {
    const preview = previewOf(item);
    if (preview !== null) this.#showPicture(preview);
  }

  #showPicture(address) {
    if (this.#picture.getAttribute("src") !== address) this.#picture.setAttribute("src", address);
  }

  #showActions() {
    const { run_id: runId, now, waits_for: stage } = this.#standing;
    const state = `${now} ${stage}`;
    if (this.#shown === state) return;
    this.#shown = state;
    if (now === "rendered") this.#actions.replaceChildren(toPage(runId, "Watch"));
    else if (now === "waiting for review") this.#actions.replaceChildren(this.#review(runId, stage));
    else this.#actions.replaceChildren(...this.#controls(), toPage(runId, "Open"));
  }

  #controls() {
    return controls(this.#standing, (message, tone) => {
      this.#detail.replaceChildren(prose(message));
      this.#detail.dataset.tone = tone;
    });
  }

  #review(runId, stage) {
    if (stage !== "plan_draft") return toPage(runId, `Look at the ${stageName(stage).toLowerCase()}`);
    const read = make("button", { type: "button", className: "primary compact", textContent: "Read the draft" });
    read.addEventListener("click", () => {
      this.dispatchEvent(new CustomEvent("read-draft", { bubbles: true, detail: runId }));
    });
    return read;
  }
}

customElements.define("film-card", FilmCard);

/** Return the address of a film's poster, or of a small picture of one of its keyframes; another
 * version has another address, since a browser does not ask again for what a page has shown.
 */
function posterOf(runId, { stage, item, name, sha256 }) {
  const address = stage === "video_final"
    ? addressOf("artifacts", runId, stage, item, name)
    : addressOf("previews", runId, stage, item, "thumbnail");
  return `${address}?version=${sha256}`;
}

function toPage(runId, label) {
  return make("a", { className: "button compact", href: addressOf("films", runId), textContent: label });
}

function detailOf(standing) {
  const { run_id: runId, now, progress, message, damage, profile, in_queue: inQueue, waits_for: stage } = standing;
  if (now === "rendering" && progress) return doing(standing);
  if (inQueue) return inQueue;
  if (now === "waiting for review" && stage) {
    return `Approve or reject the ${stageName(stage).toLowerCase()}.`;
  }
  return damage || message || [runId, profile].filter(Boolean).join(" · ");
}
