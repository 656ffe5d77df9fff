/** What is typed, as lines (format, section 16: I1 to I7). */

import { utf8 } from "../crypto/bytes.js";

const MOST_BYTES = 1_000_000;
const MOST_LINES = 5_000;
const LONGEST = 4_296;

/** All white space of rule I4 but the space itself; line ends part lines. */
const WHITE = /[\t\v\f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;

/** Separators of rule I5, where all white space is a space. */
export const SEPARATORS = " ,;.:()\\-";
const SEPARATOR = new RegExp(`[${SEPARATORS}]`, "g");
const LEADING = new RegExp(`^[${SEPARATORS}]+`);
const FOREIGN = /[^\x00-\x7f]/; // eslint-disable-line no-control-regex

/**
 * @typedef {object} Line
 * @property {number} number from 1
 * @property {"empty" | "other" | "text"} kind
 * @property {string} text ASCII, no separator at its beginning and no white space at its end; of "text" only
 */

/** A text without its separators. @param {string} text */
export const withoutSeparators = (text) => text.replace(SEPARATOR, "");

/** A text in which all white space is spaces. @param {string} text */
export const spaced = (text) => text.replace(WHITE, " ");

/** A text without its line ends: each is as good as a space (rule I4, for a fingerprint). @param {string} text */
export const onOneLine = (text) => spaced(text.replace(/[\r\n]/g, " "));

/** Without the spaces at its end.  No pattern: one would try each space of a long row anew. @param {string} text */
function withoutEnd(text) {
  let end = text.length;
  while (text[end - 1] === " ") end--;
  return text.slice(0, end);
}

function lineOf(raw, at) {
  const left = withoutEnd(spaced(raw).replace(LEADING, ""));
  const number = at + 1;
  if (!left || left.startsWith("#")) return { number, kind: "empty", text: "" };
  if (FOREIGN.test(left) || left.length > LONGEST) return { number, kind: "other", text: "" };
  return { number, kind: "text", text: left };
}

/**
 * The lines of an input, or null where it is more than rule I3 allows: then nothing of it is read.
 *
 * @param {string | Uint8Array} input bytes as they came, or text as it was typed
 * @returns {Line[] | null}
 */
export function linesOf(input) {
  const bytes = typeof input === "string" ? utf8(input) : input;
  if (bytes.length > MOST_BYTES) return null;
  // Bytes that are no UTF-8 become U+FFFD, which is outside of ASCII like the rule wants it.
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).replace(/^\ufeff/, "");
  const rows = text.split(/\r\n|\r|\n/);
  if (rows.at(-1) === "") rows.pop();
  return rows.length > MOST_LINES ? null : rows.map(lineOf);
}
