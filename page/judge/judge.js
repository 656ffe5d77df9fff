/**
 * The judge: what was read, against the record that people trust, by the order of rules V1 to V14 (format, section 16).
 *
 * A judgement holds no secret and no share.  What it proved is opened again, by `reveal`, when people ask for it.
 */

import { differing, fingerprintFrom, slipOf } from "./fingerprint.js";
import { equal } from "../crypto/bytes.js";
import { spaced } from "./input.js";
import { contentsBy, counted, isQuorate, opening } from "./opening.js";
import { piled } from "./pile.js";
import { recordOf } from "./record.js";
import { solutions } from "./rs1024.js";
import { belongs, claimIn, identifierOf, ourShare, sheetName } from "./share.js";

const MOST_SHARES = 64;
const MOST_ENVELOPES = 32;
const MOST_SOLUTIONS = 64;
const PAUSE = 64;

/** What each verdict ends with: the exit codes of both programs (section 11). */
export const EXITS = {
  "words-of-a-share": 2,
  "words-of-a-ledger": 2,
  "words-of-a-plan": 2,
  "words-of-a-bundle": 2,
  "word-not-listed": 2,
  "not-twelve-words": 2,
  "no-reason": 2,
  "copy-with-a-share": 2,
  "copy-not-one": 3,
  "too-much": 3,
  "no-envelope": 3,
  "record-needed": 6,
  "wrong-record": 5,
  forged: 5,
  "not-together": 5,
  unreadable: 3,
  "too-few": 4,
  "not-open": 5,
  "made-to-match": 5,
  "no-secret-record": 3,
  practice: 9,
  "not-practice": 9,
  superseded: 9,
  opened: 0,
};

/**
 * @typedef {import("./pile.js").Pile} Pile
 * @typedef {import("./pile.js").Where} Where
 * @typedef {import("./slip39.js").Share} Share
 * @typedef {import("./envelope.js").Envelope} Envelope
 */

/**
 * @typedef {object} Given
 * @property {string | Uint8Array} [typed]
 * @property {{name: string, symbols: string[]}[]} [pages]
 * @property {string} [words] the fingerprint of the signed record
 * @property {string | Uint8Array} [copy] the text of an envelope that people kept safe, in place of the words
 * @property {boolean} [practice] a practice set is meant
 * @property {string} [superseded] why the older set is meant
 */

/**
 * @typedef {object} SetShown what may be shown of a set, and of a stranger only as a claim
 * @property {string} label as it stands in the header: escape it before showing it
 * @property {number} created days since 1970-01-01 UTC
 * @property {number} epoch
 * @property {boolean} practice
 * @property {string[]} fingerprint
 * @property {number} groupsNeeded
 * @property {{needed: number, of: number}[]} groups
 * @property {number[]} ignored keys of later programs
 */

/**
 * @typedef {object} Finding
 * @property {"share" | "used" | "belongs" | "forged" | "stranger" | "left-out" | "damaged" | "other-program" | "record" | "claim"
 *   | "fork" | "same-set" | "envelope" | import("./pile.js").Problem} what
 * @property {Where[]} where each place it was read from: more than one is the same thing again
 * @property {string} [sheet] what people call it; of a share that is not proven, by its own word
 * @property {boolean} [solved] illegible or wrong words were found, and proven by the commitment
 * @property {import("./share.js").Claim} [claim] what a share says of itself, sound or damaged
 * @property {string} [seems] what a damaged sheet is called by its own words
 * @property {number[]} [unknown] places, from 1, of the words of a damaged share that are illegible or of no list
 * @property {number} [total] lines of which there are so many, and `missing` ones
 * @property {number[]} [missing]
 * @property {number} [number] of a printed line, as it was read
 * @property {number} [illegible] characters of that line that are ?
 * @property {number} [count] words
 * @property {SetShown} [set]
 */

/**
 * @typedef {object} Judgement
 * @property {string} verdict a key of EXITS
 * @property {number} exit
 * @property {Finding[]} findings
 * @property {SetShown} [set] the anchored set
 * @property {{here: number, needed: number}[]} [groups] shares of the anchored set
 * @property {boolean} [unsound] it opened, and contradicts its own shares: a new set is needed
 * @property {string[]} [wrong] sheets that it contradicts
 * @property {string[]} [unproven] sheets of which nothing was proven
 * @property {number} [place] of a word from 1, where one is wrong
 * @property {{extra: number, lacks: number}} [slip] words of the record that may be one too many, and left out
 * @property {number} [count] words that were typed
 */

/** Quorums of what was judged as opened; kept beside it, so that nothing that shows or stores a judgement has a share. */
const proofs = new WeakMap();

/** The envelope of the record beside a judgement that has one. */
const anchors = new WeakMap();

/** The envelope of the record, where it has been read. @param {Judgement} judgement @returns {Envelope | undefined} */
export const anchorOf = (judgement) => anchors.get(judgement);

const judged = (verdict, more = {}) => ({ verdict, exit: EXITS[verdict], findings: [], ...more });

/** @param {Envelope} envelope @returns {SetShown} */
function shownOf({ header, fingerprint }) {
  const { label, created, epoch, practice, groupThreshold, ignored } = header;
  const groups = header.groups.map(({ threshold, commitments }) => ({ needed: threshold, of: commitments.length }));
  return { label, created, epoch, practice, fingerprint, groupsNeeded: groupThreshold, groups, ignored };
}

// The record

/** The one envelope of a trusted copy; a sheet cannot vouch for itself (section 11, rule 2). */
function* copied(copy) {
  const pile = yield* piled(copy);
  if (!pile) return { refused: "copy-not-one" };
  const ofShares = pile.problems.some(({ what }) => what === "incomplete-share" || what === "digits");
  if (pile.shares.size || pile.foreign.size || pile.damaged.size || ofShares) return { refused: "copy-with-a-share" };
  if (pile.envelopes.size !== 1 || pile.problems.length) return { refused: "copy-not-one" };
  return { envelope: [...pile.envelopes.values()][0].envelope };
}

/** What people trust: words, the envelope itself, nothing, or why it is refused. @param {Given} given */
function* trusted({ words, copy, superseded }) {
  if (superseded !== undefined && !spaced(superseded).replace(/[\r\n ]/g, "")) return { refused: "no-reason" };
  if (words !== undefined) return fingerprintFrom(words);
  if (copy === undefined) return {};
  const found = yield* copied(copy);
  return found.envelope ? { ...found, words: found.envelope.fingerprint } : found;
}

// Matching

/**
 * The solutions of damaged shares that have the form of section 3, by the key of the damaged one: found once for all
 * envelopes.  Yields between them: each is some thirty systems of equations.
 *
 * @param {Pile} pile
 * @returns {Generator<object, Map<string, Share[]>>}
 */
function* solving(pile) {
  const solved = new Map();
  let done = 0;
  for (const [key, { indices }] of pile.damaged) {
    const ours = solutions(indices).map(ourShare).filter(Boolean);
    if (ours.length) solved.set(key, ours);
    if (done++ % PAUSE === 0) yield { doing: "solving", done, of: pile.damaged.size };
  }
  return solved;
}

/** What of a pile belongs to an envelope: sound shares, and damaged ones whose solution does. */
class Match {
  /** @param {Pile} pile @param {Map<string, Share[]>} solved @param {Envelope} envelope */
  constructor(pile, solved, envelope) {
    this.envelope = envelope;
    this.sound = [...pile.shares.values()].filter(({ share }) => belongs(share, envelope));
    const found = [...solved].map(([key, shares]) => [key, shares.find((share) => belongs(share, envelope))]);
    this.solved = new Map(found.filter(([, share]) => share));
  }

  /** Each share once. @returns {Share[]} */
  get shares() {
    const once = new Map();
    for (const share of [...this.sound.map((one) => one.share), ...this.solved.values()])
      once.set(share.mnemonic, share);
    return [...once.values()];
  }
}

/** Why no quorum is here, without any record: 5, 3, 4, or that the record is needed (V4). */
function* unrecorded(pile) {
  const envelopes = [...pile.envelopes.values()].map(({ envelope }) => envelope);
  const findings = listed(pile, new Map());
  if (pile.shares.size > MOST_SHARES || envelopes.length > MOST_ENVELOPES) return judged("record-needed", { findings });
  const solved = new Map([...(yield* solving(pile))].slice(0, MOST_SOLUTIONS)); // a damaged share has one at most
  const matches = envelopes.map((envelope) => new Match(pile, solved, envelope));
  for (const match of matches) {
    const sound = match.sound.map(({ share }) => share);
    if (isQuorate(match.envelope, sound)) return judged("record-needed", { findings });
    if (!isQuorate(match.envelope, match.shares)) continue;
    const proof = yield* opening(match.envelope, match.shares);
    if (proof.isRecord) return judged("record-needed", { findings });
  }
  const matched = new Set(matches.flatMap(({ sound }) => sound.map(({ share }) => share.mnemonic)));
  if ([...pile.shares.keys()].some((mnemonic) => !matched.has(mnemonic))) return judged("not-together", { findings });
  return judged(unread(pile, 0) ? "unreadable" : "too-few", { findings });
}

/** How much could not be read. @param {Pile} pile @param {number} solved damaged shares that were solved */
const unread = (pile, solved) => pile.problems.length + pile.foreign.size + pile.damaged.size - solved;

// What is told of each thing

/** What a share says that it is: its claim. */
const claimed = ({ group, member, groupCount }) =>
  (groupCount > 1 ? String.fromCharCode(65 + group) : "") + (member + 1);

const claimOf = ({ identifier, group, member, threshold, groupThreshold, groupCount }) => ({
  identifier,
  group,
  member,
  threshold,
  groupThreshold,
  groupCount,
});

const unknownIn = (indices) => indices.flatMap((index, at) => (index < 0 ? [at + 1] : []));

/**
 * Everything of a pile, in words of the judge.
 *
 * @param {Pile} pile
 * @param {Map<object, object>} known what is known of an entry of the pile
 * @returns {Finding[]}
 */
function listed(pile, known) {
  const entries = (map, what, more = () => ({})) =>
    [...map.values()].map((entry) => ({ what, where: entry.where, ...more(entry), ...known.get(entry) }));
  const sheet = ({ share }) => ({ sheet: claimed(share), claim: claimOf(share) });
  const damaged = ({ indices }) => {
    const claim = claimIn(indices);
    return { unknown: unknownIn(indices), ...(claim && { claim, seems: claimed(claim) }) };
  };
  return [
    ...entries(pile.shares, "share", sheet),
    ...entries(pile.damaged, "damaged", damaged),
    ...entries(pile.foreign, "other-program", sheet),
    ...entries(pile.envelopes, "envelope", ({ envelope }) => ({ set: shownOf(envelope) })),
    ...pile.problems,
  ];
}

// With a record

/** The case of a record: the anchored envelope, what belongs to it, and what claims to. */
class Anchored {
  /** @param {Pile} pile @param {Map<string, Share[]>} solved @param {Envelope} envelope */
  constructor(pile, solved, envelope) {
    this.pile = pile;
    this.envelope = envelope;
    this.match = new Match(pile, solved, envelope);
    this.others = [...pile.envelopes.values()].filter((entry) => entry.envelope.id !== envelope.id);
    const belonging = new Set(this.match.sound);
    const beside = [...pile.shares.values()].filter((entry) => !belonging.has(entry));
    this.beside = beside.slice(0, MOST_SHARES);
    this.leftOut = beside.slice(MOST_SHARES);
  }

  /** Shares that say they are of the anchored set, and are not. */
  forgedShares() {
    const identifier = identifierOf(this.envelope.header.setId);
    const otherSets = this.others.slice(0, MOST_ENVELOPES).filter(({ envelope }) => !this.isOfSet(envelope));
    const isElsewhere = ({ share }) => otherSets.some(({ envelope }) => belongs(share, envelope));
    return [...this.beside, ...this.pile.foreign.values()].filter(
      (entry) => entry.share.identifier === identifier && !isElsewhere(entry),
    );
  }

  isOfSet(envelope) {
    return equal(envelope.header.setId, this.envelope.header.setId);
  }

  /** Other envelopes of the line: those of a higher epoch, or of this one. */
  ofLine(fits) {
    const { line, practice, epoch } = this.envelope.header;
    return this.others.filter(
      ({ envelope: { header } }) =>
        equal(header.line, line) && header.practice === practice && fits(header.epoch, epoch),
    );
  }

  newer() {
    return this.ofLine((theirs, ours) => theirs > ours);
  }

  forks() {
    return this.ofLine((theirs, ours) => theirs === ours).filter(({ envelope }) => !this.isOfSet(envelope));
  }

  /** What is told of each thing. @param {Share[]} quorum the shares that opened it */
  findings(quorum = []) {
    const known = new Map();
    const { header, id } = this.envelope;
    const used = new Set(quorum.map(({ mnemonic }) => mnemonic));
    const ofSet = (share) => ({
      what: used.has(share.mnemonic) ? "used" : "belongs",
      sheet: sheetName(header, share.group, share.member),
    });
    for (const entry of this.match.sound) known.set(entry, ofSet(entry.share));
    for (const [key, share] of this.match.solved)
      known.set(this.pile.damaged.get(key), { ...ofSet(share), solved: true });
    for (const entry of this.beside) known.set(entry, { what: "stranger" });
    for (const entry of this.leftOut) known.set(entry, { what: "left-out" });
    for (const entry of this.forgedShares()) known.set(entry, { what: "forged" });
    for (const entry of this.others.slice(MOST_ENVELOPES)) known.set(entry, { what: "left-out" });
    for (const entry of this.newer()) known.set(entry, { what: "claim" });
    for (const entry of this.forks()) known.set(entry, { what: "fork" });
    for (const entry of this.others) if (this.isOfSet(entry.envelope)) known.set(entry, { what: "same-set" });
    if (this.pile.envelopes.has(id)) known.set(this.pile.envelopes.get(id), { what: "record" });
    return listed(this.pile, known);
  }

  /** What is told with every verdict. @param {string} verdict */
  judged(verdict, { quorum, ...more } = {}) {
    const groups = counted(this.envelope, this.match.shares);
    const told = judged(verdict, { findings: this.findings(quorum), set: shownOf(this.envelope), groups, ...more });
    anchors.set(told, this.envelope);
    return told;
  }

  /** V8. */
  withoutQuorum() {
    const sameSet = this.others.some(({ envelope }) => this.isOfSet(envelope));
    if (sameSet || this.forgedShares().length) return this.judged("forged");
    if (this.pile.shares.size && !this.match.shares.length) return this.judged("not-together");
    return this.judged(unread(this.pile, this.match.solved.size) ? "unreadable" : "too-few");
  }
}

/** V8 to V14. @param {Anchored} anchored @param {Given} given */
function* withRecord(anchored, { practice = false, superseded }) {
  const { envelope, match } = anchored;
  if (!isQuorate(envelope, match.shares)) return anchored.withoutQuorum();
  const proof = yield* opening(envelope, match.shares);
  if (proof.failed) return anchored.judged(proof.failed);
  const { quorum, isRecord, ...more } = proof;
  const told = (verdict) => anchored.judged(verdict, { quorum, ...more });
  if (!isRecord) return told("no-secret-record");
  if (envelope.header.practice !== practice) return told(practice ? "not-practice" : "practice");
  if (superseded === undefined && anchored.newer().length) return told("superseded");
  const judgement = told("opened");
  proofs.set(judgement, { envelope, quorum });
  return judgement;
}

/** V7: no envelope is that of the record; if one is a word off, or a word has moved the others, which. */
function wrongRecord(pile, words) {
  const fingerprints = [...pile.envelopes.values()].map(({ envelope }) => envelope.fingerprint);
  const near = fingerprints.map((fingerprint) => differing(words, fingerprint));
  const place = near.find((places) => places.length === 1)?.[0];
  const slip = !place && fingerprints.map((fingerprint) => slipOf(words, fingerprint)).find(Boolean);
  return judged("wrong-record", { findings: listed(pile, new Map()), ...(place && { place }), ...(slip && { slip }) });
}

/**
 * Judges.  Yields what it does, so that whoever drives it can show it, let others work, and stop.
 *
 * @param {Given} given
 * @returns {Generator<{doing: string, done: number, of: number}, Judgement>}
 */
export function* judging(given) {
  const { refused, words, envelope, ...more } = yield* trusted(given);
  if (refused) return judged(refused, more);
  const pile = yield* piled(given.typed ?? "", given.pages);
  if (!pile) return judged("too-much");
  if (envelope && !pile.envelopes.has(envelope.id)) pile.envelopes.set(envelope.id, { envelope, where: [] });
  if (!pile.envelopes.size) return judged("no-envelope", { findings: listed(pile, new Map()) });
  if (!words) return yield* unrecorded(pile);
  const found = [...pile.envelopes.values()].find((one) => !differing(words, one.envelope.fingerprint).length);
  if (!found) return wrongRecord(pile, words);
  return yield* withRecord(new Anchored(pile, yield* solving(pile), found.envelope), given);
}

/** Judges at once. @param {Given} given @returns {Judgement} */
export function judge(given) {
  const work = judging(given);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/**
 * Judges in slices.
 *
 * @param {Given} given
 * @param {object} by
 * @param {(step: {doing: string, done: number, of: number}) => Promise<boolean>} by.turn lets others work; false stops
 * @returns {Promise<Judgement | null>} null where it was stopped
 */
export async function judgeInSlices(given, { turn }) {
  const work = judging(given);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (!(await turn(value))) return null;
  }
}

/** Lets go of the shares that opened it: nothing reveals it any more. @param {Judgement} judgement */
export const forget = (judgement) => proofs.delete(judgement);

/**
 * The secret of what was judged as opened: the one function that gives it, and once.
 *
 * @param {Judgement} judgement the very one, no copy of it
 * @returns {import("./record.js").SecretRecord | null} null for every other verdict, and the second time
 */
export function reveal(judgement) {
  const proof = proofs.get(judgement);
  forget(judgement);
  return proof ? recordOf(contentsBy(proof.envelope, proof.quorum)) : null;
}
