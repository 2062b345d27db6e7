// What lies under the pointer on the timeline: the frame of the film there, and its time.

import { make } from "sparkle/elements";
import { lastBegun, timecode } from "sparkle/film/moments";
import { showFrame, stripFrame, STRIP_FRAMES } from "sparkle/film/strips";

/** `<frame-preview>`: a small box that shows a moment of the film. */
export class FramePreview extends HTMLElement {
  #time = make("span", { className: "figures small" });
  #picture = make("span", { className: "picture" });
  #video = null;
  #wanted = null; // the moment to show next, in seconds
  #shot = null; // the shot whose strip is shown

  /**
   * Say which film it shows.
   * @param {object} film The view.
   * @param {{file: (shown: object) => string, preview: (shown: object) => string | null}} files
   */
  show(film, files) {
    [this.film, this.files] = [film, files];
    [this.#video, this.#shot] = [null, null];
    this.hidden = true;
    this.replaceChildren(this.#picture, this.#time);
  }

  /**
   * Show a moment.
   * @param {number} at_s
   * @param {number} x Where the pointer is in the window, in pixels.
   */
  showAt(at_s, x) {
    this.hidden = false;
    this.#time.textContent = timecode(at_s);
    if (this.film.film) this.#showFilm(at_s);
    else this.#showStrip(at_s);
    const around = this.parentElement.getBoundingClientRect();
    const most = around.width - this.offsetWidth;
    const left = Math.min(most, Math.max(0, x - around.left - this.offsetWidth / 2));
    this.style.transform = `translateX(${left}px)`;
  }

  /** The film's own frame; the next one is asked for when the last one has come. */
  #showFilm(at_s) {
    if (this.#video === null) {
      this.#video = make("video", { src: this.files.file(this.film.film), preload: "auto", muted: true, tabIndex: -1 });
      this.#video.onseeked = () => this.#seekOn();
      this.#video.onloadeddata = () => this.#seekOn();
      this.#picture.replaceChildren(this.#video);
    }
    this.#wanted = at_s;
    if (!this.#video.seeking) this.#seekOn();
  }

  #seekOn() {
    if (this.#wanted === null || this.#video.readyState === HTMLMediaElement.HAVE_NOTHING) return;
    this.#video.currentTime = this.#wanted;
    this.#wanted = null;
  }

  #showStrip(at_s) {
    const shot = this.film.shots[lastBegun(this.film.shots, at_s)];
    const strip = shot?.strip ? this.files.preview(shot.strip) : null;
    if (this.#shot !== shot) this.#picture.replaceChildren(...(strip ? [stripFrame(strip, 0)] : []));
    this.#shot = shot;
    const part = (at_s - shot.start_s) / (shot.end_s - shot.start_s);
    if (strip) showFrame(this.#picture.firstElementChild, Math.floor(part * STRIP_FRAMES));
  }
}

customElements.define("frame-preview", FramePreview);
