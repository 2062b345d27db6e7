// The film's page: the player, the timeline below it, what is said and seen, and how it was made.
// Served, it asks for what it shows and follows it; on disk all of it stands in the page.

import "sparkle/film/comments";
import "sparkle/film/lines";
import "sparkle/film/player";
import "sparkle/film/reviews";
import "sparkle/film/shots";
import "sparkle/film/stages";
import "sparkle/film/takes";
import "sparkle/film/timeline";
import "sparkle/film/viewer";

import { make, say } from "sparkle/elements";
import { FilesBeside, ServerFiles } from "sparkle/film/files";
import { listenToKeys } from "sparkle/film/keys";
import { openTabs } from "sparkle/film/tabs";
import { clock, count, stageName } from "sparkle/words";

const GATHER_MS = 1000; // how long news gather before the page asks what there is now
const PATIENCE_MS = 1500; // how long the page waits for how the film stands, to show it all at once

/** `<film-page film="RUN">`, or without a name the film that stands in the page. */
class FilmPage extends HTMLElement {
  #server = null;
  #orders = null; // the buttons that order work; null: there is no server
  #files = null;
  #film = null;
  #comments = [];
  #later = 0; // the timer of a refresh that is to come
  #shown = new Map(); // what each part shows, as text
  #stands = null; // how the film stands, as far as that decides what there is to see, as text

  #title = make("h1");
  #facts = make("p", { className: "soft facts" });
  #notice = make("p", { className: "notice", hidden: true, role: "status" });
  #player = make("film-player");
  #absent = make("div", { className: "absent" });
  #lines = make("film-lines");
  #said = make("film-comments");
  #timeline = make("film-timeline");
  #reviews = make("film-reviews");
  #shots = make("film-shots");
  #takes = make("film-takes");
  #stages = make("film-stages");
  #viewer = make("film-viewer");
  #help = make("key-help");
  #parts = { player: null, timeline: this.#timeline, comment: () => this.#comment(), help: this.#help };

  async connectedCallback() {
    const embedded = document.getElementById("film-data");
    this.#build(embedded === null);
    this.#listen();
    if (embedded) {
      const files = JSON.parse(document.getElementById("film-files").textContent);
      this.#files = new FilesBeside(files);
      this.#show(JSON.parse(embedded.textContent));
    } else {
      await this.#follow(this.getAttribute("film"));
    }
  }

  #build(served) {
    const panel = openTabs("Lines and comments", [["Lines", this.#lines], ["Comments", this.#said]]);
    this.tabs = panel;
    const keys = make("button", { type: "button", className: "plain compact keys", textContent: "Keys ?", onclick: () => this.#help.open() });
    const names = make("div", {}, this.#title, this.#facts);
    this.actions = make("div", { className: "row actions" }, keys);
    const head = make("header", { className: "film-head" }, names, this.actions);
    this.main = make(
      "main",
      { id: "film", hidden: true }, // until there is something to see, so that nothing moves then
      head,
      this.#notice,
      this.#reviews,
      make("section", { className: "watch", aria: { label: "Film" } }, make("div", { className: "screen-side" }, this.#player, this.#absent), this.#timeline, panel),
      make("section", {}, make("h2", { textContent: "Shots" }), this.#shots),
      this.#takes,
      make("section", {}, make("h2", { textContent: "Making" }), this.#stages),
    );
    const home = make("a", { className: "home", href: "/", textContent: "Sparkle Motion" });
    const masthead = served ? [make("a", { className: "skip", href: "#film", textContent: "Skip to the film" }), make("header", { className: "masthead" }, home, make("session-button"))] : [];
    this.#help.show(served);
    this.replaceChildren(...masthead, this.main, this.#viewer, this.#help);
  }

  #listen() {
    this.addEventListener("moment", ({ detail }) => this.#tell(detail));
    this.addEventListener("seek", ({ detail }) => {
      if (this.#parts.player) this.#player.seek(detail);
    });
    this.addEventListener("view", ({ detail }) => {
      this.#parts.player?.pause();
      this.#viewer.open(detail);
    });
    this.addEventListener("commented", ({ detail }) => {
      this.#comments = detail;
      this.tabs.count("Comments", detail.length);
      this.#timeline.comments = detail;
    });
    this.addEventListener("changed", () => this.#refresh());
    listenToKeys(this.#parts);
  }

  /** Show a film of the server, and what becomes of it. */
  async #follow(runId) {
    const [{ FilmServer }, { follow }] = await Promise.all([
      import("sparkle/film/server"),
      import("sparkle/live"),
      import("sparkle/film/actions"),
      import("sparkle/toast"),
    ]);
    const toast = make("page-toast");
    this.append(toast);
    this.#server = new FilmServer(runId, (text, tone) => toast.say(text, tone));
    this.#files = new ServerFiles();
    this.#orders = make("film-actions");
    this.#orders.show(this.#server);
    this.actions.prepend(this.#orders);
    this.#notice.before(make("film-progress", { attributes: { film: runId } }));
    const stands = new Promise((known) => {
      setTimeout(known, PATIENCE_MS);
      follow(runId, {
        standing: ({ now, waits_for: waits, stages, reviews }) => {
          known();
          this.#orders.now = now;
          this.#refreshFor(JSON.stringify([now, waits, stages, reviews]));
        },
        comments: () => this.#film && this.#said.load(),
        takes: () => this.#film && this.#refresh(),
        gone: () => say(this.#notice, `${runId} has been removed.`, "bad"),
      });
    });
    try {
      const [film] = await Promise.all([this.#server.view(), stands]);
      this.#show(film);
    } catch (error) {
      if (error.name !== "Problem") throw error;
      say(this.#notice, error.detail, "bad");
      this.main.hidden = false;
    }
  }

  /** Ask what there is now if the film stands otherwise than before: not at each step of a run. */
  #refreshFor(stands) {
    if (this.#stands !== null && this.#stands !== stands) this.#refresh();
    this.#stands = stands;
  }

  /** Ask what there is now, soon: what happens until then is asked for at once. */
  #refresh() {
    if (this.#later) return;
    this.#later = setTimeout(() => {
      this.#later = 0;
      this.#server.trying(async () => this.#show(await this.#server.view()));
    }, GATHER_MS);
  }

  #show(film) {
    const known = this.#film !== null;
    this.#film = film;
    this.main.hidden = false;
    document.title = `${film.title} · Sparkle Motion`;
    this.#title.textContent = film.title;
    this.#facts.textContent = facts(film);
    this.style.setProperty("--aspect", film.width ? film.width / film.height : 16 / 9);
    this.#showPlayer(film);
    if (this.#orders) this.#orders.hasFilm = film.film !== null;
    const { lines, characters, shots, keyframes, cues, takes, stages, checks, reviews } = film;
    const laid = shots.length > 0 && shots[0].start_s !== null;
    this.#timeline.hidden = !laid;
    this.tabs.count("Lines", lines.length);
    this.#fill(this.#lines, [lines, characters, takes], this.#files);
    this.#fill(this.#shots, [shots, keyframes, takes], this.#files);
    this.#fill(this.#takes, [takes, keyframes, shots, lines], this.#files, this.#server);
    this.#fill(this.#stages, [stages, checks]);
    this.#fill(this.#reviews, [film.waits_for, reviews], this.#server);
    if (laid) this.#fill(this.#timeline, [shots, lines, cues, characters, film.film], this.#files);
    this.#timeline.comments = this.#comments;
    if (!known) this.#said.show(film.comments, this.#server);
    if (this.#parts.player) this.#tell(this.#player.moment);
  }

  /** Have a part show the film, unless it shows that already: what the reader opened stays open. */
  #fill(part, data, ...rest) {
    const text = JSON.stringify(data);
    if (this.#shown.get(part) === text) return;
    this.#shown.set(part, text);
    part.show(this.#film, ...rest);
  }

  #tell(moment) {
    for (const part of [this.#timeline, this.#lines, this.#shots, this.#said]) part.moment = moment;
  }

  #showPlayer(film) {
    this.#player.hidden = film.film === null;
    this.#absent.hidden = film.film !== null;
    this.#parts.player = film.film === null ? null : this.#player;
    if (film.film) return this.#player.show(film, this.#files);
    const made = film.stages.map(({ stage }) => stageName(stage).toLowerCase());
    const text = made.length ? `There is no film yet. There is: ${made.join(", ")}.` : "Nothing has been made yet.";
    return this.#absent.replaceChildren(make("p", { textContent: text }));
  }

  #comment() {
    if (this.#server === null) return;
    this.#player.pause();
    this.tabs.open("Comments");
    this.#said.write();
  }
}

function facts(film) {
  const [top, bottom] = (film.frame_rate ?? "0/1").split("/").map(Number);
  const parts = [
    film.duration_s && clock(film.duration_s),
    film.width && `${film.width} × ${film.height}`,
    top && `${Number((top / bottom).toFixed(3))} frames a second`,
    count(film.shots.length, "shot"),
    count(film.lines.length, "line"),
    film.profile,
  ];
  return parts.filter(Boolean).join(" · ");
}

customElements.define("film-page", FilmPage);
