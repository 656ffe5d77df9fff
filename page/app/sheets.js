/** What lies on the table: words of the record, sheets that were read or typed, and what people said. */

import { ILLEGIBLE, UNLISTED } from "../judge/kinds.js";
import { solutions } from "../judge/rs1024.js";
import { claimIn, ourShare, sheetName, WORDS_OF_A_SHARE } from "../judge/share.js";
import { indexOf, WORDS } from "../judge/wordlist.js";
import { ENTRIES } from "../texts.js";
import { gapsIn, firstGap } from "./boxes.js";

/**
 * What was read in one go: 33 words that were typed, all lines that were typed, or the codes of a picture.
 *
 * @typedef {{words: string[]} | {text: string} | {name: string, symbols: string[], problem?: string, note?: string}} Piece
 */

const indexOfTyped = (word) => (/^\?+$/.test(word) ? ILLEGIBLE : word && indexOf(word) < 0 ? UNLISTED : indexOf(word));

/** The words of a piece as the judge takes them: below 0 what is missing, illegible or of no list. @param {string[]} words */
export const indicesOf = (words) => words.map(indexOfTyped);

/** Which words of a sheet were put right: there is one way at most. @param {string[]} words @returns {{place: number, is: string, was: string}[]} */
export function putRight(words) {
  const indices = indicesOf(words);
  const whole = solutions(indices.map((index) => Math.max(index, -1))).find(ourShare) ?? indices;
  return whole.flatMap((index, at) =>
    index === indices[at] ? [] : [{ place: at + 1, is: WORDS[index], was: WORDS[indices[at]] ?? "" }],
  );
}

/** What a sheet is called by its own words: "" where they do not tell. @param {string[]} words */
export function seemsOf(words) {
  const claim = claimIn(Array.from({ length: WORDS_OF_A_SHARE }, (_, at) => indicesOf(words)[at] ?? -1));
  return claim ? sheetName({ groups: Array(claim.groupCount) }, claim.group, claim.member) : "";
}

/** A word as one of a line: what is no row of letters could make the line another thing, or part it. @param {string} word */
const asWord = (word) => (/^[A-Za-z]+$/.test(word) ? word : "?");

/** What the judge is given of a typed piece: always 33 words, so that none of another piece is taken for one of it. @param {Piece} piece */
const linesOf = ({ words, text }) => (words ? [words.map(asWord).join(" ")] : text.split(/\r\n|\r|\n/));

/** The table. */
export class Table {
  constructor() {
    this.clear();
  }

  /** Forgets everything. */
  clear() {
    this.words = [];
    /** @type {Piece[]} */
    this.pieces = [];
    this.practice = false;
    this.superseded = undefined;
    /** @type {import("../judge/envelope.js").Envelope | undefined} that of the record, where it has been read */
    this.envelope = undefined;
  }

  /** Takes the words of the record; what people said of another set is said anew. @param {string[]} words */
  keepRecord(words) {
    if (words.join() !== this.words.join()) [this.practice, this.superseded, this.envelope] = [false, undefined, undefined];
    this.words = words;
  }

  /** Symbols of one name are put together, the same once; telephones give one name to many. @param {{name: string, symbols: string[], problem?: string, note?: string}} piece */
  addPicture(piece) {
    const same = this.pieces.find(({ symbols, name }) => symbols && name === piece.name);
    if (!same) this.pieces.push(piece);
    else {
      same.symbols = [...new Set([...same.symbols, ...piece.symbols])];
      same.note = piece.note ?? (same.symbols.length ? piece.problem && ENTRIES.another(piece.problem) : undefined);
      same.problem = same.symbols.length ? undefined : piece.problem;
    }
  }

  /** The words of a sheet, new or corrected; nothing is kept where no word is. @param {string[]} words @param {Piece} [piece] */
  keepWords(words, piece) {
    if (piece) piece.words = words;
    else if (words.some(Boolean)) this.pieces.push({ words });
    if (piece && !words.some(Boolean)) this.remove(piece);
  }

  /** Which of the typed sheets that are here a piece is, from 1. @param {Piece} piece */
  ordinalOf(piece) {
    return this.pieces.filter(({ words }) => words).indexOf(piece) + 1;
  }

  /** Sheets that were typed in part. @returns {Piece[]} */
  get waiting() {
    return this.pieces.filter(({ words }) => words && firstGap(gapsIn(words, true)));
  }

  /** All lines that were typed: one piece. */
  get lines() {
    return this.pieces.find(({ text }) => text !== undefined);
  }

  /** @param {string} text all that stands there now */
  keepLines(text) {
    const { lines } = this;
    if (!text.trim()) this.remove(lines);
    else if (lines) lines.text = text;
    else this.pieces.push({ text });
  }

  remove(piece) {
    this.pieces = this.pieces.filter((one) => one !== piece);
    if (!this.pieces.length) this.envelope = undefined;
  }

  get #typed() {
    return this.pieces.filter(({ symbols }) => !symbols);
  }

  /** Which piece something was read from. @param {import("../judge/pile.js").Where} where */
  pieceAt({ page, line }) {
    if (page !== undefined) return this.pieces.find(({ symbols, name }) => symbols && name === page);
    let last = 0;
    return this.#typed.find((piece) => (last += linesOf(piece).length + 1) > line);
  }

  /** What the judge is given. Empty lines part what was typed. */
  given() {
    return {
      typed: this.#typed.map((piece) => linesOf(piece).join("\n")).join("\n\n"),
      pages: this.pieces.filter(({ symbols }) => symbols).map(({ name, symbols }) => ({ name, symbols })),
      words: this.words.join(" "),
      practice: this.practice,
      superseded: this.superseded,
    };
  }
}
