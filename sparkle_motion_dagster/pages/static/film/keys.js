// The keys of the film's page, and the help that lists them.

import { make } from "sparkle/elements";
import { iconButton } from "sparkle/film/icons";

const SECOND = 1;
const FAR = 5;

const COMMENT = [["c"], "C", "comment on this moment", ({ comment }) => comment()];

/** What each key does: the keys as events name them, what is said of them, and the action. */
const KEYS = [
  [[" "], "space", "play or pause", ({ player }) => player.toggle()],
  [["k"], "K", "pause", ({ player }) => player.pause()],
  [["l"], "L", "play; again: faster", ({ player }) => player.shuttle(1)],
  [["j"], "J", "play backwards; again: faster", ({ player }) => player.shuttle(-1)],
  [["ArrowLeft"], "←", "a second back", ({ player }, far) => player.seek(player.moment - (far ? FAR : SECOND))],
  [["ArrowRight"], "→", "a second on; with Shift five", ({ player }, far) => player.seek(player.moment + (far ? FAR : SECOND))],
  [[","], ",", "a frame back", ({ player }) => player.step(-1)],
  [["."], ".", "a frame on", ({ player }) => player.step(1)],
  [["["], "[", "to the cut before", ({ player }) => player.cut(-1)],
  [["]"], "]", "to the next cut", ({ player }) => player.cut(1)],
  [["+", "="], "+", "timeline closer", ({ timeline }) => timeline.zoom(1.6)],
  [["-"], "−", "timeline from farther away", ({ timeline }) => timeline.zoom(1 / 1.6)],
  [["0"], "0", "all of the timeline", ({ timeline }) => timeline.zoom(0)],
  [["s"], "S", "captions on or off", ({ player }) => player.toggleCaptions()],
  [["m"], "M", "sound on or off", ({ player }) => player.toggleMuted()],
  [["f"], "F", "full screen", ({ player }) => player.toggleFull()],
  COMMENT,
];

/** The dialog that lists the keys. */
export class KeyHelp extends HTMLElement {
  #dialog = make("dialog", { aria: { label: "Keys" } });

  /**
   * List the keys.
   * @param {boolean} comments Whether comments can be made here.
   */
  show(comments) {
    const keys = KEYS.filter((one) => comments || one !== COMMENT);
    const rows = [...keys.map(([, key, what]) => [key, what]), ["?", "this help"]].flatMap(([key, what]) => [
      make("dt", {}, make("kbd", { textContent: key })),
      make("dd", { textContent: what }),
    ]);
    const close = iconButton("remove", "Close", () => this.#dialog.close());
    this.#dialog.replaceChildren(make("div", { className: "row apart" }, make("h2", { textContent: "Keys" }), close), make("dl", {}, ...rows));
    this.replaceChildren(this.#dialog);
  }

  open() {
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}

customElements.define("key-help", KeyHelp);

/**
 * Have keys work on the page, but where somebody writes, or a control takes them itself.
 * @param {{player: object, timeline: object, comment: () => void, help: KeyHelp}} parts What they
 *     work on; without a film `player` is null.
 */
export function listenToKeys(parts) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
    if (event.key === "?") return parts.help.open();
    const found = KEYS.find(([keys]) => keys.includes(event.key.length === 1 ? event.key.toLowerCase() : event.key));
    if (found === undefined || parts.player === null) return;
    event.preventDefault();
    found[3](parts, event.shiftKey);
  });
  // What was clicked on would take the space bar next, which is to play the film.
  document.addEventListener("click", ({ detail, target }) => {
    if (detail > 0) target.closest("button, summary")?.blur();
  });
}

function isTaken({ key, target }) {
  if (target.closest("dialog[open]")) return true;
  if (target.matches("textarea, select, input")) return true;
  return key === " " && target.matches("button, summary, a");
}
