// The shots of a film, a card each: its pictures, its clip, and how they came about.

import { make } from "sparkle/elements";
import { lastBegun, seek, timecode, took } from "sparkle/film/moments";
import { showFrame, stripFrame, STRIP_FRAMES } from "sparkle/film/strips";
import { takesLink } from "sparkle/film/takes";
import { view } from "sparkle/film/viewer";

const TRANSITIONS = {
  match: "matches the next shot",
  hold: "holds, then cuts",
  cut: "cuts",
  dissolve: "dissolves",
  fade: "fades",
  wipe: "wipes",
};

/** `<film-shots>`: the shots in order; asks for moments, and for what is to be seen large. */
export class FilmShots extends HTMLElement {
  #shots = [];
  #cards = [];
  #made = new Map(); // the card that was made of each shot, by what it shows as text
  #seen = null;

  /**
   * Show the shots of a film.
   * @param {object} film The view.
   * @param {{file: (shown: object) => string, preview: (shown: object) => string | null}} files
   */
  show(film, files) {
    [this.#shots, this.#seen, this.files] = [film.shots, null, files];
    const keyframes = new Map(film.keyframes.map((one) => [one.id, one]));
    this.#cards = film.shots.map((shot) => {
      const shown = shot.keyframes.map((id) => keyframes.get(id));
      const takes = [["clip", shot.id], ...shot.keyframes.map((id) => ["keyframe", id])].map((one) => takesLink(film, ...one)).filter(Boolean);
      const text = JSON.stringify([shot, shown, takes.map(({ textContent }) => textContent)]);
      if (!this.#made.has(text)) this.#made.set(text, this.#card(shot, shown, takes));
      return this.#made.get(text);
    });
    this.style.setProperty("--aspect", film.width ? film.width / film.height : 16 / 9);
    this.replaceChildren(make("ol", {}, ...this.#cards));
  }

  /** Mark the shot that is seen at a moment, in seconds. */
  set moment(at_s) {
    const seen = this.#shots[0]?.start_s === null ? undefined : this.#cards[lastBegun(this.#shots, at_s)];
    if (seen === this.#seen) return;
    this.#seen?.removeAttribute("aria-current");
    seen?.setAttribute("aria-current", "true");
    this.#seen = seen;
  }

  #card(shot, keyframes, takes) {
    const when = shot.start_s === null
      ? make("span", { className: "soft small figures", textContent: `${took(shot.planned_s)} planned` })
      : this.#jump(shot);
    const head = make("div", { className: "row apart" }, make("h3", {}, `${shot.number}`, make("span", { className: "soft", title: shot.id, textContent: shot.id })), when);
    const pictures = make("div", { className: "keyframes" }, ...keyframes.map((one) => this.#keyframe(one)));
    return make(
      "li",
      { className: "card", data: { shot: shot.id } },
      shot.clip ? this.#clip(shot) : this.#before(shot, keyframes),
      make("div", { className: "told" }, head, make("p", { textContent: shot.description }), pictures, takes.length ? make("div", { className: "row takes" }, ...takes) : null, facts(shot, shot.number === this.#shots.length), this.#details(shot, keyframes)),
    );
  }

  #jump(shot) {
    const text = `${timecode(shot.start_s)} – ${timecode(shot.end_s)}`;
    const label = `Show shot ${shot.number}, from ${timecode(shot.start_s)}`;
    const onclick = () => seek(this, shot.start_s);
    return make("button", { type: "button", className: "plain compact figures", textContent: text, onclick, aria: { label } });
  }

  /** Its strip, through which the pointer leads; a click plays the clip. */
  #clip(shot) {
    const strip = shot.strip ? this.files.preview(shot.strip) : null;
    const button = make("button", { type: "button", className: "plain clip", aria: { label: `Play the clip of shot ${shot.number}` } });
    button.onclick = () => view(this, `Shot ${shot.number}: ${shot.id}`, this.files.file(shot.clip), shot.clip.media_type);
    if (strip === null) return button;
    const frame = stripFrame(strip, 2);
    button.onpointermove = ({ offsetX }) => showFrame(frame, Math.floor((offsetX / button.clientWidth) * STRIP_FRAMES));
    button.onpointerleave = () => showFrame(frame, 2);
    button.append(frame);
    return button;
  }

  /** What is known of a shot before it has a clip: the picture that it starts on. */
  #before(shot, keyframes) {
    const start = keyframes.find(({ picture }) => picture !== null);
    const text = make("span", { className: "not-yet", textContent: "Not filmed yet" });
    if (start === undefined) return make("div", { className: "clip none" }, text);
    const picture = this.#keyframe(start);
    picture.className = "plain clip";
    picture.append(text);
    return picture;
  }

  #keyframe(keyframe) {
    const { id, prompt, picture, thumbnail } = keyframe;
    if (picture === null) return make("span", { className: "keyframe none", textContent: id });
    const src = (thumbnail && this.files.preview(thumbnail)) ?? this.files.file(picture);
    const image = make("img", { src, alt: "", loading: "lazy", decoding: "async" });
    const button = make("button", { type: "button", className: "plain keyframe", title: prompt, aria: { label: `Keyframe ${id}: ${prompt}` } }, image);
    button.onclick = () => view(this, id, this.files.file(picture), picture.media_type);
    return button;
  }

  #details(shot, keyframes) {
    const rows = [
      ["Place", shot.setting],
      ["Camera", shot.motion_prompt],
      ["Not to be seen", shot.negative_prompt],
      ["Clip of your own", shot.own],
      ["Clip", made(shot.making)],
      ["Mouths", shot.mouths && [made(shot.mouths.making), shot.mouths.driven_by && `moved by ${shot.mouths.driven_by}`].filter(Boolean).join(" · ")],
      ["Nothing seen", stretches(shot.black)],
      ["Nothing moves", stretches(shot.still)],
      ...keyframes.flatMap(ofKeyframe),
    ];
    const shown = rows.filter(([, text]) => text);
    const list = make("dl", {}, ...shown.flatMap(([name, text]) => [make("dt", { textContent: name }), make("dd", { textContent: text })]));
    return make("details", {}, make("summary", { textContent: "Prompts and making" }), list);
  }
}

function facts(shot, isLast) {
  const ending = TRANSITIONS[shot.transition];
  const steps = [shot.making, shot.mouths?.making].filter(Boolean);
  const fresh = steps.filter((step) => !step.taken);
  const seconds = fresh.reduce((sum, step) => sum + step.seconds, 0);
  const words = [
    shot.mouths && "mouths moved",
    steps.length && (fresh.length ? `made in ${took(seconds)}` : "from the store"),
    shot.transition_s ? `${ending} in ${took(shot.transition_s)}` : !isLast && ending,
  ];
  return make("p", { className: "soft small", textContent: words.filter(Boolean).join(" · ") });
}

function ofKeyframe(keyframe) {
  const own = keyframe.own ? `picture of your own: ${keyframe.own}` : made(keyframe.making);
  return [
    [`Keyframe ${keyframe.id}`, keyframe.prompt],
    ["Not to be seen", keyframe.negative_prompt],
    ["Left out", keyframe.not_shown.join(", ")],
    ["Made", own],
  ];
}

function made(making) {
  if (making === null) return null;
  const model = making.model ? ` (${making.model})` : "";
  const source = making.taken ? `from the store; it took ${took(making.seconds)}` : took(making.seconds);
  return `${making.engine}${model} · ${source}`;
}

function stretches(found) {
  return found.map((one) => `${timecode(one.start_s)} to ${timecode(one.end_s)}`).join(", ");
}

customElements.define("film-shots", FilmShots);
