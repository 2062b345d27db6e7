// What the film's page asks of its server, beside the film itself.

import { Problem, addressOf, ask } from "sparkle/api";
import { say } from "sparkle/elements";
import { withSession } from "sparkle/session";

/** The server of a film. */
export class FilmServer {
  #run_id;

  /** @param {string} runId The film's name. */
  constructor(runId) {
    this.#run_id = runId;
  }

  /** Return what the film's page shows. */
  view() {
    return this.#ask("view");
  }

  /** Return how the film stands. */
  standing() {
    return ask(this.#address());
  }

  async comments() {
    return (await this.#ask("comments")).comments;
  }

  comment(at_s, text) {
    return this.#do("POST", { at_s, text }, "comments");
  }

  removeComment(id) {
    return this.#do("DELETE", undefined, "comments", id);
  }

  /** Decide on a stage ("approved" or "rejected"), and return what follows, in words. */
  async review(stage, decision, note) {
    return (await this.#do("POST", { decision, note }, "reviews", stage)).message;
  }

  /** Have a job make the film, or a part of it, and return what follows, in words. */
  async render(job) {
    return (await this.#do("POST", { job }, "render")).message;
  }

  /**
   * Do something, and say in a notice why it did not come about, if it did not.
   * @param {HTMLElement} notice
   * @param {() => Promise<void>} action
   */
  async trying(notice, action) {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      say(notice, error.detail, "bad");
    }
  }

  #ask(what) {
    return ask(this.#address(what));
  }

  #do(method, body, ...what) {
    return withSession(() => ask(this.#address(...what), { method, body }));
  }

  #address(...what) {
    return addressOf("runs", this.#run_id, ...what);
  }
}
