/** A word that was left out or typed twice: the words behind it have moved by one.  It is only proposed: people look at the paper. */

import { solutions } from "../judge/rs1024.js";
import { belongs, ourShare } from "../judge/share.js";
import { SCREENS } from "../texts.js";
import { button, buttons } from "./elements.js";

/** Places, from 1: the word that is one too many, and the one that is left out. @typedef {{extra: number, lacks: number}} Slip */

/** Whether words can be those of a share: the checksum tells it of one unknown word, the commitment in the envelope of more. */
function canBe(indices, envelope) {
  const isSure = indices.filter((index) => index < 0).length === 1;
  const shares = isSure || envelope ? solutions(indices).map(ourShare) : [];
  return shares.some((share) => share && (isSure || belongs(share, envelope)));
}

/** What words are with one of them taken out, and room made for another. @template T @param {T[]} words @param {Slip} slip @param {T} room */
export function moved(words, { extra, lacks }, room) {
  const others = words.filter((_, at) => at !== extra - 1);
  return [...others.slice(0, lacks - 1), room, ...others.slice(lacks - 1)];
}

/** All slips, those at the end first: one word left out has no other too many. @param {number} count @returns {Slip[]} */
function slipsOf(count) {
  const places = Array.from({ length: count }, (_, at) => count - at);
  const all = places.flatMap((extra) => places.map((lacks) => ({ extra, lacks })));
  const inner = ({ extra, lacks }) => Number(extra < count && lacks < count);
  return all.filter(({ extra, lacks }) => extra !== lacks).sort((one, other) => inner(one) - inner(other));
}

/**
 * Which word of a sheet may be left out, and which typed once too often.
 *
 * @param {number[]} indices 33, below 0 what is not known
 * @param {import("../judge/envelope.js").Envelope} [envelope] of the record, where it has been read
 * @returns {Slip | null}
 */
export function slipIn(indices, envelope) {
  const isSolved = indices.some((index) => index < 0) ? canBe(indices, envelope) : solutions(indices).some(ourShare);
  if (isSolved) return null;
  return slipsOf(indices.length).find((slip) => canBe(moved(indices, slip, -1), envelope)) ?? null;
}

/**
 * The button that moves the words; the word that was left out is then typed from the paper.
 *
 * @param {Slip} slip
 * @param {import("./boxes.js").Boxes} typed
 */
export const offerOf = (slip, typed) =>
  buttons(button(SCREENS.boxes.offer(slip, typed.words().length), () => typed.move(slip), { class: "go" }));
