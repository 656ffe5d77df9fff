/** Lines of words, put together to shares (format, W3 to W7). */

import { isMostlyUnlisted } from "./kinds.js";
import { ourShare, WORDS_OF_A_SHARE as WHOLE } from "./share.js";

const LONGEST_NAME = 3;
const ACROSS = { rows: 11, columns: 3 };

/**
 * @typedef {import("./kinds.js").Word} Word
 * @typedef {{at: number, words: Word[] | null, empty: boolean}} Row a line by its number; words where it is a line of words
 */

/**
 * What some lines came to: 33 indices (below 0 what is unknown), too few or too many words, or no part of a sheet.
 *
 * @typedef {{at: number, last: number, kind: "words", indices: number[]}
 *   | {at: number, last: number, kind: "incomplete", count: number}
 *   | {at: number, last: number, kind: "other"}} Collected
 */

const wordsIn = (rows) => rows.flatMap((row) => row.words);
const countOf = (rows) => rows.reduce((sum, { words }) => sum + words.length, 0);

/** The words in the order of their numbers, if these are 1 to 33, each once (W6). @param {Word[]} words */
function byNumber(words) {
  const ordered = [...words].sort((a, b) => a.number - b.number);
  return ordered.every(({ number }, at) => number === at + 1) ? ordered : null;
}

/** Word 1 of every line, then word 2, then word 3: the columns of a sheet that was typed across (W7). */
function across(rows) {
  const isTable = rows.length === ACROSS.rows && rows.every(({ words }) => words.length === ACROSS.columns);
  return isTable ? [0, 1, 2].flatMap((column) => rows.map(({ words }) => words[column])) : null;
}

const indicesOf = (words) => words.map(({ index }) => index);

/** The 33 indices of lines, in the order of W6, as they stand, or in that of W7. @param {Row[]} rows */
function inOrder(rows) {
  const words = wordsIn(rows);
  const numbered = byNumber(words);
  if (numbered) return indicesOf(numbered);
  const table = ourShare(indicesOf(words)) ? null : across(rows);
  return table && ourShare(indicesOf(table)) ? indicesOf(table) : indicesOf(words);
}

/** The lines from one on that hold exactly 33 words, if they do, empty ones between them left out. */
function wholeFrom(rows, start) {
  const taken = [];
  let count = 0;
  for (let at = start; at < rows.length && count < WHOLE && (rows[at].words || rows[at].empty); at++) {
    if (rows[at].empty) continue;
    taken.push(rows[at]);
    count += rows[at].words.length;
  }
  return count === WHOLE ? taken : null;
}

/** Shares that whole lines hold, from the first line on, by the index of their first row (W3). */
function sharesIn(rows, indexOf) {
  const found = new Map();
  for (let at = 0; at < rows.length; at++) {
    const taken = rows[at].words && wholeFrom(rows, at);
    const indices = taken && inOrder(taken);
    if (!indices || !ourShare(indices)) continue;
    const last = indexOf.get(taken.at(-1));
    found.set(at, { last, collected: { at: rows[at].at, last: taken.at(-1).at, kind: "words", indices } });
    at = last;
  }
  return found;
}

/** Collects what stands between the shares that were found, line by line. */
class Collector {
  constructor(found) {
    this.found = found;
    this.rows = [];
  }

  get count() {
    return countOf(this.rows);
  }

  /** What was collected is all there is of it. */
  end() {
    if (this.rows.length) this.#found(this.rows, this.count === WHOLE);
    this.rows = [];
  }

  /** A line of words. @param {Row} row @param {() => Row[]} behind the lines of words right behind it */
  add(row, behind) {
    if (!this.rows.length && isName(row, behind())) {
      this.found.push({ at: row.at, last: row.at, kind: "other" });
      return;
    }
    if (this.count + row.words.length > WHOLE) this.end(); // a line that begins anew is no name
    this.rows.push(row);
    if (this.count > WHOLE) this.end();
  }

  /** Empty lines. @param {Row[]} behind the lines of words right behind them (W4) */
  pause(behind) {
    const all = this.count + countOf(behind);
    if (all > WHOLE && all % WHOLE) this.end();
  }

  #found(rows, whole) {
    const words = wordsIn(rows);
    const place = { at: rows[0].at, last: rows.at(-1).at };
    if (isMostlyUnlisted(words)) this.found.push({ ...place, kind: "other" });
    else if (whole) this.found.push({ ...place, kind: "words", indices: inOrder(rows) });
    else this.found.push({ ...place, kind: "incomplete", count: words.length });
  }
}

/** Whether a short line is a name above a share: 33 words follow it, and no line ends at 33 with it. */
function isName(row, behind) {
  if (row.words.length > LONGEST_NAME || countOf(behind) !== WHOLE) return false;
  let count = row.words.length;
  return behind.every(({ words }) => (count += words.length) !== WHOLE);
}

/**
 * What lines of words hold.
 *
 * @param {Row[]} rows all lines of the input, in order
 * @returns {Collected[]} in the order of the lines
 */
export function collected(rows) {
  const found = [];
  const collector = new Collector(found);
  const shares = sharesIn(rows, new Map(rows.map((row, at) => [row, at])));
  const behind = (from) => {
    let end = from;
    while (end < rows.length && rows[end].words && !shares.has(end)) end++;
    return rows.slice(from, end);
  };
  for (let at = 0; at < rows.length; at++) {
    const share = shares.get(at);
    if (share) {
      collector.end();
      found.push(share.collected);
      at = share.last;
    } else if (rows[at].words) collector.add(rows[at], () => behind(at + 1));
    else if (!rows[at].empty) collector.end();
    else {
      while (rows[at + 1]?.empty) at++;
      if (collector.count) collector.pause(behind(at + 1));
    }
  }
  collector.end();
  return found;
}
