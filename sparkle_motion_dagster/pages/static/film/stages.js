// How a film came about: its stages, what they warn of, and what was measured on the finished film.

import { make } from "sparkle/elements";
import { took } from "sparkle/film/moments";
import { count, stageName } from "sparkle/words";

/** `<film-stages>`: checks, warnings and costs. */
export class FilmStages extends HTMLElement {
  /** Show how a film came about. */
  show(film) {
    this.replaceChildren(
      ...(film.checks.length ? [section("Measured on the finished film", make("ul", { className: "checks" }, ...film.checks.map(check)))] : []),
      ...(film.stages.length ? [section("How it was made", ...work(film.work), stageTable(film.stages))] : []),
    );
  }
}

function section(title, ...children) {
  return make("section", {}, make("h3", { textContent: title }), ...children);
}

/** What the last render was estimated to take, beside what it took. */
function work(said) {
  return said === null ? [] : [make("p", { className: "soft small", textContent: `Work of the last render that made something: ${said}.` })];
}

function check({ name, passed, description, measured }) {
  const badge = make("span", { className: "badge", textContent: name, data: { tone: passed ? "good" : "bad" } });
  const unseen = make("span", { className: "unseen", textContent: passed ? " holds: " : " does not hold: " });
  const rows = Object.entries(measured).flatMap(([what, value]) => [
    make("dt", { textContent: what.replaceAll("_", " ") }),
    make("dd", { className: "figures", textContent: inWords(value) }),
  ]);
  const summary = make("summary", {}, badge, unseen, make("span", { textContent: description }));
  return make("li", {}, make("details", {}, summary, make("dl", {}, ...rows)));
}

function inWords(value) {
  if (value === null || value.length === 0) return "none";
  return typeof value === "object" ? JSON.stringify(value).replaceAll(/["{}[\]]/g, "").replaceAll(",", ", ") : String(value);
}

function stageTable(stages) {
  const head = ["Stage", "Engine", "Made", "From the store", "Took"].map((text) => make("th", { scope: "col", textContent: text }));
  const rows = stages.flatMap((stage) => [
    make(
      "tr",
      {},
      make("th", { scope: "row", textContent: stageName(stage.stage) }),
      ...[stage.engine, stage.made, stage.taken, took(stage.seconds)].map((text) => make("td", { className: "figures", textContent: text })),
    ),
    ...stage.warnings.map((text) => make("tr", { className: "warning" }, make("td", { colSpan: 5 }, warning(text)))),
  ]);
  const total = stages.reduce((sum, { seconds }) => sum + seconds, 0);
  const taken = stages.reduce((sum, stage) => sum + stage.taken, 0);
  const caption = make("caption", { className: "soft small", textContent: `${took(total)} in all, ${count(taken, "item")} from the store` });
  const table = make("table", {}, caption, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
  return make("div", { className: "wide-table", tabIndex: 0, role: "region", aria: { label: "Stages" } }, table);
}

/** A warning reads `name (should be: …; measured: …)`. */
function warning(text) {
  const found = /^(\S+) \(should be: (.*?); measured: (.*)\)$/s.exec(text);
  if (found === null) return make("p", { className: "notice small", textContent: text, data: { tone: "wait" } });
  const [, name, promised, measured] = found;
  return make(
    "p",
    { className: "notice small", data: { tone: "wait" } },
    make("strong", { textContent: `${name.replaceAll("_", " ")}: ` }),
    `${promised}. Measured: ${measured}`,
  );
}

customElements.define("film-stages", FilmStages);
