/** Where people type: the words of one sheet, and the printed lines.  What was typed is kept, and corrected here. */

import { piled } from "../judge/pile.js";
import { solutions } from "../judge/rs1024.js";
import { soundShare, WORDS_OF_A_SHARE } from "../judge/share.js";
import { ILLEGIBLE } from "../judge/kinds.js";
import { MOST_RESTORED } from "../findings.js";
import { ENTRIES, SCREENS, toldOfLines } from "../texts.js";
import { boxes, Complaint, firstGap, gapsIn } from "./boxes.js";
import { button, buttons, element, paragraph, show, UNKEPT } from "./elements.js";
import { indicesOf, seemsOf } from "./sheets.js";
import { offerOf, slipIn } from "./slips.js";

const PAUSE_MS = 300;

/** The places, from 1, of the words that are marked as illegible. */
const illegible = (words) => indicesOf(words).flatMap((index, at) => (words[at] && index === ILLEGIBLE ? [at + 1] : []));

/** Whether the checksum shows that words are wrong that are all of the list, or illegible: of three unknown words it shows nothing. */
const isWrong = (indices) => (indices.some((index) => index < 0) ? !solutions(indices).length : !soundShare(indices));

/**
 * Complains of the words of a sheet by themselves.
 *
 * @param {import("./boxes.js").Boxes} typed
 * @param {Complaint} complaint
 * @param {import("../judge/envelope.js").Envelope} [envelope] of the record
 * @returns {number} the place at which people begin to look, or 0
 */
function complainOf(typed, complaint, envelope) {
  const { gaps: told, tooManyUnknown, wrong } = SCREENS.words;
  const words = typed.words();
  const [gaps, unknown] = [gapsIn(words, true), illegible(words)];
  const isWhole = !firstGap(gaps) && unknown.length <= MOST_RESTORED;
  const slip = isWhole || gaps.missing.join() === String(words.length) ? slipIn(indicesOf(words), envelope) : null;
  complaint.say("");
  if (slip) complaint.say(SCREENS.boxes.slip(slip, words.length), offerOf(slip, typed));
  else if (firstGap(gaps)) complaint.sayGaps(gaps, (left) => told(left, unknown.length));
  else if (!isWhole) complaint.say(tooManyUnknown(unknown.length));
  else if (isWrong(indicesOf(words))) complaint.say(wrong(unknown, Boolean(envelope)));
  else return 0;
  return slip ? Math.min(slip.extra, slip.lacks) : firstGap(gaps) || unknown[0] || 1;
}

/**
 * Asks whether a sheet that waits is gone on with; where none waits, a new one is typed.
 *
 * @param {import("./sheets.js").Table} table
 * @param {() => void} back
 */
export function typeSheet(table, back) {
  const { heading, go, sheet, other, back: goBack } = SCREENS.waiting;
  if (!table.waiting.length) return typeWords(table, back);
  const nameOf = (piece) => (seemsOf(piece.words) ? sheet(seemsOf(piece.words)) : ENTRIES.typed(table.ordinalOf(piece)));
  const all = table.waiting.map((piece) => buttons(button(go(nameOf(piece)), () => typeWords(table, back, piece), { class: "go" })));
  show(heading, ...all, buttons(button(other, () => typeWords(table, back)), button(goBack, back)));
}

/** What a sheet still lacks; the word that is being typed is no wrong one yet. @param {import("./boxes.js").Boxes} typed */
function leftOf(typed) {
  const [words, begun] = [typed.words(), typed.begun()];
  const { missing, notListed } = gapsIn(words.map((word, at) => (at + 1 === begun ? "" : word)), true);
  return SCREENS.words.left({ missing, notListed, unknown: illegible(words) });
}

/**
 * The 33 words of a sheet, new or to be changed.
 *
 * @param {import("./sheets.js").Table} table
 * @param {() => void} back
 * @param {import("./sheets.js").Piece} [piece]
 */
export function typeWords(table, back, piece) {
  const { heading, help, move, torn, box, go, tooMany, next, ...text } = SCREENS.words;
  const whole = button(go, () => accept(), { class: "go" });
  const complaint = new Complaint(whole);
  const still = paragraph("", { class: "count" });
  const tell = () => (still.textContent = leftOf(typed));
  const typed = boxes(WORDS_OF_A_SHARE, {
    label: box,
    secret: true,
    words: piece?.words ?? [],
    takes: (pasted) => {
      if (pasted.length > WORDS_OF_A_SHARE) complaint.say(tooMany);
      return pasted.length <= WORDS_OF_A_SHARE;
    },
    changed: () => {
      complaint.changed(typed.words(), true);
      tell();
    },
  });
  const keep = () => {
    table.keepWords(typed.words(), piece);
    back();
  };
  const accept = () => {
    const at = complainOf(typed, complaint, table.envelope);
    if (!at) return keep();
    typed.lead(at - 1, complaint.node);
  };
  tell();
  const choices = buttons(whole, button(text.back, keep));
  show(heading, paragraph(help), paragraph(move), paragraph(torn), complaint.node, typed.node, element("div", { class: "bar typing" }, still, choices));
  const at = (piece && complainOf(typed, complaint, table.envelope)) || 1;
  typed.lead(at - 1, complaint.node);
  if (piece) still.textContent = `${next(at)} ${still.textContent}`;
}

/** What lines are by themselves: a pile, null where they are too much, or undefined when they are no longer asked for. */
function readLines(text, going) {
  const work = piled(text);
  return new Promise((done) => {
    const step = () => {
      const { done: isDone, value } = work.next();
      if (isDone) done(value);
      else if (going()) setTimeout(step, 0);
      else done(undefined);
    };
    step();
  });
}

/** The row of a field in which the cursor stands: it is not yet typed to its end. */
const rowOf = (field) => field.value.slice(0, field.selectionStart).split("\n").length;

/** How many lines the paper has, by what was typed of it; 0 where that is not known. @param {string} text */
const totalOf = (text) => Number(/^\s*\d{1,2} *\/ *(\d{2})/m.exec(text)?.[1] ?? 0);

/** Marks a row of a field, for people to see which it is. @param {HTMLTextAreaElement} field @param {number} [row] from 1 */
function showRow(field, row) {
  if (!row) return;
  const rows = field.value.split("\n");
  const start = rows.slice(0, row - 1).join("\n").length + (row > 1);
  field.focus();
  field.setSelectionRange(start, start + rows[row - 1].length);
}

/**
 * The printed lines, all in one field.
 *
 * @param {import("./sheets.js").Table} table
 * @param {() => void} back
 */
export function typeLines(table, back) {
  const { heading, help, more, label, go, none, tooMuch, isRead, back: keepText } = SCREENS.lines;
  const field = element("textarea", { ...UNKEPT, rows: "14", "aria-label": label, class: "secret" });
  const problem = paragraph("", { class: "problem", role: "status" });
  const left = paragraph("", { class: "count" });
  let asked = 0;
  const tell = async (isTyping) => {
    const mine = ++asked;
    const row = isTyping && document.activeElement === field ? rowOf(field) : 0;
    const read = await readLines(field.value, () => mine === asked && field.isConnected);
    if (read === undefined || mine !== asked) return false;
    if (!read) {
      [problem.textContent, left.textContent] = [tooMuch, ""];
      return false;
    }
    const findings = read.problems.filter(({ what, where }) => what === "missing-lines" || where[0].line !== row);
    const said = toldOfLines({ findings, isWhole: read.envelopes.size > 0 });
    const isWrong = !isTyping && read.problems.length > 0;
    problem.textContent = isWrong ? `${said.problem} ${said.left}`.trim() : said.problem;
    left.textContent = isWrong ? "" : said.left;
    if (isWrong) showRow(field, read.problems.find(({ what }) => what !== "missing-lines")?.where[0].line);
    if (isWrong) problem.scrollIntoView({ block: "nearest" });
    return !read.problems.length;
  };
  const keep = () => {
    table.keepLines(field.value);
    back();
  };
  let timer = 0;
  const accept = async () => {
    clearTimeout(timer);
    if (!field.value.trim()) problem.textContent = none;
    else if (await tell(false)) keep();
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => tell(true), PAUSE_MS);
  });
  field.value = table.lines?.text ?? "";
  const choices = buttons(button(go, accept, { class: "go" }), button(keepText, keep));
  const noNeed = table.envelope ? paragraph(isRead, { class: "next" }) : "";
  show(heading, noNeed, paragraph(help(totalOf(field.value))), table.lines ? paragraph(more) : "", field, problem, element("div", { class: "bar typing" }, left, choices));
  field.focus();
  if (table.lines) tell(false);
}
