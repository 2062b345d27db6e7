// The timeline: everything of a film where it lies, marks of comments, and the playhead.

import "sparkle/film/frame_preview";

import { make } from "sparkle/elements";
import { iconButton } from "sparkle/film/icons";
import { lanesOf, placed, shotBlocks } from "sparkle/film/lanes";
import { lastBegun, seek, timecode } from "sparkle/film/moments";
import { clock } from "sparkle/words";

const ZOOM = 1.6;
const CLOSEST_PX = 240; // of a second
const TICK_PX = 76; // at least, from one time to the next
const TICKS_S = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

/** `<film-timeline>`: shows where everything lies, and asks for moments by `seek` events. */
export class FilmTimeline extends HTMLElement {
  #film = null;
  #zoom = 1;
  #width = 0; // of what is seen of it, in pixels: asked for once, as asking lays the page out
  #moment = 0;
  #comments = [];
  #resized = new ResizeObserver(() => this.#lay());

  /**
   * Show where the parts of a film lie.
   * @param {object} film The view; its shots have been measured.
   * @param {{file: (shown: object) => string, preview: (shown: object) => string | null}} files
   */
  show(film, files) {
    [this.#film, this.files] = [film, files];
    this.length_s = film.duration_s ?? film.shots.at(-1).end_s;
    this.ruler = make("div", { className: "ruler", role: "slider", tabIndex: 0, aria: this.#described() });
    this.marks = make("div", { className: "marks" });
    this.shots = make("div", { className: "lane shots" });
    this.head = make("div", { className: "playhead" });
    const lanes = [{ name: "Shots", lane: this.shots }, ...lanesOf(film, this.length_s)];
    const names = lanes.map(({ name, lane }) => make("span", { className: lane.className, title: name, textContent: name }));
    const laid = make("div", { className: "lanes", aria: { hidden: true } }, ...lanes.map(({ lane }) => lane));
    this.tracks = make("div", { className: "tracks" }, this.ruler, this.marks, laid, this.head);
    this.scroller = make("div", { className: "scroller" }, this.tracks);
    this.preview = make("frame-preview", { aria: { hidden: true } });
    const body = make("div", { className: "body" }, make("div", { className: "names", aria: { hidden: true } }, ...names), this.scroller);
    this.replaceChildren(this.#bar(), body, this.preview);
    this.preview.show(film, files);
    this.#listen();
    this.#resized.observe(this);
    this.#lay();
  }

  disconnectedCallback() {
    this.#resized.disconnect();
  }

  /** Mark the moments of comments. */
  set comments(comments) {
    this.#comments = comments;
    if (this.#film) this.#markComments();
  }

  /** Move the playhead to a moment, in seconds. */
  set moment(at_s) {
    this.#moment = at_s;
    if (this.#film === null) return;
    const x = this.#x(at_s);
    this.head.style.transform = `translateX(${x}px)`;
    for (const [name, value] of Object.entries(this.#described())) this.ruler.setAttribute(`aria-${name}`, value);
    this.#keepInSight(x);
  }

  /**
   * Show it closer (above 1) or from farther away; 0: all of it.
   * @param {number} factor
   * @param {number} [anchor] What stays where it is, in pixels from the left; else the playhead.
   */
  zoom(factor, anchor = this.#x(this.#moment) - this.scroller.scrollLeft) {
    const before = this.#zoom;
    const closest = Math.max(1, (CLOSEST_PX * this.length_s) / this.#width);
    this.#zoom = factor ? Math.min(closest, Math.max(1, before * factor)) : 1;
    const left = ((this.scroller.scrollLeft + anchor) / before) * this.#zoom - anchor;
    this.#lay();
    this.scroller.scrollLeft = left;
  }

  #bar() {
    const whole = make("button", { type: "button", className: "plain compact", textContent: "Fit" });
    whole.onclick = () => this.zoom(0);
    const buttons = make(
      "div",
      { className: "row", role: "group", aria: { label: "Zoom" } },
      iconButton("farther", "Zoom out", () => this.zoom(1 / ZOOM)),
      iconButton("closer", "Zoom in", () => this.zoom(ZOOM)),
      whole,
    );
    return make("div", { className: "row apart" }, make("h2", { textContent: "Timeline" }), buttons);
  }

  #described() {
    const shot = this.#film.shots[lastBegun(this.#film.shots, this.#moment)];
    return {
      label: "Playhead",
      valuemin: 0,
      valuemax: this.length_s.toFixed(1),
      valuenow: this.#moment.toFixed(1),
      valuetext: `${timecode(this.#moment)}, shot ${shot.number} of ${this.#film.shots.length}`,
    };
  }

  #listen() {
    this.tracks.addEventListener("pointerdown", (event) => this.#grab(event));
    this.tracks.addEventListener("pointermove", ({ pointerType, clientX }) => {
      if (pointerType === "mouse") this.preview.showAt(this.#at(clientX), clientX);
    });
    const away = () => {
      this.preview.hidden = true;
    };
    this.tracks.addEventListener("pointerleave", away);
    this.scroller.addEventListener("scroll", away, { passive: true });
    this.scroller.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  #grab(event) {
    if (event.button || event.target.closest("button")) return;
    seek(this, Number(event.target.closest("[data-at]")?.dataset.at ?? this.#at(event.clientX)));
    if (event.pointerType !== "mouse") return; // a finger scrolls
    this.tracks.setPointerCapture(event.pointerId);
    const drag = ({ clientX }) => {
      if (Math.abs(clientX - event.clientX) > 3) seek(this, this.#at(clientX));
    };
    const end = () => this.tracks.removeEventListener("pointermove", drag);
    this.tracks.addEventListener("pointermove", drag);
    this.tracks.addEventListener("lostpointercapture", end, { once: true });
  }

  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? ZOOM : 1 / ZOOM, event.clientX - this.scroller.getBoundingClientRect().left);
  }

  #second() {
    return (this.#width * this.#zoom) / this.length_s;
  }

  #x(at_s) {
    return at_s * this.#second();
  }

  #at(clientX) {
    const at_s = (clientX - this.tracks.getBoundingClientRect().left) / this.#second();
    return Math.min(this.length_s, Math.max(0, at_s));
  }

  #keepInSight(x) {
    if (this.#zoom === 1) return;
    const { scrollLeft } = this.scroller;
    const hidden = x < scrollLeft || x > scrollLeft + this.#width - 16;
    if (hidden) this.scroller.scrollLeft = x - this.#width / 4;
  }

  /** Give all that depends on how wide a second is its place. */
  #lay() {
    this.#width = this.scroller.clientWidth;
    if (!this.#width) return;
    this.tracks.style.width = `${this.length_s * this.#second()}px`;
    this.#tick();
    const preview = (shown) => this.files.preview(shown);
    this.shots.replaceChildren(...shotBlocks(this.#film, this.length_s, this.#second(), preview));
    this.#markComments();
    this.moment = this.#moment;
  }

  #tick() {
    const every = TICKS_S.find((one) => one * this.#second() >= TICK_PX) ?? TICKS_S.at(-1);
    const ticks = Array.from({ length: Math.ceil(this.length_s / every) }, (_, number) => {
      const start = number * every;
      const text = every < 1 ? timecode(start) : clock(start);
      return placed(make("span", { className: "tick figures", textContent: text }), { start_s: start }, this.length_s);
    });
    this.ruler.replaceChildren(...ticks);
  }

  #markComments() {
    const marks = this.#comments.map((comment) => {
      const label = `Comment at ${timecode(comment.at_s)}: ${comment.text}`;
      const mark = make("button", { type: "button", className: "mark", title: comment.text, aria: { label } });
      mark.onclick = () => seek(this, comment.at_s);
      return placed(mark, { start_s: comment.at_s }, this.length_s);
    });
    this.marks.replaceChildren(...marks);
  }
}

customElements.define("film-timeline", FilmTimeline);
