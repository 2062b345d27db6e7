// Plan files that are dropped anywhere on the page, or chosen by a button.

import { make } from "sparkle/elements";

/** Return what invites to drop a plan or to choose one; from then on, the page takes drops.
 *
 * @param {(file: File) => void} take Is given each file.
 * @returns {HTMLElement}
 */
export function takeDrops(take) {
  const input = make("input", {
    type: "file",
    id: "plan-file",
    className: "unseen",
    accept: ".yaml,.yml,.json,.md",
    tabIndex: -1,
    aria: { label: "A plan's file" },
  });
  input.addEventListener("change", () => {
    if (input.files.length) take(input.files[0]);
    input.value = ""; // so that the same file can be chosen once more
  });
  const choose = make("button", { type: "button", textContent: "Choose a file…" });
  choose.addEventListener("click", () => input.click());
  takeFromWindow(take);
  return make(
    "div",
    { className: "drop-here" },
    make("h2", { textContent: "Or bring a plan" }),
    make("p", {
      className: "soft",
      textContent: "Drop its file anywhere on this page: YAML or JSON, or a prompt as .prompt.md.",
    }),
    input,
    choose,
  );
}

function takeFromWindow(take) {
  const curtain = make(
    "div",
    { className: "curtain", hidden: true },
    make("p", { textContent: "Drop the plan here" }),
  );
  document.body.append(curtain);
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0; // of elements that the pointer is in: each of them tells of it
  const show = (by) => {
    depth = by === 0 ? 0 : depth + by;
    curtain.hidden = depth <= 0;
  };
  addEventListener("dragenter", (event) => holdsFiles(event) && show(1));
  addEventListener("dragleave", (event) => holdsFiles(event) && show(-1));
  addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    show(0);
    const [file] = event.dataTransfer.files;
    if (file) take(file);
  });
}
