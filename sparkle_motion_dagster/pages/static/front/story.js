// A plan told as a story: shot by shot, what is seen, and who says what.

import { make } from "sparkle/elements";
import { clock, count } from "sparkle/words";

/** Return what a plan tells.
 *
 * @param {{title: string, shots: number, seconds: number, lines: number, story: object[]}} verdict
 *     What the server found in the plan.
 * @returns {DocumentFragment}
 */
export function storyOf({ title, shots, seconds, lines, story }) {
  const told = document.createDocumentFragment();
  const length = `${clock(seconds)} · ${count(shots, "shot")} · ${count(lines, "line")}`;
  const list = make("ol", { className: "story" });
  list.append(...story.map(shotOf));
  told.append(
    make("h3", { textContent: title }),
    make("p", { className: "small soft figures", textContent: length }),
    list,
  );
  return told;
}

function shotOf({ seconds, setting, description, lines }, index) {
  const head = make(
    "p",
    { className: "slug" },
    make("span", { className: "figures", textContent: index + 1 }),
    make("span", { className: "setting", textContent: setting ?? "" }),
    make("span", { className: "soft figures", textContent: `${seconds.toFixed(1)} s` }),
  );
  const spoken = lines.map(({ who, text }) =>
    make("p", { className: "spoken" }, make("b", { textContent: who }), make("span", { textContent: text })),
  );
  return make("li", {}, head, make("p", { textContent: description }), ...spoken);
}
