// Moments of a film, in seconds from its start: as people read them, and as they ask for them.

const NEAR_S = 1e-3; // browsers round moments: what is a hair too early is meant

/**
 * Return a moment with tenths of a second, cut off: `0:05.2`, `1:02:03.0`.
 * @param {number} seconds
 * @returns {string}
 */
export function timecode(seconds) {
  // Times come as sums of fractions: what is a hair below a tenth is meant to be it.
  const tenths = Math.floor(Math.max(0, seconds) * 10 + 1e-4);
  const [hours, minutes] = [Math.floor(tenths / 36000), Math.floor(tenths / 600) % 60];
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/**
 * Return how long something took: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 4 min`.
 * @param {number} seconds
 * @returns {string}
 */
export function took(seconds) {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/**
 * Return the index of the last of some stretches that begins at a moment or before it, or -1.
 * @param {Array<{start_s: number}>} stretches In order.
 * @param {number} at_s
 * @returns {number}
 */
export function lastBegun(stretches, at_s) {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stretches[middle].start_s <= at_s + NEAR_S) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Ask the page, by a `seek` event, to show the film from a moment on.
 * @param {HTMLElement} from Whoever asks.
 * @param {number} at_s
 */
export function seek(from, at_s) {
  from.dispatchEvent(new CustomEvent("seek", { bubbles: true, detail: at_s }));
}
