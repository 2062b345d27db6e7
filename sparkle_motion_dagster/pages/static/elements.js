// Making elements: data only ever becomes text, never markup.

/** Return a new element.
 *
 * @param {string} name Such as "button".
 * @param {object} [properties] What the element has: properties by their names in scripts
 *     ("className", "textContent", "htmlFor"), and of other kinds `data` (data-*), `aria` (aria-*),
 *     `attributes`, and `on` (listeners by event).
 * @param {...(Node | string | null)} children What is in it; null: nothing.
 * @returns {HTMLElement}
 */
export function make(name, properties = {}, ...children) {
  const { data = {}, aria = {}, attributes = {}, on = {}, ...own } = properties;
  const made = Object.assign(document.createElement(name), own);
  Object.assign(made.dataset, data);
  for (const [key, value] of Object.entries(aria)) made.setAttribute(`aria-${key}`, value);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  for (const [event, listener] of Object.entries(on)) made.addEventListener(event, listener);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Return a text as it is shown: what stands between backticks is code.
 *
 * @param {string} text Such as "`sparkle resume RUN` goes on from there."
 * @returns {DocumentFragment}
 */
export function prose(text) {
  const shown = document.createDocumentFragment();
  const parts = text.split("`");
  parts.forEach((part, index) => {
    const isCode = index % 2 === 1 && index < parts.length - 1; // the last one is closed by none
    shown.append(isCode ? make("code", { textContent: part }) : part);
  });
  return shown;
}

/** Show what went wrong, or what there is to know, in an element of class "notice".
 *
 * @param {HTMLElement} notice
 * @param {string} text Nothing: it is hidden.
 * @param {"good" | "wait" | "bad" | ""} [tone]
 */
export function say(notice, text, tone = "") {
  notice.replaceChildren(prose(text));
  notice.dataset.tone = tone;
  notice.hidden = !text;
}
