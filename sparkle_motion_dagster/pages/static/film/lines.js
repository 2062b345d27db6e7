// The lines of a film: who says what, and the word that is being spoken.

import { make } from "sparkle/elements";
import { iconButton } from "sparkle/film/icons";
import { firstWord, voiceOf } from "sparkle/film/lanes";
import { lastBegun, seek, timecode } from "sparkle/film/moments";
import { takesLink } from "sparkle/film/takes";
import { view } from "sparkle/film/viewer";

const MEASURES = {
  into_silence: "goes on into a silence",
  faster: "spoken faster to fit",
  lengthened: "its shot is longer for it",
};

/** `<film-lines>`: the lines in order; a click jumps to a line's first word. */
export class FilmLines extends HTMLElement {
  #lines = [];
  #rows = [];
  #lit = null; // the line that is being spoken, by its index
  #word = null; // the element of the word that is being spoken

  /**
   * Show the lines of a film.
   * @param {object} film The view.
   * @param {{file: (shown: object) => string}} files
   */
  show(film, files) {
    this.#lines = film.lines;
    [this.#lit, this.#word] = [null, null];
    this.#rows = film.lines.map((line) => this.#row(film, line, files));
    this.replaceChildren(
      this.#rows.length
        ? make("ol", {}, ...this.#rows)
        : make("p", { className: "soft none", textContent: "Nobody speaks in this film." }),
    );
  }

  /** Light what is spoken at a moment, in seconds. */
  set moment(at_s) {
    const begun = this.#lines[0]?.start_s === null ? -1 : lastBegun(this.#lines, at_s);
    const lit = begun >= 0 && at_s < this.#lines[begun].end_s ? begun : null;
    if (lit !== this.#lit) this.#light(lit);
    if (lit !== null) this.#lightWord(lastBegun(this.#lines[lit].words, at_s));
  }

  #light(index) {
    if (this.#lit !== null) this.#rows[this.#lit].classList.remove("spoken");
    this.#lightWord(-1);
    this.#lit = index;
    if (index === null) return;
    const row = this.#rows[index];
    row.classList.add("spoken");
    const said = row.querySelector(".said");
    if (!said.childElementCount) said.replaceChildren(...inWords(this.#lines[index]));
    this.#bringIntoSight(row);
  }

  #lightWord(number) {
    const word = number < 0 ? null : this.#rows[this.#lit].querySelector(`[data-word="${number}"]`);
    if (word === this.#word) return;
    this.#word?.classList.remove("lit");
    word?.classList.add("lit");
    this.#word = word;
  }

  /** Scroll the list, never the page, and not under the hand of whoever reads in it. */
  #bringIntoSight(row) {
    const box = this.parentElement;
    const [top, bottom] = [row.offsetTop, row.offsetTop + row.offsetHeight];
    const seen = top >= box.scrollTop && bottom <= box.scrollTop + box.clientHeight;
    if (!seen && !box.matches(":hover")) box.scrollTop = top - box.clientHeight / 3;
  }

  #row(film, line, files) {
    const name = film.characters.find((one) => one.id === line.character).name;
    const at = firstWord(line);
    const jump = make(
      "button",
      { type: "button", className: "plain jump", disabled: at === null, onclick: () => seek(this, at) },
      make("span", { className: "when figures", textContent: at === null ? "" : timecode(at) }),
      make("span", { className: "who", textContent: name, data: { voice: voiceOf(film, line.character) } }),
      make("span", { className: "said", textContent: line.text }),
      make("span", { className: "how", textContent: how(line) }),
    );
    const hear = line.wav && iconButton("sound", `Hear line ${line.number} alone`, () =>
      view(this, `${name}: ${line.text}`, files.file(line.wav), line.wav.media_type));
    return make("li", { data: { line: line.id } }, jump, hear, takesLink(film, "line", line.id));
  }
}

/** Return how a line came about, in words. */
function how(line) {
  const slower = line.tempo !== null && line.tempo !== 1;
  const parts = [
    line.recorded ? `recording ${line.recorded}` : line.provider,
    line.voice,
    line.effect && `through ${line.effect}`,
    line.off_screen && "off screen",
    MEASURES[line.action],
    slower && `${line.tempo.toFixed(2)}× as fast`,
    line.cost_usd && `$${line.cost_usd.toFixed(4)}`,
    line.making?.taken && "from the store",
  ];
  return parts.filter(Boolean).join(" · ");
}

/** Yield a line's text, its words in elements of their own as far as they are found in it. */
function* inWords(line) {
  let from = 0;
  for (const [number, { text }] of line.words.entries()) {
    const at = line.text.indexOf(text, from);
    if (at < 0) continue;
    if (at > from) yield line.text.slice(from, at);
    yield make("span", { textContent: text, data: { word: number } });
    from = at + text.length;
  }
  yield line.text.slice(from);
}

customElements.define("film-lines", FilmLines);
