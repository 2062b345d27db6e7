// The film's page: the player, the timeline below it, what is said and seen, and how it was made.
// Served, it asks for what it shows and follows it; on disk all of it stands in the page.

import "sparkle/film/comments";
import "sparkle/film/lines";
import "sparkle/film/player";
import "sparkle/film/reviews";
import "sparkle/film/shots";
import "sparkle/film/stages";
import "sparkle/film/timeline";
import "sparkle/film/viewer";

import { make, say } from "sparkle/elements";
import { FilesBeside, ServerFiles } from "sparkle/film/files";
import { listenToKeys } from "sparkle/film/keys";
import { openTabs } from "sparkle/film/tabs";
import { clock, count, stageName } from "sparkle/words";

const SETTLE_MS = 700; // how long news may gather before the page asks what there is now

/** `<film-page film="RUN">`, or without a name the film that stands in the page. */
class FilmPage extends HTMLElement {
  #server = null;
  #files = null;
  #film = null;
  #comments = [];
  #later = 0;

  #title = make("h1");
  #facts = make("p", { className: "soft facts" });
  #progress = make("div", { className: "going-on" });
  #notice = make("p", { className: "notice", hidden: true, role: "status" });
  #player = make("film-player");
  #absent = make("div", { className: "absent" });
  #lines = make("film-lines");
  #said = make("film-comments");
  #timeline = make("film-timeline");
  #reviews = make("film-reviews");
  #shots = make("film-shots");
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
    const main = make(
      "main",
      { id: "film" },
      head,
      this.#progress,
      this.#notice,
      this.#reviews,
      make("section", { className: "watch", aria: { label: "Film" } }, make("div", { className: "screen-side" }, this.#player, this.#absent), this.#timeline, panel),
      make("section", {}, make("h2", { textContent: "Shots" }), this.#shots),
      make("section", {}, make("h2", { textContent: "Making" }), this.#stages),
    );
    const home = make("a", { className: "home", href: "/", textContent: "Sparkle Motion" });
    const masthead = served ? [make("a", { className: "skip", href: "#film", textContent: "Skip to the film" }), make("header", { className: "masthead" }, home)] : [];
    this.replaceChildren(...masthead, main, this.#viewer, this.#help);
  }

  #listen() {
    this.addEventListener("moment", ({ detail }) => {
      for (const part of [this.#timeline, this.#lines, this.#shots, this.#said]) part.moment = detail;
    });
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
    const [{ FilmServer }, { follow }] = await Promise.all([import("sparkle/film/server"), import("sparkle/live"), import("sparkle/film/actions")]);
    this.#server = new FilmServer(runId);
    this.#files = new ServerFiles();
    const actions = make("film-actions");
    actions.show(this.#server);
    this.actions.prepend(actions);
    await this.#server.trying(this.#notice, async () => this.#show(await this.#server.view()));
    this.#progress.append(make("film-progress", { attributes: { film: runId } }));
    follow(runId, {
      standing: (standing) => {
        actions.now = standing.now;
        this.#refresh();
      },
      item: () => this.#refresh(),
      comments: () => this.#said.load(),
    });
  }

  /** Ask what there is now, as soon as news stop coming in. */
  #refresh() {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => {
      this.#server.trying(this.#notice, async () => {
        const film = await this.#server.view();
        if (JSON.stringify(film) !== JSON.stringify(this.#film)) this.#show(film);
      });
    }, SETTLE_MS);
  }

  #show(film) {
    const known = this.#film !== null;
    this.#film = film;
    say(this.#notice, "");
    document.title = `${film.title} · Sparkle Motion`;
    this.#title.textContent = film.title;
    this.#facts.textContent = facts(film);
    this.style.setProperty("--aspect", film.width ? film.width / film.height : 16 / 9);
    this.#showPlayer(film);
    this.#lines.show(film, this.#files);
    this.#shots.show(film, this.#files);
    this.#stages.show(film);
    this.#reviews.show(film, this.#server);
    this.tabs.count("Lines", film.lines.length);
    const laid = film.shots.length > 0 && film.shots[0].start_s !== null;
    this.#timeline.hidden = !laid;
    if (laid) this.#timeline.show(film, this.#files);
    this.#timeline.comments = this.#comments;
    if (!known) this.#said.show(film.comments ?? [], this.#server);
    if (this.#parts.player) this.#player.seek(this.#player.moment);
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
