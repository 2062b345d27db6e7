// What films, stages and times are called on pages.

const STATES = {
  new: ["New", ""],
  queued: ["In the queue", ""],
  beginning: ["Begins", "busy"],
  rendering: ["Rendering", "busy"],
  interrupted: ["Interrupted", "bad"],
  rendered: ["Rendered", "good"],
  "made in part": ["Made in part", ""],
  paused: ["Paused", "wait"],
  stopped: ["Stopped", ""],
  "waiting for review": ["Waits for you", "wait"],
  rejected: ["Rejected", "bad"],
  failed: ["Failed", "bad"],
  damaged: ["Damaged", "bad"],
  renamed: ["Renamed", "bad"],
};

const STAGES = {
  plan_draft: "Draft",
  movie_plan: "Plan",
  dialogue_wavs: "Voices",
  base_images: "Keyframes",
  timeline_track: "Sound",
  shot_clips: "Shots",
  lipsync_clips: "Lip sync",
  video_final: "Film",
};

const KINDS = { portrait: "Portrait", keyframe: "Keyframe", clip: "Shot", line: "Line" };

/** Return what a film's state is called, and in which tone it is shown.
 * @param {string} now Of the film's standing.
 * @returns {{label: string, tone: string}}
 */
export function stateOf(now) {
  const [label, tone] = STATES[now] ?? [now, ""];
  return { label, tone };
}

/** Return what a stage is called.
 * @param {string} stage
 */
export function stageName(stage) {
  return STAGES[stage] ?? stage;
}

/** Return what an item is called of which there can be takes.
 * @param {{kind: string, called: string}} item
 */
export function itemName({ kind, called }) {
  return `${KINDS[kind]} ${called}`;
}

/** Return a film: its title, or its name while it has none.
 * @param {{run_id: string, title?: string | null}} standing
 */
export function titleOf(standing) {
  return standing.title || standing.run_id;
}

/** Return how long something is, such as "1:04".
 * @param {number} seconds
 */
export function clock(seconds) {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const last = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${last}` : `${minutes}:${last}`;
}

/** Return how long something still takes, as exactly as anybody can know.
 * @param {number} seconds
 */
export function remaining(seconds) {
  if (seconds < 10) return "a few seconds left";
  if (seconds < 55) return `about ${Math.ceil(seconds / 10) * 10} s left`;
  if (seconds < 5400) return `about ${Math.ceil(seconds / 60)} min left`;
  return `about ${Math.ceil(seconds / 3600)} h left`;
}

/** Return how long ago something was, such as "5 minutes ago".
 * @param {string} moment As ISO 8601 has it.
 */
export function ago(moment) {
  const seconds = (Date.parse(moment) - Date.now()) / 1000;
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const [unit, length] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= length) return words.format(Math.round(seconds / length), unit);
  }
  return "just now";
}

/** Return a number of things.
 * @param {number} number
 * @param {string} one What one of them is called.
 * @param {string} [many]
 */
export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** Return what a run is at, in a line: its stage, its item, how far that is, what is left.
 * @param {object} standing A film's standing that has progress.
 */
export function doing({ progress, remaining_s: left }) {
  if (progress.hangs) return progress.hangs;
  const parts = [stageName(progress.stage)];
  if (progress.total > 1) parts.push(`${Math.min(progress.done + 1, progress.total)} of ${progress.total}`);
  if (progress.doing) parts.push(stepOf(progress));
  if (left !== null && left !== undefined) parts.push(remaining(left));
  return parts.join(" · ");
}

function stepOf({ doing: what, step, steps }) {
  return steps ? `${what}, step ${step} of ${steps}` : what;
}
