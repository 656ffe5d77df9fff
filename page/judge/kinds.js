/** What kind of thing a line is (format, K1 to K6 and W1, W2), and what a symbol holds. */

import { fromBase32 } from "../crypto/bytes.js";
import { SEPARATORS, withoutSeparators } from "./input.js";
import { asBase32, printedOf } from "./printed.js";
import { indexOf } from "./wordlist.js";

const NEWER = /^SK1(H|-\d+\/\d+):/;
const PRINTED = new RegExp(`^(\\d{1,2}) *\\/ *(\\d{2}|\\d(?=[${SEPARATORS}]))(.*[^${SEPARATORS}].*)$`);
const DIGITS = new RegExp(`^[\\d${SEPARATORS}]+$`);
const WORDS = new RegExp(`^[A-Za-z?\\d${SEPARATORS}]+$`);

/** What stands for a word that nobody can read. */
export const ILLEGIBLE = -1;

/** What stands for a word that is on no list. */
export const UNLISTED = -2;

/**
 * @typedef {object} Word
 * @property {number} index of the list, or ILLEGIBLE, or UNLISTED
 * @property {string} typed
 * @property {number | null} number that was typed before it
 */

/**
 * What a line is.
 *
 * @typedef {{kind: "empty" | "other" | "newer"}
 *   | {kind: "envelope", bytes: Uint8Array | null}
 *   | {kind: "printed", printed: import("./printed.js").Printed}
 *   | {kind: "digits", indices: number[] | null}
 *   | {kind: "words", words: Word[]}} Kind
 */

/** One index for each four digits, or null where they are not 132, or one is above 1023 (D1). @param {string} digits */
function indicesOf(digits) {
  if (digits.length !== 132) return null;
  const indices = digits.match(/\d{4}/g).map(Number);
  return indices.every((index) => index < 1024) ? indices : null;
}

function indexOfTyped(typed) {
  if (/^\?+$/.test(typed)) return ILLEGIBLE;
  const index = indexOf(typed);
  return index < 0 ? UNLISTED : index;
}

/** The words of a line with their numbers, or null where the line is other by W1. @param {string} text */
function wordsOf(text) {
  const words = [];
  let number = null;
  for (const [token] of text.matchAll(/[A-Za-z?]+|\d+/g)) {
    if (/\d/.test(token)) {
      if (number !== null || token.length > 2) return null;
      number = Number(token);
    } else {
      words.push({ index: indexOfTyped(token), typed: token, number });
      number = null;
    }
  }
  return number === null && words.length ? words : null;
}

/** Whether more of the words are of no list than are of it. @param {Word[]} words */
export function isMostlyUnlisted(words) {
  const unlisted = words.filter(({ index }) => index === UNLISTED).length;
  return unlisted > words.filter(({ index }) => index >= 0).length;
}

function wordsKind(text) {
  const words = WORDS.test(text) ? wordsOf(text) : null;
  if (!words || (words.length > 1 && isMostlyUnlisted(words))) return { kind: "other" };
  return { kind: "words", words };
}

/**
 * The kind of a line: the first that fits.
 *
 * @param {import("./input.js").Line} line
 * @returns {Kind}
 */
export function kindOf({ kind, text }) {
  if (kind !== "text") return { kind };
  const close = text.replaceAll(" ", "").toUpperCase();
  if (NEWER.test(close)) return { kind: "newer" };
  const bare = close.replace(/[,;.()-]/g, "");
  if (bare.startsWith("SK1:")) return { kind: "envelope", bytes: fromBase32(asBase32(bare.slice(4))) };
  const printed = PRINTED.exec(text);
  if (printed) return { kind: "printed", printed: printedOf(printed[1], printed[2], printed[3]) };
  if (DIGITS.test(text)) return { kind: "digits", indices: indicesOf(withoutSeparators(text)) };
  return wordsKind(text);
}

/**
 * What a symbol holds, read as it is printed (section 9); null for a code of others.
 *
 * @param {string} text
 * @returns {Kind | null}
 */
export function kindOfSymbol(text) {
  if (NEWER.test(text)) return { kind: "newer" };
  if (text.startsWith("SK1:")) return { kind: "envelope", bytes: fromBase32(text.slice(4)) };
  if (/^\d{132}$/.test(text)) return { kind: "digits", indices: indicesOf(text) };
  if (!/^[A-Z]+( [A-Z]+){32}$/.test(text)) return null;
  const words = wordsOf(text);
  return words.every(({ index }) => index >= 0) ? { kind: "words", words } : null;
}
