/** Printed lines of an envelope: each with its check, put together by their total (format, L1 to L5). */

import { ascii, base32, concat, fromBase32 } from "../crypto/bytes.js";
import { withoutSeparators } from "./input.js";
import { sha256 } from "../crypto/sha2.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const MOST_LINES = 23;
const FULL = 20;
const MOST_ILLEGIBLE = 3;
const MOST_TRIED = 64;

/**
 * @typedef {object} Printed
 * @property {number} number from 1
 * @property {number} total
 * @property {string} text base32 with `?`
 * @property {string} check four characters with `?`
 */

/** Separators out, capitals, and what is mistaken for a letter read as it. @param {string} text @returns {string} */
export const asBase32 = (text) =>
  withoutSeparators(text).toUpperCase().replaceAll("0", "O").replaceAll("1", "I").replaceAll("8", "B");

/** A line taken apart (L1). @param {string} number @param {string} total @param {string} rest @returns {Printed} */
export function printedOf(number, total, rest) {
  const all = asBase32(rest);
  return { number: Number(number), total: Number(total), text: all.slice(0, -4), check: all.slice(-4) };
}

/** The check of a line of that number. @param {Uint8Array} bytes */
const checkOf = ({ number, total }, bytes) =>
  base32(sha256(concat(ascii("splitkit/1 line"), Uint8Array.of(number, total), bytes)).slice(0, 3)).slice(0, 4);

/** How many characters of a line are `?`. @param {Printed} line */
export const illegible = ({ text, check }) => (text + check).split("?").length - 1;

const isPlace = ({ number, total, text }) =>
  number >= 1 && number <= total && total <= MOST_LINES && text.length >= 1 && text.length <= 32;

/** The bytes of a text without `?`, if they are a line of L2. */
function bytesOfLine({ number, total }, text) {
  const bytes = fromBase32(text);
  return bytes && (bytes.length === FULL || (number === total && bytes.length < FULL)) ? bytes : null;
}

/** Whether a check is what can be read of it. @param {string} check @param {string} legible with `?` */
const agrees = (check, legible) => [...check].every((letter, at) => legible[at] === "?" || legible[at] === letter);

/** Every text that the illegible characters can have been. */
function* fillings(text) {
  const at = text.indexOf("?");
  if (at < 0) yield text;
  else for (const letter of ALPHABET) yield* fillings(text.slice(0, at) + letter + text.slice(at + 1));
}

/**
 * The bytes of a line, or null where it is misread: its check is wrong, or more than one filling of `?` agrees with it.
 *
 * @param {Printed} line
 * @returns {Uint8Array | null}
 */
function bytesOfPrinted(line) {
  if (!isPlace(line) || illegible(line) > MOST_ILLEGIBLE) return null;
  const found = [];
  for (const text of fillings(line.text)) {
    const bytes = bytesOfLine(line, text);
    if (bytes && agrees(checkOf(line, bytes), line.check)) found.push(bytes);
    if (found.length > 1) return null;
  }
  return found[0] ?? null;
}

/**
 * @typedef {object} Assembled
 * @property {{bytes: Uint8Array, total: number}[]} envelopes by total, not yet decoded
 * @property {{total: number, missing: number[]}[]} incomplete
 * @property {number[]} mixed totals of which there are lines of two envelopes
 * @property {Set<Printed>} misread
 */

/** The lines of one total, put together. */
function assembleTotal(total, rows, found) {
  const byNumber = new Map();
  for (const { number, bytes } of rows)
    byNumber.set(number, (byNumber.get(number) ?? new Map()).set(bytes.join(), bytes));
  const missing = Array.from({ length: total }, (_, at) => at + 1).filter((number) => !byNumber.has(number));
  if ([...byNumber.values()].some((different) => different.size > 1)) found.mixed.push(total);
  else if (missing.length) found.incomplete.push({ total, missing });
  else {
    const inOrder = [...byNumber].sort(([a], [b]) => a - b).map(([, different]) => [...different.values()][0]);
    found.envelopes.push({ bytes: concat(...inOrder), total });
  }
}

/**
 * All printed lines, put together by total.  Yields between lines: the illegible ones are many hashes.
 *
 * @param {Printed[]} lines
 * @returns {Generator<{doing: string, done: number, of: number}, Assembled>}
 */
export function* assembled(lines) {
  const found = { envelopes: [], incomplete: [], mixed: [], misread: new Set() };
  const totals = new Map();
  const read = new Map();
  let tried = 0;
  for (const [done, line] of lines.entries()) {
    const key = `${line.number}/${line.total} ${line.text} ${line.check}`;
    if (!read.has(key)) {
      const due = !illegible(line) || tried++ < MOST_TRIED;
      read.set(key, due ? bytesOfPrinted(line) : null);
      if (illegible(line)) yield { doing: "lines", done, of: lines.length };
    }
    const bytes = read.get(key);
    if (!bytes) found.misread.add(line);
    else if (totals.has(line.total)) totals.get(line.total).push({ number: line.number, bytes });
    else totals.set(line.total, [{ number: line.number, bytes }]);
  }
  for (const total of [...totals.keys()].sort((a, b) => a - b)) assembleTotal(total, totals.get(total), found);
  return found;
}
