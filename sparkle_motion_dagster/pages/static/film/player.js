// The player: the film, and controls that say what they do.

import { make } from "sparkle/elements";
import { keepCaptions, wantsCaptions } from "sparkle/film/captions";
import { icon, iconButton } from "sparkle/film/icons";
import { lastBegun, timecode } from "sparkle/film/moments";

const SHUTTLE_RATES = [1, 2, 4, 8];
const SPEEDS = [0.25, 0.5, 1, 1.5, 2];

/**
 * `<film-player>`: plays a film.
 * @fires moment Whenever another moment is seen; its detail is that, in seconds.
 */
export class FilmPlayer extends HTMLElement {
  #film = null;
  #rate = 0; // how fast the shuttle goes, below 0 backwards; 0: it does not
  #moved = 0; // when the shuttle last went back, in milliseconds

  /**
   * Show a film that has been made; one that is shown already plays on.
   * @param {object} film The view.
   * @param {{file: (shown: object) => string}} files
   */
  show(film, files) {
    if (this.#film?.film.sha256 === film.film.sha256) return;
    this.#film = film;
    const [top, bottom] = film.frame_rate.split("/").map(Number);
    this.frame_s = bottom / top;
    this.classList.toggle("upright", film.height > film.width);
    this.replaceChildren(this.#screen(files), this.#controls());
    this.#tell();
  }

  /** The moment that is seen, in seconds. */
  get moment() {
    return this.video.currentTime;
  }

  /** Show another moment. */
  seek(at_s) {
    const last = this.#film.duration_s - this.frame_s / 2;
    this.video.currentTime = Math.min(last, Math.max(0, at_s));
    this.#tell();
  }

  /** Play from where it is, at the speed that the reader chose. */
  play() {
    this.#shuttleAt(0);
    this.video.playbackRate = Number(this.speed.value);
    return this.#run();
  }

  pause() {
    this.#shuttleAt(0);
    this.video.pause();
  }

  toggle() {
    if (this.video.paused && this.#rate === 0) this.play();
    else this.pause();
  }

  /** Go some frames on, or back. */
  step(frames) {
    this.pause();
    const frame = Math.floor(this.moment / this.frame_s + 1e-3) + frames;
    // The middle of a frame, so that no rounding shows the one beside it.
    this.seek((Math.max(0, frame) + 0.5) * this.frame_s);
  }

  /** Go in a direction (1: on, -1: back), faster with each call, as J and L do in editing. */
  shuttle(direction) {
    const rate = this.#rate || (this.video.paused ? 0 : this.video.playbackRate);
    const faster = SHUTTLE_RATES.find((one) => one > rate * direction) ?? SHUTTLE_RATES.at(-1);
    this.#shuttleAt(faster * direction);
    if (direction > 0) {
      this.video.playbackRate = faster;
      this.#run();
    } else {
      this.video.pause();
      this.#moved = performance.now();
      requestAnimationFrame(this.#goBack);
    }
  }

  /** Go to the next cut (1), or to the one before (-1). */
  cut(direction) {
    const shots = this.#film.shots;
    const now = lastBegun(shots, this.moment);
    const within = this.moment - shots[now].start_s > 0.5;
    const shot = shots[direction < 0 && within ? now : now + direction];
    if (shot) this.seek(shot.start_s + this.frame_s / 2);
  }

  toggleMuted() {
    this.video.muted = !this.video.muted;
  }

  toggleCaptions() {
    if (this.track === null) return;
    const wanted = this.track.mode !== "showing";
    this.track.mode = wanted ? "showing" : "hidden";
    this.captions.setAttribute("aria-pressed", wanted);
    keepCaptions(wanted);
  }

  toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.requestFullscreen();
  }

  async #run() {
    try {
      await this.video.play();
    } catch (error) {
      if (error.name !== "AbortError") throw error; // it was paused before it began
    }
  }

  #shuttleAt(rate) {
    this.#rate = rate;
    this.rate.textContent = rate && rate !== 1 ? `${rate}×` : "";
  }

  /** No browser plays backwards: it is shown frame after frame, as fast as frames come. */
  #goBack = (now) => {
    if (this.#rate >= 0) return;
    const passed_s = ((now - this.#moved) / 1000) * -this.#rate;
    if (passed_s >= this.frame_s && !this.video.seeking) {
      this.#moved = now;
      this.seek(this.moment - passed_s);
    }
    if (this.moment > 0) requestAnimationFrame(this.#goBack);
    else this.pause();
  };

  #screen(files) {
    const film = this.#film;
    this.video = make("video", {
      src: files.file(film.film),
      preload: "metadata",
      playsInline: true,
      width: film.width,
      height: film.height,
      tabIndex: -1,
      aria: { label: film.title },
      onclick: () => this.toggle(),
      onplay: () => this.#showState(),
      onpause: () => this.#showState(),
      onended: () => this.#shuttleAt(0),
      onvolumechange: () => this.#showVolume(),
      onseeked: () => this.#tell(),
      ontimeupdate: () => this.#tell(),
      onerror: () => this.#fail(),
    });
    if (film.poster) this.video.poster = files.file(film.poster);
    this.track = film.captions ? this.#captionTrack(files.file(film.captions)) : null;
    this.rate = make("output", { className: "rate", aria: { label: "Shuttle" } });
    return make("div", { className: "screen" }, this.video, this.rate);
  }

  #captionTrack(src) {
    const element = make("track", { kind: "captions", label: "Captions", src });
    this.video.append(element);
    element.track.mode = wantsCaptions() ? "showing" : "hidden";
    return element.track;
  }

  #controls() {
    this.playing = iconButton("play", "Play (space)", () => this.toggle());
    this.muted = iconButton("sound", "Mute (M)", () => this.toggleMuted());
    this.captions = iconButton("captions", "Captions (S)", () => this.toggleCaptions());
    this.captions.setAttribute("aria-pressed", this.track?.mode === "showing");
    this.captions.disabled = this.track === null;
    this.now = make("span", { className: "now" });
    const length = make("span", { className: "soft", textContent: ` / ${timecode(this.#film.duration_s)}` });
    return make(
      "div",
      { className: "controls", role: "group", aria: { label: "Player" } },
      iconButton("back", "One frame back (comma)", () => this.step(-1)),
      this.playing,
      iconButton("forward", "One frame on (period)", () => this.step(1)),
      make("span", { className: "time figures" }, this.now, length),
      this.#chapterChoice(),
      this.muted,
      this.#volumeSlider(),
      this.#speedChoice(),
      this.captions,
      iconButton("full", "Full screen (F)", () => this.toggleFull()),
    );
  }

  #volumeSlider() {
    this.volume = make("input", { type: "range", min: 0, max: 1, step: 0.05, value: 1, className: "volume" });
    this.volume.setAttribute("aria-label", "Volume");
    this.volume.oninput = () => {
      this.video.volume = Number(this.volume.value);
      this.video.muted = false;
    };
    return this.volume;
  }

  #speedChoice() {
    const options = SPEEDS.map((rate) => make("option", { value: rate, textContent: `${rate}×`, selected: rate === 1 }));
    this.speed = make("select", { className: "speed", title: "Speed", aria: { label: "Speed" } }, ...options);
    this.speed.onchange = () => {
      this.video.playbackRate = Number(this.speed.value);
    };
    return this.speed;
  }

  #chapterChoice() {
    const chapters = this.#film.chapters;
    const options = chapters.map(({ title }, number) => make("option", { value: number, textContent: `${number + 1}. ${title}` }));
    this.chapter = make("select", { className: "chapter", title: "Chapter", aria: { label: "Chapter" } }, ...options);
    this.chapter.disabled = !chapters.length;
    this.chapter.onchange = () => this.seek(chapters[this.chapter.value].start_s + this.frame_s / 2);
    return this.chapter;
  }

  #showState() {
    const { paused } = this.video;
    const label = paused ? "Play (space)" : "Pause (space)";
    this.playing.replaceChildren(icon(paused ? "play" : "pause"));
    this.playing.setAttribute("aria-label", label);
    this.playing.title = label;
    if (!paused) requestAnimationFrame(this.#tellOn);
  }

  #showVolume() {
    const silent = this.video.muted || this.video.volume === 0;
    this.muted.replaceChildren(icon(silent ? "muted" : "sound"));
    this.muted.setAttribute("aria-pressed", silent);
    this.volume.value = silent ? 0 : this.video.volume;
  }

  #tellOn = () => {
    this.#tell();
    if (!this.video.paused) requestAnimationFrame(this.#tellOn);
  };

  #tell() {
    this.now.textContent = timecode(this.moment);
    this.chapter.value = lastBegun(this.#film.chapters, this.moment);
    this.dispatchEvent(new CustomEvent("moment", { bubbles: true, detail: this.moment }));
  }

  #fail() {
    const { path } = this.#film.film;
    this.rate.textContent = `The film cannot be played: ${path} is gone, or this browser knows no H.264.`;
  }
}

customElements.define("film-player", FilmPlayer);
