/**
 * All that the page says, in English, in this one place.  No text quotes a share or a secret; of what was typed only a word that was put right.
 *
 * What comes from a sheet (the label) is anybody's text: it is shown by `shown`, and put on the screen as text only.
 */

import { folded, MOST_RESTORED, toldOf } from "./findings.js";
import { are, capital, dateOf, listed, named, plural, ranges, shown } from "./wording.js";

const letterOf = (group) => String.fromCharCode(65 + group);

/** What a policy asks for. @param {import("./judge/judge.js").SetShown} set */
export function policyOf({ groupsNeeded, groups }) {
  if (groups.length === 1) return `any ${groups[0].needed} of ${groups[0].of} sheets`;
  const each = groups.map(({ needed, of }, group) => `${letterOf(group)}: ${needed} of ${of}`);
  return `${groupsNeeded} of ${groups.length} groups (${each.join(", ")})`;
}

const moreSheets = (more, here = 1) => `${plural(more, here ? "more sheet" : "sheet")} ${more === 1 ? "is" : "are"} needed`;

/** What the record says is missing. @param {import("./judge/judge.js").Judgement} judgement */
function neededBySet({ groups, set }) {
  const short = groups.map(({ here, needed }, group) => ({ group, more: needed - here })).filter(({ more }) => more > 0);
  if (groups.length === 1) return short.length ? `${moreSheets(short[0].more, groups[0].here)}.` : "";
  const open = set.groupsNeeded - (groups.length - short.length);
  const each = short.map(({ group, more }) => `${more} of group ${letterOf(group)}`);
  return open > 0 ? `The sheets of ${plural(open, "more group")} are needed: ${each.join(", or ")}.` : "";
}

const canBeRestored = ({ unknown }) => unknown.length <= MOST_RESTORED;

/** What the sheets themselves say is missing, before any envelope is read: "" where they do not tell, or not the same. */
function neededByClaims(findings) {
  const sound = findings.filter(({ what }) => what === "share");
  const damaged = findings.filter(({ what, seems }) => what === "damaged" && seems);
  const claims = (sound.length ? sound : damaged).map(({ claim }) => claim);
  const policies = claims.map(({ identifier, threshold, groupThreshold, groupCount }) =>
    [identifier, groupThreshold, groupCount, groupCount > 1 || threshold].join(),
  );
  if (!claims.length || new Set(policies).size > 1) return "";
  const [{ threshold, groupThreshold, groupCount }] = claims;
  if (groupCount > 1) return `The sheets of ${groupThreshold} of ${groupCount} groups are needed.`;
  const most = threshold - new Set(sound.map(({ sheet }) => sheet)).size;
  const least = most - new Set(damaged.filter(canBeRestored).map(({ seems }) => seems)).size;
  if (most <= 0) return "";
  if (least >= most) return `${moreSheets(most)}.`;
  if (least <= 0) return "There may be enough sheets: the envelope will tell.";
  return `${least} ${most - least === 1 ? "or" : "to"} ${most} more sheets are needed: the envelope will tell.`;
}

/** How many words a record has. */
export const RECORD_WORDS = 12;
const SLIPS = "one may be left out, typed twice or wrong";

/** Which word is one too many, and which is left out: the last one where the others have only moved. @param {{extra: number, lacks: number}} slip @param {number} count */
function slipped({ extra, lacks }, count) {
  const out = `word ${lacks} seems to be left out`;
  const twice = `word ${extra} seems to be one too many`;
  if (extra === count) return out;
  return lacks === count ? twice : `${twice}, and ${out}`;
}

const RECORD = "Take the signed record and type the 12 words headed F, all of them, in their order.";
const ENVELOPE =
  "Read the envelope next, from any one sheet or from the public record: its code, with ENVELOPE under it, or its printed lines.";
const NEW_SET = "ask the administrator of splitkit, who made these sheets, for a new set";
const CHANGE = `Now that people have seen this password, change it, and ${NEW_SET}.`;
const TOO_MUCH = [
  "This is more text than sheets can hold; nothing of it has been read.",
  "Type only what is printed on the sheets.",
];
const OTHERS = "Stop. Keep everything as it is, and bring all other sheets of this set.";

const isEnvelope = ({ what }) => what === "envelope";
const isLines = ({ what }) => ["misread-line", "missing-lines", "mixed-lines"].includes(what);

/** A sheet that cannot be used as it is: which one, and what is wrong with it. */
function faultyOf(findings) {
  const { seems, unknown, where } = findings.find(({ what }) => what === "damaged") ?? {};
  if (!where) return null;
  const name = seems ? `sheet ${seems}` : "one sheet";
  if (where.some(({ page }) => page !== undefined)) return { name, text: `${name} is damaged` };
  return { name, text: unknown.length ? `${plural(unknown.length, "word")} of ${name} ${are(unknown)} still missing` : `a word of ${name} is wrong` };
}

/** What to do where more sheets are needed. */
function moreNext({ findings, groups }) {
  if (!groups) return RECORD;
  const faulty = faultyOf(findings);
  return faulty ? `Read another sheet, or correct ${faulty.name} in the list.` : "Read another sheet.";
}

/** The envelope is the next thing, or what is wrong with its lines. */
function envelopeNext({ findings }) {
  const lines = findings.filter(isLines);
  const wrong = lines.map((one) => `${capital(FINDINGS[one.what](one))}.`);
  return lines.length ? `${wrong.join(" ")} Put the printed lines right in the list.` : ENVELOPE;
}

/** How many sheets are missing, where that is known: by the record, else by what the sheets say. */
const neededOf = (judgement) => (judgement.groups ? neededBySet(judgement) : neededByClaims(judgement.findings));

/** For each verdict a sentence, and what to do next. */
const VERDICTS = {
  "words-of-a-share": () => [
    "These are secret words of a sheet, not the words of the record.",
    `Clear them. ${RECORD}`,
  ],
  "words-of-a-ledger": () => ["These are the words of a ledger, headed L.", RECORD],
  "words-of-a-plan": () => ["These are the words of a plan, headed P.", RECORD],
  "words-of-a-bundle": () => ["These are the words of a program on a stick, headed B.", RECORD],
  "word-not-listed": ({ place }) => [
    `Word ${place} of the record is not in the list of words.`,
    `Look at word ${place} on the signed record.`,
  ],
  "not-twelve-words": ({ count }) => [`The record has 12 words; ${count} were typed.`, RECORD],
  "no-reason": () => [
    "No reason has been given for opening an older set.",
    "Write in a few words why the older set is meant.",
  ],
  "copy-with-a-share": () => ["The trusted copy holds words of a sheet, and a sheet cannot show that it is genuine.", RECORD],
  "copy-not-one": () => ["The trusted copy is not one envelope and nothing else.", RECORD],
  "too-much": () => TOO_MUCH,
  "no-envelope": (judgement) => ["The envelope has not been read yet.", envelopeNext(judgement)],
  "record-needed": () => ["Nothing opens without the signed record: only the record shows that sheets are genuine.", RECORD],
  "wrong-record": ({ place, slip }) => {
    if (place)
      return [
        `Word ${place} of the F words may be mistyped: the other 11 match an envelope that has been read.`,
        `Compare word ${place} with the signed record. If the record really says so, the envelope does not belong to this record.`,
      ];
    if (slip)
      return [
        `The F words may be mistyped: ${slipped(slip, RECORD_WORDS)}.`,
        "Compare all 12 words with the signed record. If it really says so, the envelope does not belong to this record.",
      ];
    return [
      "The 12 F words do not match the envelope that has been read.",
      `Compare all 12 words with the signed record first: ${SLIPS}. If they are typed as they stand there, check that record and ` +
        "sheets are of the same set, and that the record is the signed one. If they are, the envelope may be forged: stop, and keep everything as it is.",
    ];
  },
  forged: () => [
    "Something here says that it is of this set, and is not.",
    `${OTHERS} The list says which it is.`,
  ],
  "not-together": () => [
    "The sheets and the envelope here do not belong together.",
    "Check that all sheets and the record are of the same set.",
  ],
  unreadable: (judgement) => {
    const faulty = faultyOf(judgement.findings);
    return [`There are not enough sheets yet${faulty ? `, and ${faulty.text}` : ""}.`, moreNext(judgement)];
  },
  "too-few": (judgement) => ["There are not enough sheets yet.", moreNext(judgement)],
  "not-open": () => ["These sheets match the envelope, and do not open it.", OTHERS],
  "made-to-match": () => [
    "These sheets match the envelope, and do not fit each other: one of them was made to match.",
    OTHERS,
  ],
  "no-secret-record": () => [
    "The envelope opens, and what it holds is no secret of this version.",
    "Keep the sheets. A newer splitkit may have made them: use the program that is named on the sheets.",
  ],
  practice: () => [
    "This is a practice set: it protects nothing.",
    "Look for the sheets of the real set, or say that practice is meant.",
  ],
  "not-practice": () => [
    "This is a real set, and practice was asked for.",
    "Stop here, or say that it is not for practice.",
  ],
  superseded: () => [
    "Another envelope here says that it is of a newer set.",
    "Anybody can print that. Find out which set is in use. Go on only if the older one is meant, and write down why.",
  ],
  opened: ({ unsound, wrong }) =>
    unsound
      ? [
          `The secret can be shown, but the set contradicts its own sheets${wrong.length ? `: ${listed(wrong)}` : ""}.`,
          `Use the secret, and then ${NEW_SET}: this one cannot be relied upon.`,
        ]
      : [
          "These are the sheets of the signed record. The secret can be shown.",
          "Before you look, compare what it is for, the date and the number of the set (its epoch) with the signed record. A password that has been seen has to be changed afterwards.",
        ],
};

const SOLVED = "; what was wrong or illegible has been put right";
const COMPARE = "Compare each word with the paper";

/** What a sheet waits for. @param {import("./judge/judge.js").Finding[]} [findings] */
const onceOf = (findings = []) => (findings.some(isEnvelope) ? "once the F words match the envelope" : "once the envelope has been read");

/** What is wrong with a sheet, and what can be done; before the envelope is read the sheet may yet be put right. */
function damagedText({ unknown, seems }, { set, findings }) {
  const which = seems ? `it seems to be sheet ${seems}; ` : "";
  if (!canBeRestored({ unknown })) {
    const typed = `${named("word", unknown)} are missing, more than can be restored. Type them, or photograph one of its codes, SHARE`;
    return which + typed;
  }
  const missing = unknown.length ? `${named("word", unknown)} ${are(unknown)} missing` : "";
  const once = capital(onceOf(findings));
  if (!set) return `${which}${missing || "one or more words are wrong"}. It is kept. ${once}, it may be put right`;
  const wrong = missing ? `${missing}, and another is wrong, left out or typed twice` : "more than one word is wrong, or one is left out or typed twice";
  return `${which}${wrong}. ${COMPARE}. If all are as printed, the sheet is of another set`;
}

/** What a thing is, for the list of what was read. */
const FINDINGS = {
  share: (_, { findings }) => `it has been read, and is checked ${onceOf(findings)}`,
  used: ({ solved }) => `it is sound${solved ? SOLVED : ""}`,
  belongs: ({ solved }) => `it belongs to this set${solved ? SOLVED : ""}`,
  forged: () => "it is forged: it says that it is of this set, and is not",
  stranger: () => "it is of another set",
  "left-out": () => "it was not looked at: too many things lie here",
  damaged: damagedText,
  "other-program": () => "these are words of another program, not a share of splitkit",
  record: () => "this is the envelope of the record",
  claim: ({ set }) => `this is an envelope that says it is of a newer set, number ${set.epoch} of those made for the same purpose (its epoch)`,
  fork: () => "this is an envelope of another set with the same number (epoch): one number was given to two sets",
  "same-set": () => "this is another envelope that says it is of this very set: it is forged",
  envelope: (_, { place, slip, set }) => {
    if (place) return `the F words may be mistyped: look at word ${place}. As they are typed, this envelope does not match the record`;
    if (slip) return `the F words may be mistyped: ${slipped(slip, RECORD_WORDS)}. As they are typed, this envelope does not match the record`;
    return set ? "this is the envelope of another set" : "the F words, as they are typed, do not match this envelope. They may be mistyped: compare them first";
  },
  "damaged-envelope": () => "this is an envelope that is damaged. Read it again, from another sheet if you can",
  "malformed-envelope": () => "this is an envelope that breaks the rules of the format",
  newer: () => "it was made by a newer splitkit than this page knows",
  "misread-line": ({ numbers, total, illegible }) =>
    illegible > MOST_RESTORED
      ? `${named("line", numbers)} of ${total} ${numbers.length === 1 ? `has ${illegible} characters that are ?` : "have too many characters that are ?"}, and at most ` +
        `${MOST_RESTORED} in a line can be found again. Read more of them, or take the line from another sheet or the public record`
      : `${named("line", numbers)} of ${total} ${are(numbers)} wrong: compare each character with the paper, or type ? for one that cannot be read`,
  "missing-lines": ({ missing: numbers, total }) => `${named("line", numbers)} of ${total} ${are(numbers)} missing`,
  "mixed-lines": () => "these are printed lines of two envelopes. Type the lines of one sheet alone",
  "incomplete-share": ({ count }) => `${plural(count, "word")} of a sheet ${count === 1 ? "is" : "are"} here; a sheet has 33`,
  digits: () => "these digits are no share; a share has 132",
  other: () => "here is something that is neither words of a sheet nor lines of an envelope",
};

/** Where it was read, for whoever has no list of entries. @param {import("./judge/pile.js").Where} where */
const placeOf = ({ page, line, last }) =>
  page !== undefined ? shown(page) : line === last ? `typed row ${line}` : `typed rows ${line} to ${last}`;

/**
 * A judgement in words.
 *
 * @param {import("./judge/judge.js").Judgement} judgement
 * @returns {{sentence: string, needed: string, next: string, things: {where: object[], places: string[], sheet?: string, lacks: boolean, solved: boolean, text: string}[], set: [string, string][]}}
 */
export function told(judgement) {
  const open = { ...judgement, findings: toldOf(judgement.findings) };
  const [sentence, next] = VERDICTS[judgement.verdict](open);
  const things = open.findings.map((one) => ({
    where: one.where,
    places: [...new Set(one.where.map(placeOf))],
    sheet: one.sheet,
    lacks: one.what === "missing-lines",
    solved: Boolean(one.solved),
    text: FINDINGS[one.what](one, judgement),
  }));
  const needed = judgement.exit && judgement.verdict !== "wrong-record" ? neededOf(open) : "";
  return { sentence, needed, next, things, set: judgement.set ? described(judgement.set) : [] };
}

/**
 * What printed lines come to while they are typed: which are wrong, and which are missing.
 *
 * @param {{findings: import("./judge/judge.js").Finding[], isWhole: boolean}} read
 * @returns {{problem: string, left: string}} what is wrong, and what is still to be typed
 */
export function toldOfLines({ findings, isWhole }) {
  const all = folded(findings);
  const said = (some) => some.map((one) => `${capital(FINDINGS[one.what](one, {}))}.`).join(" ");
  const problem = said(all.filter(({ what }) => what !== "missing-lines"));
  const left = said(all.filter(({ what }) => what === "missing-lines"));
  return { problem, left: left || (isWhole && !problem ? "The envelope is complete." : "") };
}

/** What is shown of a set before its secret: name and value, called as on the paper. @param {import("./judge/judge.js").SetShown} set */
export function described(set) {
  return [
    ["For", shown(set.label) || "(nothing is written here)"],
    ["Made on", dateOf(set.created)],
    ["Epoch", `${set.epoch}. The epoch counts the sets made for the same purpose: the first is 1, and a higher one is newer.`],
    ["Needed to open it", policyOf(set)],
    ...(set.practice ? [["PRACTICE", "This set is for practice. It protects nothing."]] : []),
    ["F words", set.fingerprint.join(" ")],
    ...(set.ignored.length ? [["Entries that this page does not know", set.ignored.join(", ")]] : []),
  ];
}

/** The names of verdicts and findings that have a text, for whoever checks that none is missing. */
export const NAMED = { verdicts: Object.keys(VERDICTS), findings: Object.keys(FINDINGS) };

const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
const ORDER = new Intl.PluralRules("en", { type: "ordinal" });
const ENDINGS = { one: "st", two: "nd", few: "rd", other: "th" };

/** What an entry of the list is called, and what is asked before it is removed. */
export const ENTRIES = {
  sheet: (sheet) => `Sheet ${sheet}, typed`,
  typed: (number) => `The ${ORDINALS[number - 1] ?? `${number}${ENDINGS[ORDER.select(number)]}`} sheet that you typed`,
  lines: "The printed lines that you typed",
  thing: ({ sheet, text }) => (sheet ? `sheet ${sheet}: ${text}` : text),
  words: (all) =>
    capital(listed(all.map(({ place, is, was }) => `word ${place} is ${is.toUpperCase()}${was ? `, not ${was.toUpperCase()}` : ""}`))),
  said: (text) => `${capital(text)}.`,
  again: (text) => `${text}. It has been read more than once, and counts once`,
  another: (problem) => `of another file of this name: ${problem}`,
  putRight: "it holds nothing that is still needed",
  change: "Change",
  complete: "Finish typing",
  remove: (name) => `Remove ${name}`,
  ask: (name) => `Remove '${name}' from the list? Everything else stays.`,
  yes: "Remove it",
  no: "Keep it",
};

const KEEP = "Keep what is typed, and go back";
const NO_CAMERA = "Or use a scanner or photographs, or type.";

/** What some words are: nothing where there are none. @param {number[]} numbers @param {string} what */
const wordsAre = (numbers, what) => numbers.length && `${capital(named("word", numbers))} ${are(numbers)} ${what}.`;

/** Words that are missing at the end may have been left out further up. @param {number[]} missing @param {number} count */
const atTheEnd = (missing, count) =>
  missing.length <= MOST_RESTORED && missing.every((place, at) => place === count - missing.length + at + 1)
    ? " Or a word further up was left out, and all behind it stand too high: find it on the paper, and press + in its field."
    : "";

/** The number of a line, as on the paper where that is known. @param {number} total */
function exampleOf(total) {
  const last = String(total).padStart(2, "0");
  return total ? `from 01/${last} to ${last}/${last}` : "for example 01/12 for the first of 12";
}

/** The screens, in their order. */
export const SCREENS = {
  title: "Open the sheets",
  before: {
    heading: "Before you start",
    steps: [
      "Take this computer off every network: pull the cable, switch off Wi-Fi and Bluetooth. It stays off afterwards.",
      "Only the people who are needed stay in the room. Take out every telephone, and every camera except the one that reads the sheets.",
      "Close all other programs. Open this page in a private or guest window, without extensions.",
      "Did this page come by mail, by a link or from a search? Then close it, and take the copy that lies with the public record. " +
        "A copy that was handed over on a stick is fine if its SHA-256 is the one on the signed record.",
      "Work out that SHA-256 on another computer, with the command `sha256sum recover.html`, on Windows `certutil -hashfile recover.html " +
        "SHA256`: 64 characters that change whenever the file does. Compare them with those printed on the signed record under " +
        '"Without splitkit", below recover.html. The number beside recover.py there is another one, of that file. Nothing on the page ' +
        "can prove that it is genuine.",
      "A computer started from the bootable splitkit stick, the one with the splitkit programs on it, is safer than any browser. If there is such a stick, use it " +
        "instead of this page.",
    ],
    go: "All of this is done",
  },
  record: {
    heading: "What does the signed record say?",
    help:
      "Type the 12 words headed F, row by row, from the page that people signed. Not from a sheet: a forged sheet has forged " +
      "words. After four letters a word is completed: press the space bar. Once a word is typed in full, the cursor moves on by itself. " +
      "If a word was left out, press + in its field: the words from there on move down. Press - to take a word out.",
    box: (number) => `Word ${number}`,
    gaps: ({ missing, notListed }) =>
      [
        missing.length && `${wordsAre(missing, "missing")} Type all 12 words from the signed record.${atTheEnd(missing, RECORD_WORDS)}`,
        notListed.length && `${wordsAre(notListed, "not in the list of words")} Compare with the signed record.`,
      ]
        .filter(Boolean)
        .join(" "),
    change: (place) => `Change word ${place} of the F words`,
    compare: "Compare the 12 F words",
    lookAtSlip: (slip) => `${capital(slipped(slip, RECORD_WORDS))}: all others match an envelope. Compare with the signed record.`,
    look: (place) => `Look at word ${place}: the other 11 match an envelope. Compare it with the signed record.`,
    go: "These are the 12 words",
  },
  sheets: {
    heading: "Read one sheet, then the next",
    help:
      "Use a scanner or the camera of this computer if you can. Any other camera has to stay in " +
      "the room, and its photographs are deleted afterwards: a photograph of a sheet is as secret as the sheet.",
    envelope:
      "The envelope is needed once. It is the same on every sheet and on the public record: the code with ENVELOPE under it, " +
      "or the printed lines.",
    pictures: "Photographs or scans",
    camera: "Camera",
    words: "Type the 33 words",
    lines: "Type the printed lines",
    judge: "Check and open",
    nothing: "Nothing has been read yet.",
    howMany: "Once one sheet has been read, the page says how many are needed.",
    isRead: "The envelope has been read. No printed lines are needed, and no code with ENVELOPE under it.",
    noSheet: "Nothing has been read yet, so there is nothing to check. Read or type the sheets first.",
    list: "What has been read so far",
    enough: "There are enough sheets. Press 'Check and open'.",
    noReader: "This copy of the page cannot read pictures: type the words and the printed lines.",
  },
  boxes: {
    known: (number) => `Word ${number} is complete.`,
    noSuch: "No word of the list begins like this.",
    notWhole: "This word is not in the list. Type at least four letters.",
    notListed: "This word is not in the list.",
    noRoom: "There is no empty field further down: take out with - the word that is one too many, then press + here.",
    moved: ({ extra, lacks }, count) =>
      lacks === count ? `Word ${extra} was taken out; the words behind it moved up.` : `There is room for word ${lacks}; the words behind it moved.`,
    slip: (slip, count) => `${capital(slipped(slip, count))}, and the words behind it have moved. Look at the paper. If it is so:`,
    offer: ({ extra, lacks }, count) => (lacks === count ? `Take out word ${extra}` : extra === count ? `Make room for word ${lacks}` : `Take out word ${extra}, make room for word ${lacks}`),
    look: "Compare this word with the signed record.",
  },
  words: {
    heading: "The 33 words of one sheet",
    help:
      "Type the SECRET WORDS in the order of their numbers. After four letters a word is completed: press the space bar. Once a " +
      "word is typed in full, the cursor moves on by itself. Type ? for a word that cannot be read: up to three can be put right " +
      "later.",
    move: "If a word was left out, press + in its field: the words from there on move down. Press - to take out a word that is one too many.",
    torn:
      "Are the words torn off? They cannot be typed then. Only the codes of the sheet hold " +
      "them, SHARE, big and SHARE, small: photograph one of these.",
    box: (number) => `Word ${number}`,
    go: "The sheet is complete",
    back: KEEP,
    next: (place) => `Word ${place} is next.`,
    left: ({ missing, notListed, unknown }) =>
      [
        wordsAre(missing, "missing"),
        wordsAre(notListed, "not in the list"),
        unknown.length && `${plural(unknown.length, "word")} cannot be read (${ranges(unknown)}); at most ${MOST_RESTORED} can be put right.`,
      ]
        .filter(Boolean)
        .join(" ") || "All 33 words are there.",
    gaps: ({ missing, notListed }, unknown) => {
      const illegible = unknown >= MOST_RESTORED ? "" : missing.length ? ", or ? for a word that cannot be read" : ", or type ? if it cannot be read";
      return [
        wordsAre(missing, "missing"),
        wordsAre(notListed, "not in the list"),
        missing.length ? `Type ${missing.length + notListed.length === 1 ? "it" : "them"}${illegible}.${atTheEnd(missing, 33)}` : `Compare with the sheet${illegible}.`,
        unknown > MOST_RESTORED && SCREENS.words.tooManyUnknown(unknown),
      ]
        .filter(Boolean)
        .join(" ");
    },
    tooManyUnknown: (count) =>
      `${count} words are ?, and at most three can be put right. Read more of them, or photograph one of the codes of this ` +
        "sheet: SHARE, big or SHARE, small.",
    wrong: (unknown, isEnvelopeRead) =>
      unknown.length
        ? `Besides the ${plural(unknown.length, "word")} that cannot be read, another is wrong, left out or typed twice: compare each word with the sheet.`
        : "One or more words are wrong, left out, typed twice, or in the wrong place. All of them are in the list, so nothing shows yet which it is: " +
      "compare each word with the sheet. If you find nothing, keep what is typed: " +
      (isEnvelopeRead ? "the envelope can put one wrong word right." : "once it has been read, the envelope can put one wrong word right."),
    tooMany: "These are more than the 33 words of one sheet: nothing was taken. Paste the words of one sheet.",
  },
  waiting: {
    heading: "Go on with a sheet, or type another?",
    go: (sheet) => `${sheet} is not complete: go on with it`,
    sheet: (name) => `Sheet ${name}`,
    other: "Type another sheet",
    back: "Back",
  },
  lines: {
    heading: "The printed lines of the envelope",
    help: (total) =>
      `Type the lines under ENVELOPE, from any sheet or from the public record. A line begins with its number, ${exampleOf(total)}, ` +
      "and its last four characters are its check. Capitals and spaces do not matter. Type ? for a character that cannot be " +
      "read: up to three in a line can be found again.",
    isRead: "The envelope has been read already: no printed lines are needed.",
    more:
      "What was typed before is still here: add further lines below it, or change them. What a hand-held scanner reads from " +
      "a code may stand on a line of its own.",
    label: "Lines",
    go: "The lines are complete",
    back: KEEP,
    none: "Nothing has been typed yet.",
    tooMuch: TOO_MUCH.join(" "),
  },
  camera: {
    heading: "Hold a code in front of the camera",
    help: "Show the codes of a sheet one after the other, SHARE and ENVELOPE, and then the next sheet. Each code that has been read is counted.",
    asking: "The browser asks whether this page may use the camera. Allow it: the question is at the edge of the window.",
    stop: "No more codes",
    back: "Back",
    again: "Try the camera again",
    name: "camera",
    count: (count) => `${plural(count, "code")} read.`,
    problems: {
      refused: `The camera may not be used: it was refused here, or by the settings of the browser or of the computer. Allow it and try again. ${NO_CAMERA}`,
      none: `No camera has been found. Plug one in and try again. ${NO_CAMERA}`,
      busy: `The camera does not start. Close any other program that uses it, and try again. ${NO_CAMERA}`,
      gone: "The camera has gone away. What it has read is kept. Look at its plug and try again, or go on without it.",
      other: "The camera cannot be used here. Use a scanner or photographs, or type.",
    },
  },
  picture: {
    heading: "Reading pictures",
    stop: "Stop",
    stopped: (left) => `reading was stopped here${left ? `; ${plural(left, "more file")} not looked at` : ""}`,
    reading: (name, at, of) => `Reading ${shown(name)}${of > 1 ? `, ${at} of ${of}` : ""} ...`,
    step: (number, of) => `Step ${number}${of ? ` of up to ${of}` : ""}`,
    read: (count) => `${plural(count, "code")} read from it`,
    none: "no code of a sheet has been read: take it again in better light, or type what is printed",
    beyond: (count) => `${plural(count, "photograph")} further on in it ${count === 1 ? "was" : "were"} not looked at: give its pages in smaller files`,
    cannot: "this is no picture that a browser opens, or far too large a one: save it as JPEG or PNG, or type what is printed",
  },
  verdict: {
    working: "Checking ...",
    step: ({ doing }) =>
      ({
        lines: "Looking for illegible characters of lines ...",
        solving: "Looking for wrong or illegible words ...",
        combining: "Trying the sheets together ...",
      })[doing],
    stop: "Stop",
    stopped: "Stopped. Nothing has been opened.",
    things: "What has been read",
    back: "Back to the sheets",
    words: "Back to the words of the record",
    practice: "It is for practice: open it",
    notPractice: "It is not for practice: go on",
    reason: "Why is the older set meant?",
    older: "The older set is meant: go on",
  },
  fault: {
    heading: "The page has failed",
    next:
      "Nothing has been opened. Go back and try again. If it fails again, type what could not be read, or use another browser, " +
      "recover.py or the splitkit stick.",
  },
  secret: {
    heading: "Is this the set that you want?",
    before: (seconds) =>
      `Have pen and paper ready. The secret is shown for ${seconds / 60} minutes. While it is shown, 'More time' adds two minutes, up to ten.`,
    hold: "Hold this button for one second to see the secret",
    holding: (tenths) => `Keep holding: ${(tenths / 10).toFixed(1)} seconds more`,
    keepHolding: "That was too short. Keep holding the button for one second.",
    shown: (name) => ({ account: "Account", note: "Note", password: "Password", user: "User" })[name],
    write: "Write everything down as it stands here.",
    gaps: "The gaps between groups of four are not part of the password.",
    spaces: "Each open box is a space, and part of it.",
    spelled: "Character by character",
    left: (seconds) => `It will be cleared in ${plural(seconds, "second")}.`,
    more: "More time",
    clear: "Clear it now",
    now: "The secret",
    over: "What to do now",
    cleared: "Cleared. Everything that was read and typed is gone from this page too.",
    after: [
      "Check that the password is written down: this page does not show it again.",
      "Sign in with it from another computer. This one stays off every network.",
      CHANGE,
      "Put each sheet into a new bag with a number, and back into its own safe. A torn one too: it still counts.",
      "Destroy the paper on which the password was written down.",
      "Delete all photographs and scans of the sheets, on this computer and in the camera, and then empty the trash (recycle bin) of both.",
      "Close this window, and switch the computer off.",
    ],
    anew:
      "To see the secret again, begin again. The page has forgotten the words of the record and all sheets: they have to be " +
        "typed or read again, and checked again.",
    again: "Begin again",
  },
};

const KINDS = [
  [/\p{Lu}/u, "capital"],
  [/\p{Ll}/u, "small"],
  [/\p{N}/u, "digit"],
  [/^ $/, "space"],
];

/** A character spelled out: what kind it is, beside itself. @param {string} character */
export function spelledOut(character) {
  const kind = KINDS.find(([pattern]) => pattern.test(character))?.[1] ?? "sign";
  return kind === "space" ? "space" : `${kind} ${shown(character)}`;
}
