/** Where people type: the words of one sheet, and the printed lines.  What was typed is kept, and corrected here. */

import { piled } from "../judge/pile.js";
import { soundShare, WORDS_OF_A_SHARE } from "../judge/share.js";
import { ILLEGIBLE, UNLISTED } from "../judge/kinds.js";
import { indexOf } from "../judge/wordlist.js";
import { SCREENS, toldOfLines } from "../texts.js";
import { boxes } from "./boxes.js";
import { button, buttons, element, paragraph, show, UNKEPT } from "./elements.js";

const MOST_ILLEGIBLE = 3;
const PAUSE_MS = 300;

const indexOfTyped = (word) => (/^\?+$/.test(word) ? ILLEGIBLE : word && indexOf(word) < 0 ? UNLISTED : indexOf(word));
const placesOf = (words, is) => words.flatMap((word, at) => (is(word) ? [at + 1] : []));

/** What is wrong with the words of a sheet by themselves, and at which of them people begin to look. @param {string[]} words */
function faultOf(words) {
  const { missing, notListed, tooManyUnknown, wrong } = SCREENS.words;
  const empty = placesOf(words, (word) => !word);
  if (empty.length) return { text: missing(empty), at: empty[0] };
  const unlisted = placesOf(words, (word) => indexOfTyped(word) === UNLISTED);
  if (unlisted.length) return { text: notListed(unlisted), at: unlisted[0] };
  const unknown = placesOf(words, (word) => indexOfTyped(word) === ILLEGIBLE);
  if (unknown.length > MOST_ILLEGIBLE) return { text: tooManyUnknown(unknown.length), at: unknown[0] };
  return unknown.length || soundShare(words.map(indexOf)) ? null : { text: wrong, at: 1 };
}

/**
 * The 33 words of a sheet, new or to be corrected.
 *
 * @param {import("./sheets.js").Table} table
 * @param {() => void} back
 * @param {import("./sheets.js").Piece} [piece]
 */
export function typeWords(table, back, piece) {
  const { heading, help, torn, box, go, left, tooMany, ...text } = SCREENS.words;
  const problem = paragraph("", { class: "problem", role: "alert" });
  const still = paragraph("");
  const tell = () => (still.textContent = left(placesOf(typed.words(), (word) => !word)));
  const typed = boxes(WORDS_OF_A_SHARE, {
    label: box,
    secret: true,
    words: piece?.words ?? [],
    takes: (pasted) => {
      problem.textContent = pasted.length > WORDS_OF_A_SHARE ? tooMany : "";
      return pasted.length <= WORDS_OF_A_SHARE;
    },
    changed: () => tell(),
  });
  const keep = () => {
    table.keepWords(typed.words(), piece);
    back();
  };
  const accept = () => {
    const fault = faultOf(typed.words());
    if (!fault) return keep();
    problem.textContent = fault.text;
    problem.scrollIntoView();
    typed.focus(fault.at - 1, { preventScroll: true });
  };
  tell();
  const choices = buttons(button(go, accept, { class: "go" }), button(text.back, keep));
  show(heading, paragraph(help), paragraph(torn), problem, typed.node, still, choices);
  typed.focus(0);
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
  const { heading, help, more, label, go, none, tooMuch, back: keepText } = SCREENS.lines;
  const field = element("textarea", { ...UNKEPT, rows: "14", "aria-label": label, class: "secret" });
  const problem = paragraph("", { class: "problem", role: "status" });
  const left = paragraph("");
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
  show(heading, paragraph(help), table.lines ? paragraph(more) : "", field, problem, left, choices);
  field.focus();
  if (table.lines) tell(false);
}
