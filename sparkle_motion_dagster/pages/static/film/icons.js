// The icons of the film's page, and buttons that show an icon alone.

import { make } from "sparkle/elements";

const SVG = "http://www.w3.org/2000/svg";

/** The icons, as paths in a square of 24 by 24. */
const PATHS = {
  play: "M7 4.5v15l12-7.5z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  back: "M17 5v14l-9-7zM6 5h2v14H6z",
  forward: "M7 5v14l9-7zM16 5h2v14h-2z",
  sound: "M4 9.5v5h3.5L12 19V5L7.5 9.5zM15 8.5a5 5 0 0 1 0 7l1.2 1.2a6.7 6.7 0 0 0 0-9.4z",
  muted: "M4 9.5v5h3.5L12 19V5L7.5 9.5zM15 9.2l1.2-1.2 2 2 2-2 1.2 1.2-2 2 2 2-1.2 1.2-2-2-2 2-1.2-1.2 2-2z",
  captions: "M3.5 6h17v12h-17zM5 7.5v9h14v-9zM6.5 12.5h6V14h-6zM14 12.5h3.5V14H14zM6.5 9.8h3v1.5h-3zM11 9.8h6.5v1.5H11z",
  full: "M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z",
  closer: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  farther: "M5 11h14v2H5z",
  remove: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z",
};

/**
 * Return an icon; it says nothing to screen readers.
 * @param {keyof typeof PATHS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const drawn = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("class", "icon");
  drawn.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  path.setAttribute("fill-rule", "evenodd");
  drawn.append(path);
  return drawn;
}

/**
 * Return a button that shows an icon alone.
 * @param {keyof typeof PATHS} name
 * @param {string} label What it does, for screen readers and as a tooltip.
 * @param {() => void} onclick
 * @returns {HTMLButtonElement}
 */
export function iconButton(name, label, onclick) {
  const properties = { type: "button", className: "plain icon-button", title: label, onclick };
  return make("button", { ...properties, aria: { label } }, icon(name));
}
