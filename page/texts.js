/**
 * All that the page says, in English, in this one place.  No text quotes what was typed, a share or a secret.
 *
 * What comes from a sheet (the label) is anybody's text: it is shown by `shown`, and put on the screen as text only.
 */

const DAY = 86_400_000;
const LAST_DAY = 2_932_896; // 9999-12-31

/** A day of the header as a date. @param {number} days since 1970-01-01 UTC */
export const dateOf = (days) =>
  days > LAST_DAY ? `day ${days} after 1970-01-01` : new Date(days * DAY).toISOString().slice(0, 10);

/** Text of others with everything that is not seen, or turns the direction, written as its code. @param {string} text */
export const shown = (text) =>
  text.replace(
    /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu,
    (character) => `\\u{${character.codePointAt(0).toString(16).toUpperCase()}}`,
  );

const listed = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);
const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

const letterOf = (group) => String.fromCharCode(65 + group);

/** What a policy asks for. @param {import("./judge/judge.js").SetShown} set */
export function policyOf({ groupsNeeded, groups }) {
  if (groups.length === 1) return `${groups[0].needed} of ${groups[0].of} sheets`;
  const each = groups.map(({ needed, of }, group) => `${letterOf(group)}: ${needed} of ${of}`);
  return `${groupsNeeded} of ${groups.length} groups (${each.join(", ")})`;
}

/** What is still missing. @param {import("./judge/judge.js").Judgement} judgement */
function missing({ groups, set }) {
  const short = groups
    .map(({ here, needed }, group) => ({ group, more: needed - here }))
    .filter(({ more }) => more > 0);
  if (groups.length === 1) return `${plural(short[0].more, "more sheet")} of this set`;
  const each = short.map(({ group, more }) => `${more} of group ${letterOf(group)}`);
  const open = set.groupsNeeded - (groups.length - short.length);
  return `the sheets of ${plural(open, "more group")}: ${each.join(", or ")}`;
}

const RECORD = "Take the signed record and type the 12 words headed F, all of them, in their order.";
const AGAIN = "Read it again, or type ? for what cannot be read.";

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
    "No reason was given for opening an older set.",
    "Write in a few words why the older set is meant.",
  ],
  "copy-with-a-share": () => ["The trusted copy holds words of a sheet, and a sheet cannot vouch for itself.", RECORD],
  "copy-not-one": () => ["The trusted copy is not one envelope and nothing else.", RECORD],
  "too-much": () => [
    "This is more text than sheets can hold; nothing of it was read.",
    "Type the sheets alone, a few lines each.",
  ],
  "no-envelope": () => [
    "No envelope was read yet.",
    "Read the envelope from any sheet: its large symbol, or its printed lines.",
  ],
  "record-needed": () => ["Nothing opens without the signed record: the sheets cannot vouch for themselves.", RECORD],
  "wrong-record": ({ place }) =>
    place
      ? [
          `Eleven of twelve words agree with an envelope here; look at word ${place}.`,
          `Compare word ${place} with the signed record, and with the sheet.`,
        ]
      : [
          "No envelope here is the one of this record.",
          "Check that record and sheets are of the same set, and that the record is the signed one.",
        ],
  forged: () => [
    "Something here says that it is of this set, and is not.",
    "Stop. Keep everything as it is, and bring the other sheets of this set. The list says which it is.",
  ],
  "not-together": () => [
    "The sheets and the envelope here do not belong together.",
    "Check that sheets and record are of the same set.",
  ],
  unreadable: () => ["There are not enough sheets yet, and something could not be read.", AGAIN],
  "too-few": (judgement) => [
    "The sheets here are sound, and not enough.",
    judgement.groups ? `Read ${missing(judgement)}.` : `Read more sheets, and then: ${RECORD}`,
  ],
  "not-open": () => [
    "These sheets match the envelope, and do not open it.",
    "Stop. Keep everything as it is, and bring all other sheets of this set.",
  ],
  "made-to-match": () => [
    "These sheets match the envelope, and do not fit each other: one of them was made to match.",
    "Stop. Keep everything as it is, and bring all other sheets of this set.",
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
    "Anybody can print that. Look which set is in use; go on only if the older one is meant, and write down why.",
  ],
  opened: ({ unsound, wrong }) =>
    unsound
      ? [
          `The set opens, and contradicts its own sheets${wrong.length ? `: ${listed(wrong)}` : ""}.`,
          "Use the secret, and then make a new set: this one cannot be relied upon.",
        ]
      : [
          "The set opens, and agrees with the signed record.",
          "Compare label, date and epoch before you look. Change the password once it was seen.",
        ],
};

const SOLVED = "; illegible or wrong words were found again, and proven";

/** What a thing is, for the list of what was read. */
const FINDINGS = {
  share: ({ sheet }) => `says that it is sheet ${sheet}; without the record nothing vouches for it`,
  used: ({ sheet, solved }) => `sheet ${sheet}: sound${solved ? SOLVED : ""}`,
  belongs: ({ sheet, solved }) => `sheet ${sheet}: of this set${solved ? SOLVED : ""}`,
  forged: ({ sheet }) => `says that it is sheet ${sheet} of this set, and is not: forged`,
  stranger: ({ sheet }) => `sheet ${sheet} of another set`,
  "left-out": () => "not looked at: too many things lie here",
  damaged: () => `a damaged sheet: more is illegible or wrong than can be found again. ${AGAIN}`,
  "other-program": () => "words of another program, not a share of splitkit",
  record: () => "the envelope of the record",
  claim: ({ set }) => `an envelope that claims a newer set, epoch ${set.epoch}`,
  fork: () => "an envelope of another set with the same epoch: the line has forked",
  "same-set": () => "another envelope that claims this very set: forged",
  envelope: () => "an envelope of which no record is here",
  "damaged-envelope": () => `an envelope that is damaged. ${AGAIN}`,
  "malformed-envelope": () => "an envelope that breaks the rules of the format",
  newer: () => "made by a newer splitkit than this page knows",
  "misread-line": () => `a printed line that was misread. ${AGAIN}`,
  "missing-lines": ({ missing: numbers }) => `printed lines; missing: ${listed(numbers.map(String))}`,
  "mixed-lines": () => "printed lines of two envelopes: type the lines of one sheet alone",
  "incomplete-share": ({ count }) => `${plural(count, "word")} of a sheet; a sheet has 33`,
  digits: () => "digits that are no share; a share has 132",
  other: () => "neither a share nor an envelope",
};

/** Where it was read. @param {import("./judge/pile.js").Where} where */
const placeOf = ({ page, line, last }) =>
  page !== undefined ? shown(page) : line === last ? `line ${line}` : `lines ${line} to ${last}`;

/**
 * A judgement in words.
 *
 * @param {import("./judge/judge.js").Judgement} judgement
 * @returns {{sentence: string, next: string, things: {where: string[], text: string}[], set: [string, string][]}}
 */
export function told(judgement) {
  const [sentence, next] = VERDICTS[judgement.verdict](judgement);
  const things = judgement.findings.map((one) => ({
    where: [...new Set(one.where.map(placeOf))],
    text: FINDINGS[one.what](one),
  }));
  return { sentence, next, things, set: judgement.set ? described(judgement.set) : [] };
}

/** What is shown of a set before its secret: name and value. @param {import("./judge/judge.js").SetShown} set */
export function described(set) {
  return [
    ["Label", shown(set.label) || "(none)"],
    ["Made on", dateOf(set.created)],
    ["Epoch", String(set.epoch)],
    ["Needs", policyOf(set)],
    ["Kind", set.practice ? "PRACTICE: protects nothing" : "not for practice"],
    ["Fingerprint", set.fingerprint.join(" ")],
    ...(set.ignored.length ? [["Unknown keys", set.ignored.join(", ")]] : []),
  ];
}

/** The names of verdicts and findings that have a text, for whoever checks that none is missing. */
export const NAMED = { verdicts: Object.keys(VERDICTS), findings: Object.keys(FINDINGS) };

/** The screens, in their order. */
export const SCREENS = {
  title: "Open the sheets",
  before: {
    heading: "Before you start",
    steps: [
      "Take this computer off every network: pull the cable, switch off Wi-Fi and Bluetooth. It stays off afterwards.",
      "Look who is in the room. Nobody else, no camera, no telephone.",
      "Close all other programs. Open this page in a private or guest window, without extensions.",
      "Did this page come by mail, by a link or from a search? Then close it. Take the copy that lies with the public record, and compare its hash on another machine. Nothing on the page can prove that it is genuine.",
      "The stick of splitkit is the safer machine. If you have one, use it.",
    ],
    go: "All of this is done",
  },
  record: {
    heading: "What does the signed record say?",
    help: "Type the 12 words headed F, from the page that people signed. Not from a sheet: a sheet cannot vouch for itself. Four letters of a word are enough.",
    box: (number) => `Word ${number}`,
    go: "These are the 12 words",
  },
  sheets: {
    heading: "Which sheets are here?",
    help: "Bring sheet after sheet. Photographs, camera and typing are equally good. One sheet at least must give its envelope too: the large symbol in the middle, or its printed lines.",
    pictures: "Photographs or scans",
    camera: "Camera",
    words: "Type the 33 words",
    text: "Type lines or digits",
    judge: "Judge what is here",
    nothing: "Nothing was read yet.",
    enough: "There are enough sheets: judge them now.",
    remove: (name) => `Remove ${name}`,
    noReader: "This copy of the page has no reader of pictures: type the words and the lines.",
  },
  words: {
    heading: "The 33 words of one sheet",
    help: "Four letters of a word are enough. Type ? for a word that cannot be read, for three at most.",
    box: (number) => `Word ${number}`,
    go: "That is the sheet",
    back: "Back",
    name: (number) => `typed sheet ${number}`,
    tooMany: "These are more than the 33 words of one sheet: nothing was taken. Paste the words of one sheet.",
  },
  text: {
    heading: "Lines or digits",
    help: "Type the printed lines of the envelope as they stand, such as 01/11 QNMF ..., or the 132 digits of a sheet on one line. Type ? for a character that cannot be read.",
    label: "Lines",
    go: "That is all",
    back: "Back",
    name: (number) => `typed lines ${number}`,
  },
  camera: {
    heading: "Hold a symbol before the camera",
    help: "Each symbol that was read is counted. Show all symbols of a sheet, then the next sheet.",
    stop: "That is all",
    name: "camera",
    count: (count) => `${plural(count, "symbol")} read.`,
    none: "The camera cannot be used here. Take photographs, or type.",
  },
  picture: {
    heading: "Reading pictures",
    stop: "Stop",
    stopped: (left) => `reading was stopped here${left ? `; ${plural(left, "more file")} not looked at` : ""}`,
    reading: (name, at, of) => `Reading ${shown(name)}${of > 1 ? `, ${at} of ${of}` : ""} ...`,
    step: (number) => `Step ${number}`,
    read: (count) => `${plural(count, "symbol")} read`,
    none: "no symbol of a sheet was read: take it again in better light, or type it",
    cannot: "this is no picture that a browser opens, or far too large a one: save it as JPEG or PNG, or type it",
  },
  verdict: {
    working: "Judging ...",
    step: ({ doing }) =>
      ({
        lines: "Finding illegible characters of lines ...",
        solving: "Finding illegible words ...",
        combining: "Trying sheets together ...",
      })[doing],
    stop: "Stop",
    stopped: "Stopped. Nothing was opened.",
    things: "What was read",
    nothing: "nothing",
    back: "Back to the sheets",
    words: "Back to the words of the record",
    practice: "It is for practice: open it",
    notPractice: "It is not for practice: go on",
    reason: "Why is the older set meant?",
    older: "The older set is meant: go on",
  },
  fault: {
    heading: "The page has failed",
    next: "Nothing was opened. Go back and try again; if it fails again, type what could not be read, or use another browser, recover.py or the stick.",
  },
  secret: {
    heading: "Is this the set that you want?",
    hold: "Hold this button for one second to see the secret",
    shown: (name) => ({ account: "Account", note: "Note", password: "Password", user: "User" })[name],
    spelled: "Character by character",
    left: (seconds) => `It is cleared in ${plural(seconds, "second")}.`,
    more: "More time",
    clear: "Clear it now",
    cleared: "Cleared. Close this window now, and change the password once it was used.",
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
