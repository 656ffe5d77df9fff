/** Which mnemonics are shares of splitkit (format, section 3), and to which envelope they belong (section 11, rule 3). */

import { equal } from "../crypto/bytes.js";
import { commitmentOf } from "./envelope.js";
import { shareOf } from "./slip39.js";

/** Of which the last three are the checksum. */
export const WORDS_OF_A_SHARE = 33;

/** Whether a sound mnemonic has the form of section 3. @param {import("./slip39.js").Share} share */
export const isOurs = ({ extendable, exponent, padding, groupThreshold, groupCount }) =>
  !extendable && exponent === 0 && padding === 0n && groupThreshold <= groupCount;

/** The share of 33 indices if its checksum is right, of whatever form. @param {number[]} indices */
export const soundShare = (indices) => (indices.every((index) => index >= 0) ? shareOf(indices) : null);

/** The share of 33 indices if it is one of splitkit. @param {number[]} indices */
export function ourShare(indices) {
  const share = soundShare(indices);
  return share && isOurs(share) ? share : null;
}

/** The identifier that a set gives to its shares: the first 15 bits of its id. @param {Uint8Array} setId */
export const identifierOf = (setId) => (setId[0] << 7) | (setId[1] >> 1);

/**
 * Whether a share belongs to an envelope: its commitment stands at its place, and it states the policy of the header.
 *
 * Its identifier is not asked: 15 bits collide.  A mnemonic of another form belongs to none, whatever a header commits to.
 *
 * @param {import("./slip39.js").Share} share
 * @param {import("./envelope.js").Envelope} envelope
 */
export function belongs(share, { header }) {
  const group = header.groups[share.group];
  const commitment = group?.commitments[share.member];
  return Boolean(
    commitment &&
    isOurs(share) &&
    share.threshold === group.threshold &&
    share.groupThreshold === header.groupThreshold &&
    share.groupCount === header.groups.length &&
    equal(commitmentOf(header.setId, share.mnemonic), commitment),
  );
}

/**
 * What a share says of itself in its first four words (SLIP-39, 'Format of the share mnemonic'), whatever the others are.
 *
 * @typedef {{identifier: number, group: number, member: number, threshold: number, groupThreshold: number, groupCount: number}} Claim
 * @param {number[]} indices
 * @returns {Claim | null} null where one of them is unknown
 */
export function claimIn(indices) {
  const [first, second, third, fourth] = indices;
  if ([first, second, third, fourth].some((index) => index < 0)) return null;
  return {
    identifier: (first << 5) | (second >> 5),
    group: third >> 6,
    groupThreshold: ((third >> 2) & 15) + 1,
    groupCount: ((third & 3) << 2) + (fourth >> 8) + 1,
    member: (fourth >> 4) & 15,
    threshold: (fourth & 15) + 1,
  };
}

/** What people call a sheet: its number, behind the letter of its group where there are several. */
export const sheetName = (header, group, member) =>
  (header.groups.length > 1 ? String.fromCharCode(65 + group) : "") + (member + 1);
