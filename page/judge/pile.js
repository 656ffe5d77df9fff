/** Everything that was read, each thing once: shares, envelopes, and what could not be read (format, sections 11 and 16). */

import { collected } from "./collecting.js";
import { envelopeOf } from "./envelope.js";
import { linesOf } from "./input.js";
import { kindOf, kindOfSymbol } from "./kinds.js";
import { assembled, illegible } from "./printed.js";
import { isOurs, soundShare } from "./share.js";

/**
 * Where something stood: a line, or lines, that was typed, or a picture.
 *
 * @typedef {{line: number, last: number} | {page: string}} Where
 */

/**
 * @typedef {"damaged-envelope" | "malformed-envelope" | "newer" | "misread-line" | "missing-lines" | "mixed-lines"
 *   | "incomplete-share" | "digits" | "other"} Problem
 */

/**
 * @typedef {object} Pile
 * @property {Map<string, {share: import("./slip39.js").Share, where: Where[]}>} shares sound ones of splitkit, by mnemonic
 * @property {Map<string, {share: import("./slip39.js").Share, where: Where[]}>} foreign sound ones of another form
 * @property {Map<string, {indices: number[], where: Where[]}>} damaged 33 words that are no sound share as they stand
 * @property {Map<string, {envelope: import("./envelope.js").Envelope, where: Where[]}>} envelopes those of printed lines last
 * @property {{what: Problem, where: Where[], total?: number, missing?: number[], count?: number,
 *   number?: number, illegible?: number}[]} problems
 */

/** An empty pile. @returns {Pile} */
export const emptyPile = () => ({
  shares: new Map(),
  foreign: new Map(),
  damaged: new Map(),
  envelopes: new Map(),
  problems: [],
});

function enter(map, key, value, where) {
  if (map.has(key)) map.get(key).where.push(where);
  else map.set(key, { ...value, where: [where] });
}

/** 33 words: a share, one of another program, or a damaged one, the same damage once (N1). */
function addWords(pile, indices, where) {
  const share = soundShare(indices);
  if (share) enter(isOurs(share) ? pile.shares : pile.foreign, share.mnemonic, { share }, where);
  else enter(pile.damaged, indices.map((index) => Math.max(index, -1)).join(), { indices }, where);
}

function addEnvelope(pile, bytes, where) {
  const envelope = bytes ? envelopeOf(bytes) : "damaged";
  if (envelope === "newer") pile.problems.push({ what: "newer", where: [where] });
  else if (typeof envelope === "string") pile.problems.push({ what: `${envelope}-envelope`, where: [where] });
  else enter(pile.envelopes, envelope.id, { envelope }, where);
}

/** All but words and printed lines, which are put together first. */
function add(pile, kind, where) {
  if (kind.kind === "newer" || kind.kind === "other") pile.problems.push({ what: kind.kind, where: [where] });
  if (kind.kind === "envelope") addEnvelope(pile, kind.bytes, where);
  if (kind.kind === "digits" && !kind.indices) pile.problems.push({ what: "digits", where: [where] });
  if (kind.kind === "digits" && kind.indices) addWords(pile, kind.indices, where);
}

/** The envelopes of printed lines, behind all others. */
function* addPrinted(pile, kinds) {
  const lines = new Map();
  for (const [at, kind] of kinds.entries()) if (kind.kind === "printed") lines.set(kind.printed, at + 1);
  const { envelopes, incomplete, mixed, misread } = yield* assembled([...lines.keys()]);
  const whereOf = (total) =>
    [...lines].filter(([printed]) => printed.total === total).map(([, line]) => ({ line, last: line }));
  for (const printed of misread) {
    const line = lines.get(printed);
    const { number, total } = printed;
    pile.problems.push({ what: "misread-line", where: [{ line, last: line }], number, total, illegible: illegible(printed) });
  }
  for (const { total, missing } of incomplete)
    pile.problems.push({ what: "missing-lines", where: whereOf(total), total, missing });
  for (const total of mixed) pile.problems.push({ what: "mixed-lines", where: whereOf(total), total });
  for (const { bytes, total } of envelopes) addEnvelope(pile, bytes, whereOf(total)[0]);
}

function addCollected(pile, one) {
  const where = { line: one.at, last: one.last };
  if (one.kind === "words") addWords(pile, one.indices, where);
  else if (one.kind === "other") pile.problems.push({ what: "other", where: [where] });
  else pile.problems.push({ what: "incomplete-share", where: [where], count: one.count });
}

/** Where a thing stands, so that what was read first comes first, however it was put together. */
function inOrderOfReading(pile, kinds) {
  const whole = new Map();
  const rows = kinds.map((kind, at) => ({ at: at + 1, words: kind.words ?? null, empty: kind.kind === "empty" }));
  for (const one of collected(rows)) whole.set(one.at, [...(whole.get(one.at) ?? []), one]);
  for (const [at, kind] of kinds.entries()) {
    add(pile, kind, { line: at + 1, last: at + 1 });
    for (const one of whole.get(at + 1) ?? []) addCollected(pile, one);
  }
}

/**
 * Reads what was typed and what symbols hold.
 *
 * @param {string | Uint8Array} typed
 * @param {{name: string, symbols: string[]}[]} pages pictures that were read, with the texts of their QR codes
 * @returns {Generator<object, Pile | null>} null where it is more than a reader takes (I3)
 */
export function* piled(typed, pages = []) {
  const lines = linesOf(typed);
  if (!lines) return null;
  const pile = emptyPile();
  for (const { name, symbols } of pages) {
    for (const kind of symbols.map(kindOfSymbol)) {
      if (kind?.kind === "words")
        addWords(
          pile,
          kind.words.map(({ index }) => index),
          { page: name },
        );
      else if (kind) add(pile, kind, { page: name });
    }
  }
  const kinds = lines.map(kindOf);
  inOrderOfReading(pile, kinds);
  yield* addPrinted(pile, kinds);
  return pile;
}
