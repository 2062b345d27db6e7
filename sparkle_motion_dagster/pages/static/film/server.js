// What the film's page asks of its server, beside the film itself.

import { Problem, addressOf, ask } from "sparkle/api";
import { withSession } from "sparkle/session";
import "sparkle/session_button";

/** The server of a film. */
export class FilmServer {
  #runId;

  /**
   * @param {string} runId The film's name.
   * @param {(text: string, tone?: string) => void} told Is told what came of what the reader did.
   */
  constructor(runId, told) {
    this.#runId = runId;
    this.told = told;
  }

  /** Return what the film's page shows. */
  view() {
    return this.#ask("view");
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

  /** Return what rendering the film takes, and what its limits object to. */
  price() {
    return this.#ask("price");
  }

  /** Have a job make the film, or a part of it, and return what follows, in words.
   *
   * @throws {Problem} Over its limits, unless it may be.
   */
  async render(job, overLimits = false) {
    return (await this.#do("POST", { job, over_limits: overLimits }, "render")).message;
  }

  /** Order further takes of an item, and return what follows, in words. */
  async moreTakes(order) {
    return (await this.#do("POST", order, "takes")).message;
  }

  /** Have the film take one of an item's takes, and return what follows, in words. */
  async choose({ stage, called }, take) {
    return (await this.#do("PUT", { take }, "takes", stage, called, "choice")).message;
  }

  /** Have an item stay as it is, and return what follows, in words. */
  async pin({ stage, called }) {
    return (await this.#do("PUT", undefined, "takes", stage, called, "pin")).message;
  }

  /** Have an item follow the plan again, and return what follows, in words. */
  async unpin({ stage, called }) {
    return (await this.#do("DELETE", undefined, "takes", stage, called, "pin")).message;
  }

  /**
   * Do something, and tell why it did not come about, if it did not.
   * @param {() => Promise<void>} action
   */
  async trying(action) {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.told(error.detail, "bad");
    }
  }

  #ask(what) {
    return ask(this.#address(what));
  }

  #do(method, body, ...what) {
    return withSession(() => ask(this.#address(...what), { method, body }));
  }

  #address(...what) {
    return addressOf("runs", this.#runId, ...what);
  }
}
