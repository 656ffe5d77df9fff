/** The header of an envelope (format, section 6), and the policy in it. */

import { utf8 } from "../crypto/bytes.js";

const VERSION = 1;
const KNOWN = 10;
const IGNORED_FROM = 24;
const MAX_SHEETS = 32;
const MAX_LABEL = 64;

/**
 * @typedef {object} Group
 * @property {number} threshold T
 * @property {Uint8Array[]} commitments of its N members, 8 bytes each
 */

/**
 * @typedef {object} Header
 * @property {Uint8Array} setId 16 bytes
 * @property {boolean} practice
 * @property {number} created days since 1970-01-01 UTC
 * @property {number} epoch from 1
 * @property {string} label
 * @property {Uint8Array} recipientHash 16 bytes
 * @property {number} groupThreshold GT
 * @property {Group[]} groups
 * @property {Uint8Array} line the set id of the first set of its line, which is its own where the epoch is 1
 * @property {number[]} ignored keys of later programs, from 24
 */

const isNumber = (value, least, most = 2 ** 32 - 1) => typeof value === "number" && value >= least && value <= most;
const isBytes = (value, length) => value instanceof Uint8Array && value.length === length;

/** Whether a later program made it: what its other keys mean is then not for us to say. @param {Map} map */
export function isNewer(map) {
  return map.get(1) > VERSION || [...map.keys()].some((key) => key > KNOWN && key < IGNORED_FROM);
}

function groupOf(value) {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [threshold, together] = value;
  if (!isNumber(threshold, 1, 16) || !(together instanceof Uint8Array) || together.length % 8) return null;
  const count = together.length / 8;
  return { threshold, commitments: Array.from({ length: count }, (_, at) => together.slice(8 * at, 8 * at + 8)) };
}

/** Whether a policy is one of section 3: the GT smallest thresholds add up to at least 2, so nobody opens a set alone. */
function isPolicy(groups, groupThreshold) {
  const sizes = groups.map((group) => group.commitments.length);
  const fits = ({ threshold, commitments: { length } }) =>
    (threshold >= 2 && threshold <= length && length <= 16) || (threshold === 1 && length === 1 && groups.length > 1);
  const least = groups.map((group) => group.threshold).sort((a, b) => a - b);
  return (
    groupThreshold <= groups.length &&
    groups.every(fits) &&
    sizes.reduce((sum, size) => sum + size, 0) <= MAX_SHEETS &&
    least.slice(0, groupThreshold).reduce((sum, threshold) => sum + threshold, 0) >= 2
  );
}

function groupsOf(value, groupThreshold) {
  if (!Array.isArray(value) || !value.length || value.length > 16 || !isNumber(groupThreshold, 1, 16)) return null;
  const groups = value.map(groupOf);
  return !groups.includes(null) && isPolicy(groups, groupThreshold) ? groups : null;
}

/** Whether key 10 is there where it must be: in every set of a line but the first, and never naming the set itself. */
function lineFits(map) {
  const [epoch, line] = [map.get(5), map.get(10)];
  if (epoch === 1) return line === undefined;
  return isBytes(line, 16) && line.join() !== map.get(2).join();
}

const fieldsFit = (map) =>
  map.get(1) === VERSION &&
  isBytes(map.get(2), 16) &&
  typeof map.get(3) === "boolean" &&
  isNumber(map.get(4), 0) &&
  isNumber(map.get(5), 1) &&
  typeof map.get(6) === "string" &&
  utf8(map.get(6)).length <= MAX_LABEL &&
  isBytes(map.get(7), 16) &&
  !map.has(0);

/**
 * The header in a map, or null where a rule of section 6 is broken.
 *
 * @param {Map} map as CBOR gave it, not of a newer program
 * @returns {Header | null}
 */
export function headerOf(map) {
  if (!fieldsFit(map) || !lineFits(map)) return null;
  const groups = groupsOf(map.get(9), map.get(8));
  if (!groups) return null;
  return {
    setId: map.get(2),
    practice: map.get(3),
    created: map.get(4),
    epoch: map.get(5),
    label: map.get(6),
    recipientHash: map.get(7),
    groupThreshold: map.get(8),
    groups,
    line: map.get(10) ?? map.get(2),
    ignored: [...map.keys()].filter((key) => key >= IGNORED_FROM),
  };
}
