/** Elements of the page.  Text is set as text: nothing that was read or typed is ever markup. */

/**
 * @param {string} name of the element
 * @param {Record<string, unknown>} [given] attributes; functions are listeners, by the name of the event
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(name, given = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, String(value));
  }
  made.append(...children);
  return made;
}

/** A button that does something. @param {string} text @param {() => void} click @param {object} [given] */
export const button = (text, click, given = {}) => element("button", { type: "button", click, ...given }, text);

/** @param {string} text @param {object} [given] */
export const paragraph = (text, given = {}) => element("p", given, text);

/** Buttons side by side. @param {...HTMLElement} all */
export const buttons = (...all) => element("div", { class: "buttons" }, ...all);

/** What is typed into is kept by nobody: no form restore, no filling in, no speller, no capitals, no suggestions. */
export const UNKEPT = {
  autocomplete: "off",
  autocorrect: "off",
  autocapitalize: "none",
  spellcheck: "false",
  translate: "no",
  writingsuggestions: "false",
};

let left = () => {};

/** What ends with the screen that is shown now: a camera, a secret. @param {() => void} end */
export const whenLeft = (end) => (left = end);

/**
 * Shows a screen in place of the one before; its heading is read first.
 *
 * @param {string} heading
 * @param {...(Node | string)} children
 */
export function show(heading, ...children) {
  const end = left;
  left = () => {};
  end();
  const title = element("h1", { tabindex: "-1", id: "heading" }, heading);
  document.querySelector("main").replaceChildren(title, ...children);
  say(""); // also what was said of a field that is gone
  title.focus();
  document.documentElement.style.scrollPaddingTop = "";
  window.scrollTo(0, 0);
}

/** Says something to whoever cannot see the screen as well. @param {string} text */
export function say(text) {
  document.querySelector("#said").textContent = text;
}
