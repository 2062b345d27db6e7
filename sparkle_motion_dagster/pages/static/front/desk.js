// Where a plan is read and edited before it is rendered: one that was dropped, or a draft.

import { Problem, addressOf, ask, send } from "sparkle/api";
import { make, say } from "sparkle/elements";
import { PlanEditor } from "sparkle/front/editor";
import "sparkle/price";
import { withSession } from "sparkle/session";

const MEDIA_TYPES = { yaml: "application/yaml", yml: "application/yaml", json: "application/json" };
const LONGEST_FILE = 4 * 2 ** 20;

/** Open a file that was dropped: a plan to be checked and rendered, or a prompt.
 *
 * @param {File} file
 * @param {(text: string, tone: string) => void} told Is told what came of it.
 */
export async function openPlan(file, told) {
  const suffix = file.name.split(".").pop().toLowerCase();
  const isPrompt = file.name.toLowerCase().endsWith(".prompt.md");
  if (!isPrompt && !(suffix in MEDIA_TYPES)) {
    told(`${file.name} is no plan: those are called .yaml, .yml or .json, and prompts .prompt.md.`, "bad");
    return;
  }
  if (file.size > LONGEST_FILE) {
    told(`${file.name} is too long for a plan: ${(file.size / 2 ** 20).toFixed(1)} MiB.`, "bad");
    return;
  }
  told("", "");
  if (isPrompt) await sendPrompt(file, told);
  else new Desk(new DroppedPlan(file.name, MEDIA_TYPES[suffix]), await file.text(), told).open();
}

/** Open the draft of a film, which waits for a person.
 *
 * @param {string} runId
 * @param {(text: string, tone: string) => void} told Is told what came of it.
 */
export async function openDraft(runId, told) {
  try {
    const response = await withSession(() => send(`${addressOf("runs", runId, "plan")}?of=draft`));
    const draft = new Draft(runId, response.headers.get("ETag"));
    new Desk(draft, await response.text(), told).open();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    told(error.detail, "bad");
  }
}

/** Order the render of a film whose plan lies in the inbox, whatever it takes. */
async function orderOverLimits(film) {
  const order = { method: "POST", body: { over_limits: true } };
  return (await ask(addressOf("runs", film, "render"), order)).message;
}

async function sendPrompt(file, told) {
  const address = `/drafts/prompt-files?name=${encodeURIComponent(file.name)}`;
  const headers = { "Content-Type": "text/markdown" };
  try {
    const body = await file.text();
    const { message } = await withSession(() => ask(address, { method: "POST", body, headers }));
    told(message, "good");
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    told(error.detail, "bad");
  }
}

/** A plan from a file: it is given a name and a profile, and goes into the inbox. */
class DroppedPlan {
  heading = "Render this plan";
  #name;
  #profile = make("select", { id: "plan-profile", disabled: true });
  #mediaType;

  constructor(fileName, mediaType) {
    this.fileName = fileName;
    this.#mediaType = mediaType;
    this.#name = make("input", {
      type: "text",
      id: "plan-name",
      value: fileName.replace(/\.[^.]+$/, "").replace(/[^A-Za-z0-9_.-]+/g, "_"),
      required: true,
      autocomplete: "off",
    });
  }

  /** What the reader says of it besides its text. */
  fields() {
    const field = (label, input) =>
      make("div", {}, make("label", { htmlFor: input.id, textContent: label }), input);
    return [field("The film's name in files", this.#name), field("Profile", this.#profile)];
  }

  /** Take over what the server found in the plan: which profiles can render it. */
  checked({ profiles }) {
    const chosen = this.#profile.value;
    this.#profile.disabled = false;
    this.#profile.replaceChildren(...profiles.map(({ profile, able, reason }) => {
      const option = new Option(able ? profile : `${profile} (cannot render it)`, profile);
      option.disabled = !able;
      option.title = reason;
      return option;
    }));
    const able = profiles.filter((one) => one.able).map((one) => one.profile);
    this.#profile.value = able.includes(chosen) ? chosen : (able[0] ?? "");
  }

  /** What can be done with it; `isOver` tells whether that takes more than its limits allow. */
  actions(isOver) {
    const label = isOver ? "Render it all the same" : "Render it";
    return [{ label, className: "primary", needsValid: true, act: (text) => this.#accept(text, isOver) }];
  }

  /** Return what rendering it takes. */
  price(text) {
    return this.#send("/plans/price", text);
  }

  async #accept(text, isOver, said = {}) {
    const { run_id: film, message } = await this.#send("/plans", text, said);
    return isOver ? orderOverLimits(film) : message;
  }

  #send(address, text, said = {}) {
    const suffix = this.#mediaType === MEDIA_TYPES.json ? "json" : "yaml";
    const name = `${this.#name.value.trim()}.${suffix}`;
    const asked = new URLSearchParams({ name, profile: this.#profile.value, ...said });
    const headers = { "Content-Type": this.#mediaType };
    return ask(`${address}?${asked}`, { method: "POST", body: text, headers });
  }

  /** What can be done after a problem: a plan of the same name may be replaced. */
  remedies(problem, isOver) {
    if (problem.status !== 409) return [];
    const act = (text) => this.#accept(text, isOver, { replace: "true" });
    return [{ label: "Replace it", className: "danger", act }];
  }
}

/** The draft of a film: it is kept as it was edited, and approved or rejected. */
class Draft {
  heading = "Read the draft";
  fileName = "draft.yaml";
  #runId;
  #tag;
  #note = make("input", { type: "text", id: "draft-note", maxLength: 2000 });

  constructor(runId, tag) {
    this.#runId = runId;
    this.#tag = tag;
  }

  fields() {
    const label = make("label", { htmlFor: this.#note.id, textContent: "Your note, if you have one" });
    return [make("div", {}, label, this.#note)];
  }

  checked() {}

  price(text) {
    const headers = { "Content-Type": "application/yaml" };
    const asked = new URLSearchParams({ run_id: this.#runId });
    return ask(`/plans/price?${asked}`, { method: "POST", body: text, headers });
  }

  actions(isOver) {
    return [
      {
        label: isOver ? "Approve, and render all the same" : "Approve and render",
        className: "primary",
        needsValid: true,
        act: async (text, isEdited) => {
          if (isEdited) await this.#save(text);
          const message = await this.#decide("approved");
          return isOver ? orderOverLimits(this.#runId) : message;
        },
      },
      { label: "Save", className: "", needsEdits: true, needsValid: true, stays: true, act: (text) => this.#save(text) },
      { label: "Reject", className: "danger", act: () => this.#decide("rejected") },
    ];
  }

  async #save(text) {
    const headers = { "Content-Type": "application/yaml", ...(this.#tag ? { "If-Match": this.#tag } : {}) };
    const address = addressOf("runs", this.#runId, "draft");
    const response = await send(address, { method: "POST", body: text, headers });
    this.#tag = response.headers.get("ETag");
    return "Saved.";
  }

  async #decide(decision) {
    const { message } = await ask(addressOf("runs", this.#runId, "reviews", "plan_draft"), {
      method: "POST",
      body: { decision, note: this.#note.value.trim() },
    });
    return message;
  }

  remedies() {
    return [];
  }
}

/** The dialog with a plan's text, its story, and what can be done with it. */
class Desk {
  #plan;
  #told;
  #isWarned = false; // that closing loses what was typed
  #editor = new PlanEditor();
  #price = make("render-price");
  #isOver = false; // its limits
  #prices = 0; // how often the price was asked
  #dialog;
  #notice = make("p", { className: "notice", hidden: true, attributes: { role: "alert" } });
  #actions = make("div", { className: "row" });
  #remedies = make("div", { className: "row" });

  constructor(plan, text, told) {
    this.#plan = plan;
    this.#told = told;
    this.#dialog = make("dialog", { className: "wide desk", aria: { labelledby: "desk-title" } });
    const close = make("button", { type: "button", className: "plain compact", textContent: "Close" });
    close.addEventListener("click", () => this.#leave());
    this.#dialog.append(
      make("div", { className: "row apart" }, make("h2", { id: "desk-title", textContent: plan.heading }), close),
      this.#editor,
      make("div", { className: "fields" }, ...plan.fields()),
      make(
        "div",
        { className: "stack desk-actions" },
        this.#price,
        this.#notice,
        make("div", { className: "row" }, this.#actions, this.#remedies),
      ),
    );
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#leave();
    });
    this.#dialog.addEventListener("close", () => this.#dialog.remove());
    this.#editor.addEventListener("checked", () => this.#showChecked());
    this.#dialog.addEventListener("input", () => this.#takeEdits());
    this.#dialog.addEventListener("change", () => this.#askPrice());
    this.#editor.load(plan.fileName, text);
    this.#showActions();
  }

  open() {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
  }

  /** Close, unless that would lose what was typed: then ask. */
  #leave() {
    if (!this.#editor.isEdited || this.#isWarned) {
      this.#dialog.close();
      return;
    }
    this.#isWarned = true;
    say(this.#notice, "What you have changed is not saved.", "wait");
    const discard = make("button", { type: "button", className: "danger", textContent: "Discard the changes" });
    discard.addEventListener("click", () => this.#dialog.close());
    this.#remedies.replaceChildren(discard);
    discard.focus();
  }

  /** What was said of the plan, or of its name, was said of another one. */
  #takeEdits() {
    this.#clear();
    this.#prices += 1; // what is asked for is the price of what was there before
    this.#price.clear();
    this.#isOver = false;
    this.#showActions();
  }

  #clear() {
    this.#isWarned = false;
    say(this.#notice, "");
    this.#remedies.replaceChildren();
  }

  #showChecked() {
    if (this.#editor.verdict) this.#plan.checked(this.#editor.verdict);
    this.#showActions();
    this.#askPrice();
  }

  /** Show what rendering takes what the reader sees; where it cannot be rendered, nothing. */
  async #askPrice() {
    const asked = ++this.#prices;
    if (this.#editor.verdict === null) return;
    let priced = null;
    try {
      priced = await withSession(() => this.#plan.price(this.#editor.text));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
    if (asked !== this.#prices) return; // it is another plan by now
    if (priced) this.#price.show(priced);
    else this.#price.clear();
    const isOver = priced !== null && priced.objections.length > 0;
    if (isOver === this.#isOver) return;
    this.#isOver = isOver;
    this.#showActions();
  }

  #showActions() {
    this.#actions.replaceChildren(...this.#plan.actions(this.#isOver).map((one) => this.#button(one)));
  }

  #button(action) {
    const { isEdited, verdict } = this.#editor;
    const button = make("button", {
      type: "button",
      className: action.className,
      textContent: action.label,
      disabled: (action.needsValid && verdict === null) || (action.needsEdits && !isEdited),
    });
    button.addEventListener("click", () => this.#do(action, button));
    return button;
  }

  async #do({ act, stays }, button) {
    button.disabled = true;
    this.#clear();
    const { text, isEdited } = this.#editor;
    try {
      const message = await withSession(() => act(text, isEdited));
      if (stays) {
        this.#editor.saved();
        say(this.#notice, message, "good");
        this.#showActions();
        return;
      }
      this.#told(message, "good");
      this.#dialog.close();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      button.disabled = false;
      this.#showProblem(error);
    }
  }

  #showProblem(problem) {
    if (problem.problems.length) this.#editor.showProblems(problem.problems);
    say(this.#notice, problem.detail, "bad");
    this.#remedies.replaceChildren(...this.#plan.remedies(problem, this.#isOver).map((one) => this.#button(one)));
  }
}
