// What happens to films while one looks: the server's events, and what is being made right now.

import { Problem, addressOf, ask, isOverLimits } from "sparkle/api";
import { make, prose, say } from "sparkle/elements";
import { SIGNED_IN, withSession } from "sparkle/session";
import { doing, stageName, stateOf } from "sparkle/words";

const KINDS = ["standing", "item", "comments", "takes", "gone"];
const PREVIEWS = ["thumbnail", "poster"];
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60000;

const streams = new Map();

/** Be told what happens to a film, or to all of them, until told to stop.
 *
 * Whoever follows the same shares one connection, since browsers open six to a server. Pages that
 * nobody looks at do not listen; when they are looked at again, they are told how things stand.
 *
 * @param {string | null} runId The film; null: all films.
 * @param {{standing?: (standing: object) => void, item?: (item: object) => void,
 *     comments?: (film: object) => void, takes?: (film: object) => void, gone?: (film: object) => void,
 *     connected?: (connected: boolean) => void}} listener What is done with each kind of event;
 *     `connected` is told whether events arrive.
 * @returns {() => void} Ends it.
 */
export function follow(runId, listener) {
  const address = runId === null ? "/events" : addressOf("runs", runId, "events");
  if (!streams.has(address)) streams.set(address, new Stream(address));
  const stream = streams.get(address);
  stream.add(listener);
  return () => {
    if (stream.remove(listener) === 0) streams.delete(address);
  };
}

/** The events of one address, for all who listen to them. */
class Stream {
  #address;
  #listeners = new Set();
  #standings = new Map();
  #source = null;
  #connected = null; // whether events arrive; null: nobody knows yet
  #retry = 0;
  #wait = FIRST_WAIT_MS;
  #look = () => this.#openOrClose();

  constructor(address) {
    this.#address = address;
    document.addEventListener("visibilitychange", this.#look);
    document.addEventListener(SIGNED_IN, this.#look);
    addEventListener("pagehide", this.#look);
    addEventListener("pageshow", this.#look);
    this.#open();
  }

  /** Add a listener, who is told at once what is known. */
  add(listener) {
    this.#listeners.add(listener);
    for (const standing of this.#standings.values()) listener.standing?.(standing);
    if (this.#connected !== null) listener.connected?.(this.#connected);
  }

  /** Remove a listener; return how many are left. Without any, there is nothing to listen for. */
  remove(listener) {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) {
      document.removeEventListener("visibilitychange", this.#look);
      document.removeEventListener(SIGNED_IN, this.#look);
      removeEventListener("pagehide", this.#look);
      removeEventListener("pageshow", this.#look);
      this.#close();
    }
    return this.#listeners.size;
  }

  #openOrClose(event) {
    if (document.hidden || event?.type === "pagehide") this.#close();
    else if (this.#source === null) this.#open();
  }

  #open() {
    clearTimeout(this.#retry);
    if (document.hidden) return;
    this.#source = new EventSource(this.#address);
    this.#source.addEventListener("open", () => {
      this.#wait = FIRST_WAIT_MS;
      this.#tellConnected(true);
    });
    this.#source.addEventListener("error", () => {
      this.#tellConnected(false);
      // A connection that broke is opened again by the browser; one that was refused is not.
      if (this.#source.readyState === EventSource.CLOSED) this.#openLater();
    });
    for (const kind of KINDS) {
      this.#source.addEventListener(kind, (event) => this.#tell(kind, JSON.parse(event.data)));
    }
  }

  #openLater() {
    this.#close();
    this.#retry = setTimeout(() => this.#open(), this.#wait);
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT_MS);
  }

  #close() {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
  }

  #tell(kind, data) {
    if (kind === "standing") this.#standings.set(data.run_id, data);
    if (kind === "gone") this.#standings.delete(data.run_id);
    for (const listener of this.#listeners) listener[kind]?.(data);
  }

  #tellConnected(connected) {
    this.#connected = connected;
    for (const listener of this.#listeners) listener.connected?.(connected);
  }
}

/** Return the address of a picture of something that was just made; null: there is none.
 *
 * @param {{fingerprint: string, files: Record<string, string>}} item Of an event.
 */
export function previewOf({ fingerprint, files }) {
  const name = PREVIEWS.find((one) => one in files);
  return name === undefined ? null : addressOf("actions", fingerprint, name);
}

/** What may be asked of a film as it stands: the wish, and what its button is called. */
const CONTROLS = {
  rendering: { pause: "Pause", stop: "Stop" },
  queued: { pause: "Take out of the queue" },
  paused: { resume: "Go on", stop: "Stop" },
  stopped: { resume: "Go on" },
  interrupted: { resume: "Go on" },
  failed: { resume: "Try again" },
};

/** Return buttons that pause, resume and stop a film, as far as that can be done as it stands.
 *
 * @param {object} standing
 * @param {(message: string, tone: string) => void} told Is told what came of it.
 * @returns {HTMLButtonElement[]}
 */
export function controls({ run_id: runId, now }, told) {
  return Object.entries(CONTROLS[now] ?? {}).map(([wish, label]) => {
    const button = make("button", { type: "button", className: "compact", textContent: label });
    const body = { over_limits: false };
    button.addEventListener("click", async () => {
      button.disabled = true;
      const address = addressOf("runs", runId, "control", wish);
      try {
        const { message } = await withSession(() => ask(address, { method: "POST", body }));
        told(message, "");
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        told(error.detail, "bad");
        if (isOverLimits(error)) {
          // Whoever has read what it takes may press it once more.
          body.over_limits = true;
          button.textContent = `${label} all the same`;
        }
      } finally {
        button.disabled = false;
      }
    });
    return button;
  });
}

/** A bar with a part for each stage: how far a film's run is. */
export class StageBar extends HTMLElement {
  #parts = [];

  /** Show how far a run is.
   * @param {object} standing
   */
  show({ stages, fraction, progress }) {
    const shares = stages.filter((one) => one.stage !== "plan_draft");
    const named = shares.map((one) => one.stage);
    if (this.#parts.length !== named.length) {
      this.#parts = named.map((stage) => make("span", { className: "bar", title: stageName(stage) }));
      this.replaceChildren(...this.#parts);
      this.setAttribute("role", "progressbar");
      this.setAttribute("aria-label", "How far the film is");
    }
    this.#parts.forEach((part, index) => {
      part.style.setProperty("--part", shares[index].share);
      part.toggleAttribute("data-now", progress?.stage === named[index]);
    });
    this.setAttribute("aria-valuenow", Math.round(100 * fraction));
  }
}

customElements.define("stage-bar", StageBar);

/** What is being made of a film right now: `<film-progress film="RUN">`.
 *
 * It shows nothing until something goes on; then it stays, and says what came of it: what lies below
 * does not jump.
 */
export class FilmProgress extends HTMLElement {
  #unfollow = null;
  #shown = null;
  #picture = make("img", { className: "just-made", alt: "", hidden: true });
  #badge = make("span", { className: "badge" });
  #step = make("p", { className: "small soft figures" });
  #bar = make("stage-bar");
  #actions = make("div", { className: "row" });
  #notice = make("p", { className: "notice small", hidden: true, attributes: { role: "status" } });

  connectedCallback() {
    this.hidden = true;
    const head = make("div", { className: "row apart" }, this.#badge, this.#actions);
    const told = make("div", { className: "stack told" }, head, this.#step, this.#bar, this.#notice);
    this.replaceChildren(this.#picture, told);
    this.#unfollow = follow(this.getAttribute("film"), {
      standing: (standing) => this.#show(standing),
      item: (item) => this.#showItem(item),
    });
  }

  disconnectedCallback() {
    this.#unfollow?.();
  }

  #show(standing) {
    const { now, progress, message, damage, in_queue: inQueue } = standing;
    const { label, tone } = stateOf(now);
    this.hidden &&= ["new", "rendered", "made in part"].includes(now);
    this.#badge.textContent = label;
    this.#badge.dataset.tone = tone;
    this.#step.replaceChildren(prose(progress ? withItem(standing) : inQueue || damage || message));
    this.#bar.hidden = now !== "rendering";
    this.#bar.show(standing);
    if (this.#shown === now) return;
    this.#shown = now;
    say(this.#notice, "");
    this.#actions.replaceChildren(...controls(standing, (text, how) => say(this.#notice, text, how)));
  }

  #showItem(item) {
    const preview = previewOf(item);
    if (preview === null) return;
    this.#picture.src = preview;
    this.#picture.alt = `${stageName(item.stage)}: ${item.item}, just made`;
    this.#picture.hidden = false;
  }
}

customElements.define("film-progress", FilmProgress);

function withItem(standing) {
  const { item, beside = [] } = standing.progress;
  return item ? `${doing(standing)} · ${[...beside, item].join(", ")}` : doing(standing);
}
