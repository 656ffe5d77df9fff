/** Which shares that belong to an envelope open it, and what that proves (format, section 11, rule 5). */

import { equal, hex } from "../crypto/bytes.js";
import { commitmentOf, contents } from "./envelope.js";
import { interpolated } from "./field.js";
import { recordOf } from "./record.js";
import { sheetName } from "./share.js";
import { byGroup, combined, decrypted, mnemonicFrom, pointsOf, sharedSecret } from "./slip39.js";

const MOST_SUBSETS = 5_000;
const PAUSE = 16;

/**
 * @typedef {import("./slip39.js").Share} Share
 * @typedef {import("./envelope.js").Envelope} Envelope
 */

/**
 * What an opening proved; it holds no secret.
 *
 * @typedef {object} Proof
 * @property {Share[]} quorum the shares that opened it
 * @property {boolean} isRecord whether what it holds is a secret record
 * @property {string[]} wrong sheets whose commitments are not those of the shares that follow
 * @property {boolean} unsound
 * @property {string[]} unproven sheets that could not be derived again
 */

/** All ways to take some of a list, in its order. @template T @param {T[]} list @param {number} count */
function* choices(list, count, from = 0) {
  if (!count) yield [];
  for (let at = from; count && at <= list.length - count; at++)
    for (const rest of choices(list, count - 1, at + 1)) yield [list[at], ...rest];
}

/**
 * The choices of so many groups, and of as many shares as each needs, that pass over exactly so many shares.
 *
 * @param {number} passed
 * @param {{threshold: number, members: Share[]}[]} groups complete ones
 * @param {number} needed
 * @returns {Generator<Share[]>}
 */
function* passingOver(passed, groups, needed) {
  if (!needed && !passed) yield [];
  if (!needed || groups.length < needed) return;
  const [{ threshold, members }, ...rest] = groups;
  const spare = members.length - threshold;
  for (let over = 0; over <= Math.min(passed, spare); over++) {
    const last = threshold + over - 1;
    for (const first of choices(members.slice(0, last), threshold - 1))
      for (const others of passingOver(passed - over, rest, needed - 1)) yield [...first, members[last], ...others];
  }
  if (passed > spare) yield* passingOver(passed - spare - 1, rest, needed);
}

/**
 * Every choice of shares that may be a quorum, those first that pass over the fewest (N4).
 *
 * @param {Envelope} envelope
 * @param {Share[]} shares those that belong to it, in the order in which they were read, solved ones last
 */
export function* quorums({ header }, shares) {
  const here = byGroup(shares);
  const groups = counted({ header }, shares).flatMap(({ here: count, needed }, group) =>
    count >= needed ? [{ threshold: needed, members: here.get(group) }] : [],
  );
  for (let passed = 0; passed <= shares.length; passed++) yield* passingOver(passed, groups, header.groupThreshold);
}

/** How many sheets of each group are here and needed. @param {Envelope} envelope @param {Share[]} shares */
export function counted({ header }, shares) {
  const here = byGroup(shares);
  const sheets = (group) => new Set(here.get(group)?.map(({ member }) => member)).size;
  return header.groups.map(({ threshold }, group) => ({ here: sheets(group), needed: threshold }));
}

/** Whether there are enough shares, identifiers not asked. @param {Envelope} envelope @param {Share[]} shares */
export const isQuorate = (envelope, shares) =>
  counted(envelope, shares).filter(({ here, needed }) => here >= needed).length >= envelope.header.groupThreshold;

/** Derives the shares of a group again: the sheets whose commitment is another. */
function wrongOf(header, share, group, points) {
  const { threshold, commitments } = header.groups[group];
  return commitments.flatMap((commitment, member) => {
    const value = interpolated(points, member);
    const mnemonic = mnemonicFrom({ ...share, group, member, threshold, value });
    return equal(commitmentOf(header.setId, mnemonic), commitment) ? [] : [sheetName(header, group, member)];
  });
}

/** What the shares of a group that are here prove: null where too few are here to say. */
function provenGroup(header, quorum, shares, group, asked) {
  const { threshold } = header.groups[group];
  if (threshold === 1) return { agrees: true, wrong: wrongOf(header, quorum[0], group, new Map([[0, asked]])) };
  const first = (list) => list.filter((share) => share.group === group).slice(0, threshold);
  const members = first(quorum).length ? first(quorum) : first(shares);
  if (members.length < threshold) return null;
  const secret = sharedSecret(pointsOf(members));
  return {
    agrees: secret !== null && equal(secret, asked),
    wrong: wrongOf(header, quorum[0], group, pointsOf(members)),
  };
}

/** What follows from the quorum that opened, compared with the header. */
function proven({ header }, quorum, shares, { encrypted, groups }) {
  const asked = (group) => (header.groupThreshold === 1 ? encrypted : interpolated(groups, group));
  const found = header.groups.map((_, group) => provenGroup(header, quorum, shares, group, asked(group)));
  const wrong = found.flatMap((one) => one?.wrong ?? []);
  return {
    wrong,
    unsound: wrong.length > 0 || found.some((one) => one && !one.agrees),
    unproven: header.groups.flatMap(({ commitments }, group) =>
      found[group] ? [] : commitments.map((_, member) => sheetName(header, group, member)),
    ),
  };
}

/** What the shares of exactly one quorum open, or null. @param {Envelope} envelope @param {Share[]} quorum */
export function contentsBy(envelope, quorum) {
  const secret = combined(quorum);
  return secret && contents(envelope, decrypted(secret.encrypted, quorum[0]));
}

/**
 * Opens an envelope with shares that belong to it, and forgets what it held.
 *
 * Yields between tries; whoever drives it may stop.
 *
 * @param {Envelope} envelope
 * @param {Share[]} shares
 * @returns {Generator<{doing: string, done: number, of: number}, Proof | {failed: "not-open" | "made-to-match"}>}
 */
export function* opening(envelope, shares) {
  const keys = new Set();
  let done = 0;
  for (const quorum of quorums(envelope, shares)) {
    if (done++ === MOST_SUBSETS) break;
    if (done % PAUSE === 1) yield { doing: "combining", done, of: MOST_SUBSETS };
    const secret = combined(quorum);
    const key = secret && `${quorum[0].identifier} ${hex(secret.encrypted)}`;
    if (!key || keys.has(key)) continue;
    keys.add(key);
    const held = contents(envelope, decrypted(secret.encrypted, quorum[0]));
    if (held) return { quorum, isRecord: recordOf(held) !== null, ...proven(envelope, quorum, shares, secret) };
    yield { doing: "combining", done, of: MOST_SUBSETS };
  }
  return { failed: keys.size ? "not-open" : "made-to-match" };
}
