// The lanes of the timeline: shots, who speaks, mouths, sounds, each where it lies in the film.

import { make } from "sparkle/elements";
import { stripFrame, STRIP_FRAMES } from "sparkle/film/strips";

const SHOT_PX = 46; // how high shots are shown, as the styles have it
const KINDS = { music: "Music", ambience: "Ambience", effects: "Effects" };

/** The number of colours in which voices are told apart. */
export const VOICES = 6;

/**
 * Return the colour of a character's voice, as a number from 0.
 * @param {object} film The view.
 * @param {string} character Its id.
 */
export function voiceOf(film, character) {
  return film.characters.findIndex((one) => one.id === character) % VOICES;
}

/**
 * Return the lanes of what is heard, and of mouths, from the top; a lane that has nothing is none.
 * @param {object} film The view.
 * @param {number} length_s How long the film is.
 * @returns {Array<{name: string, lane: HTMLElement}>}
 */
export function lanesOf(film, length_s) {
  const block = (stretch, properties, text = "") => placed(make("span", properties, text), stretch, length_s);
  const lines = (character) =>
    film.lines
      .filter((line) => line.character === character && line.start_s !== null)
      .map((line) => block(line, {
        className: "block line",
        title: line.text,
        data: { at: firstWord(line), voice: voiceOf(film, character) },
      }, line.text));
  const mouths = film.shots
    .flatMap((shot) => shot.mouths?.stretches ?? [])
    .map((one) => block(one, { className: "block mouth", data: { voice: voiceOf(film, one.character) } }));
  const cues = (kind) =>
    film.cues
      .filter((cue) => cue.kind === kind)
      .map((cue) => block(cue, { className: "block cue", title: cue.source, data: { kind } }, cue.source));
  return [
    ...film.characters.map((one) => lane(one.name, lines(one.id))),
    lane("Mouths", mouths, "thin"),
    ...Object.entries(KINDS).map(([kind, name]) => lane(name, cues(kind), "thin")),
  ].filter((one) => one !== null);
}

/**
 * Return the shots as they are shown in the timeline, with as many frames as there is room for.
 * @param {object} film The view.
 * @param {number} length_s How long the film is.
 * @param {number} second_px How wide a second is shown, in pixels.
 * @param {(shown: object) => string | null} preview Where a preview is.
 * @returns {HTMLElement[]}
 */
export function shotBlocks(film, length_s, second_px, preview) {
  const frame_px = SHOT_PX * (film.width / film.height);
  return film.shots.map((shot) => {
    const room = Math.ceil(((shot.end_s - shot.start_s) * second_px) / frame_px);
    const shown = Math.min(STRIP_FRAMES, Math.max(1, room));
    const strip = shot.strip ? preview(shot.strip) : null;
    const indexes = shown === 1 ? [2] : Array.from({ length: shown }, (_, one) => Math.round((one * (STRIP_FRAMES - 1)) / (shown - 1)));
    const frames = strip ? indexes.map((index) => stripFrame(strip, index)) : [];
    const number = make("span", { className: "number", textContent: shot.number });
    const block = make("span", { className: "block shot", title: shot.description }, ...frames, number);
    return placed(block, shot, length_s);
  });
}

/** Return when a line's first word sounds; where nobody knows, when the line begins. */
export function firstWord(line) {
  return line.words[0]?.start_s ?? line.start_s;
}

/**
 * Give an element its place in the film.
 * @param {HTMLElement} block
 * @param {{start_s: number, end_s?: number}} stretch
 * @param {number} length_s How long the film is.
 */
export function placed(block, { start_s: start, end_s: end = start }, length_s) {
  block.style.left = `${(100 * start) / length_s}%`;
  if (end > start) block.style.width = `${(100 * (end - start)) / length_s}%`;
  return block;
}

function lane(name, blocks, kind = "") {
  if (!blocks.length) return null;
  return { name, lane: make("div", { className: `lane ${kind}` }, ...blocks) };
}
