/** Boxes for words, with completion by four letters. */

import { indexOf, WORDS } from "../judge/wordlist.js";
import { element, UNKEPT } from "./elements.js";

/** The one word that begins so, from four letters on; else what was typed. */
function completed(text) {
  const index = indexOf(text.trim());
  return index < 0 ? text.trim() : WORDS[index];
}

/**
 * Numbered boxes, one a word.
 *
 * @param {number} count
 * @param {object} by
 * @param {(number: number) => string} by.label
 * @param {boolean} by.secret whether what is typed is secret: then it is shown in capitals, as on the sheet
 * @param {string[]} by.words what stands there already
 * @param {(pasted: string[]) => boolean} by.takes whether words that were pasted may be spread over the boxes
 * @returns {{node: HTMLElement, words: () => string[]}}
 */
export function boxes(count, { label, secret, words, takes }) {
  const inputs = Array.from({ length: count }, (_, at) =>
    element("input", {
      ...UNKEPT,
      type: "text",
      value: words[at] ?? "",
      class: secret ? "secret" : "public",
      maxlength: "12",
      "aria-label": label(at + 1),
    }),
  );
  const next = (at) => inputs[at + 1]?.focus();
  inputs.forEach((input, at) => {
    input.addEventListener("input", () => mark(input));
    input.addEventListener("blur", () => (input.value = completed(input.value)));
    input.addEventListener("keydown", (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      next(at);
    });
    input.addEventListener("paste", (event) => spread(event, inputs, at, takes));
  });
  const rows = inputs.map((input, at) =>
    element("li", {}, element("span", { "aria-hidden": "true" }, String(at + 1)), input),
  );
  return {
    node: element("ol", { class: "boxes" }, ...rows),
    words: () => inputs.map((input) => completed(input.value)),
  };
}

/** Says by a sign, not by colour alone, that a word is known. */
function mark(input) {
  input.classList.toggle("known", indexOf(input.value.trim()) >= 0);
}

/** Several words that are pasted go into one box each, from the first one where they need all; what does not belong here is not taken at all. */
function spread(event, inputs, from, takes) {
  const words = event.clipboardData
    .getData("text")
    .split(/[^A-Za-z?]+/)
    .filter((word) => word && !/^f$/i.test(word));
  if (words.length < 2) return;
  event.preventDefault();
  if (!takes(words)) return;
  const start = words.length > inputs.length - from ? 0 : from;
  words.slice(0, inputs.length).forEach((word, at) => {
    inputs[start + at].value = completed(word);
    mark(inputs[start + at]);
  });
}
