// Strips: five frames of a clip side by side in one picture, of which one is shown at a time.

import { make } from "sparkle/elements";

/** How many frames a strip has. */
export const STRIP_FRAMES = 5;

/**
 * Return an element that shows one frame of a strip; its box has the film's aspect.
 * @param {string} address Where the strip is.
 * @param {number} index Which of its frames, from 0.
 * @returns {HTMLElement}
 */
export function stripFrame(address, index) {
  const picture = make("img", { alt: "", loading: "lazy", decoding: "async", draggable: false, src: address });
  const frame = make("span", { className: "frame" }, picture);
  showFrame(frame, index);
  return frame;
}

/**
 * Have such an element show another frame.
 * @param {HTMLElement} frame
 * @param {number} index From 0; beyond the strip's ends its first or last.
 */
export function showFrame(frame, index) {
  frame.style.setProperty("--frame", String(Math.min(STRIP_FRAMES - 1, Math.max(0, index))));
}
