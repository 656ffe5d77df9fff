/** The words of a record as people type them (format, F1), and what is told of words that are none. */

import { onOneLine, SEPARATORS } from "./input.js";
import { ourShare, WORDS_OF_A_SHARE } from "./share.js";
import { indexOf, WORDS } from "./wordlist.js";

const WHOLE = 12;
const BREAKS = new RegExp(`[${SEPARATORS}]+`);

/** What else has public words, by the letter in front of them. */
const KINDS = { L: "words-of-a-ledger", P: "words-of-a-plan", B: "words-of-a-bundle" };

/**
 * @typedef {{words: string[]}} Fingerprint 12 words of the list
 * @typedef {{refused: string, place?: number, count?: number}} NoFingerprint why, and which word from 1 on; never the words
 */

/** Whether among the words is a share, whole or with words too many: it does not belong here. @param {number[]} indices */
function holdsShare(indices) {
  return indices.some(
    (_, at) => at + WORDS_OF_A_SHARE <= indices.length && ourShare(indices.slice(at, at + WORDS_OF_A_SHARE)),
  );
}

/**
 * @param {string} typed
 * @returns {Fingerprint | NoFingerprint}
 */
export function fingerprintFrom(typed) {
  const tokens = onOneLine(typed).split(BREAKS).filter(Boolean);
  const letter = tokens.map((token) => KINDS[token.toUpperCase()]).find(Boolean);
  const words = tokens.filter((token) => token !== "F" && token !== "f");
  const indices = words.map(indexOf);
  if (holdsShare(indices)) return { refused: "words-of-a-share" };
  if (letter) return { refused: letter };
  const place = indices.indexOf(-1);
  if (place >= 0) return { refused: "word-not-listed", place: place + 1 };
  if (words.length !== WHOLE) return { refused: "not-twelve-words", count: words.length };
  return { words: indices.map((index) => WORDS[index]) };
}

/**
 * How far words agree with those of an envelope.
 *
 * @param {string[]} words
 * @param {string[]} fingerprint
 * @returns {number[]} the places, from 1, of those that differ
 */
export const differing = (words, fingerprint) =>
  words.flatMap((word, at) => (word === fingerprint[at] ? [] : [at + 1]));

/**
 * One word too many and one left out, where the words are otherwise those of an envelope: what stands between has moved by one.
 *
 * @param {string[]} words
 * @param {string[]} fingerprint
 * @returns {{extra: number, lacks: number} | null} the places, from 1
 */
export function slipOf(words, fingerprint) {
  const without = (all, at) => all.filter((_, place) => place !== at).join();
  for (let extra = words.length - 1; extra >= 0; extra--)
    for (let lacks = fingerprint.length - 1; lacks >= 0; lacks--)
      if (without(words, extra) === without(fingerprint, lacks)) return { extra: extra + 1, lacks: lacks + 1 };
  return null;
}
