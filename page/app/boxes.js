/** Boxes for words, with completion by four letters. */

import { indexOf, WORDS } from "../judge/wordlist.js";
import { SCREENS } from "../texts.js";
import { element, paragraph, say, UNKEPT } from "./elements.js";

const FEWEST_LETTERS = 4;
const isIllegible = (text) => /^\?+$/.test(text);

/** The one word that begins so, from four letters on; else what was typed. */
function completed(text) {
  const index = indexOf(text.trim());
  return index < 0 ? text.trim() : WORDS[index];
}

/** Whether the list has a word that begins so. */
const begins = (text) => WORDS.some((word) => word.startsWith(text.toLowerCase()));

/** Whether a word is one of the list, or one that is marked as illegible, where that is allowed. */
const isGood = (word, secret) => indexOf(word) >= 0 || (secret && isIllegible(word));

/**
 * The places, from 1, of the words that are missing, and of those that are not of the list.
 *
 * @param {string[]} words
 * @param {boolean} secret whether ? stands for a word
 */
export function gapsIn(words, secret) {
  const places = (is) => words.flatMap((word, at) => (is(word) ? [at + 1] : []));
  return { missing: places((word) => !word), notListed: places((word) => word && !isGood(word, secret)) };
}

/** @param {{missing: number[], notListed: number[]}} gaps @returns {number} the first place, or 0 where there is none */
export const firstGap = ({ missing, notListed }) => [...missing, ...notListed].sort((a, b) => a - b)[0] ?? 0;

/** What is complained of over all boxes: it goes as they are put right. */
export class Complaint {
  constructor() {
    this.node = paragraph("", { class: "problem", role: "alert" });
    this.gaps = null;
  }

  /** @param {string} text which any change puts an end to */
  say(text) {
    this.gaps = null;
    this.node.textContent = text;
  }

  /** @param {{missing: number[], notListed: number[]}} gaps @param {(gaps: object) => string} text of those that are left */
  sayGaps(gaps, text) {
    this.say(text(gaps));
    [this.gaps, this.text] = [gaps, text];
  }

  /** @param {string[]} words as they are now @param {boolean} secret */
  changed(words, secret) {
    if (!this.gaps) return this.say("");
    const isOpen = (place) => !isGood(words[place - 1], secret);
    const left = { missing: this.gaps.missing.filter(isOpen), notListed: this.gaps.notListed.filter(isOpen) };
    if (!firstGap(left)) this.say("");
    else if (this.text(left) !== this.node.textContent) this.sayGaps(left, this.text);
  }
}

/** A box for one word: what is wrong with it stands below it. */
class Box {
  /** @param {number} number @param {string} label @param {boolean} secret @param {string} value what stands there already */
  constructor(number, label, secret, value) {
    const id = `${secret ? "secret" : "public"}-${number}`;
    this.number = number;
    this.secret = secret;
    this.problem = element("span", { class: "wrong", id: `${id}-wrong` });
    this.input = element("input", {
      ...UNKEPT,
      type: "text",
      value,
      class: secret ? "secret" : "public",
      maxlength: "12",
      "aria-label": label,
      "aria-describedby": `${id}-wrong`,
    });
    const shown = element("span", { "aria-hidden": "true" }, String(number));
    this.node = element("li", {}, shown, this.input, this.problem);
    this.mark(value ? this.faultOfWhole() : "");
  }

  get text() {
    return this.input.value.trim();
  }

  get isWhole() {
    return isGood(this.text, this.secret);
  }

  /** What is wrong already, though more may be typed. */
  faultSoFar() {
    const { text, secret } = this;
    return !text || (secret && isIllegible(text)) || begins(text) ? "" : SCREENS.boxes.noSuch;
  }

  /** What is wrong once people go on. */
  faultOfWhole() {
    if (!this.text || this.isWhole) return "";
    return begins(this.text) && this.text.length < FEWEST_LETTERS ? SCREENS.boxes.notWhole : SCREENS.boxes.notListed;
  }

  /** Says by words what is wrong, and by a sign that the word is known. @param {string} fault */
  mark(fault) {
    if (this.problem.textContent !== fault) say(fault);
    this.problem.textContent = fault;
    this.input.setAttribute("aria-invalid", String(Boolean(fault)));
    this.input.classList.toggle("known", this.isWhole);
  }

  /** Writes the rest of the one word that can follow, marked, so that typing on writes over it. @returns {boolean} whether it was typed in full */
  complete() {
    const index = indexOf(this.input.value);
    if (index < 0) return false;
    const typed = this.input.value.length;
    this.input.value = WORDS[index];
    if (document.activeElement === this.input) this.input.setSelectionRange(typed, WORDS[index].length);
    return typed === WORDS[index].length;
  }

  leave() {
    this.input.value = completed(this.input.value);
    this.mark(this.faultOfWhole());
  }
}

/** What is typed goes from box to box: by the space bar or Enter, and by itself where a word is typed in full. */
class Row {
  /** @param {Box[]} all @param {() => void} changed */
  constructor(all, changed) {
    this.all = all;
    this.changed = changed;
    this.arrived = null; // the box that was come to by itself, till a key is pressed
    all.forEach((box, at) => {
      box.input.addEventListener("input", (event) => this.#typed(box, at, event));
      box.input.addEventListener("focus", () => box.input.select()); // what is typed then takes its place
      box.input.addEventListener("blur", () => box.leave());
      box.input.addEventListener("keydown", (event) => this.#pressed(box, at, event));
    });
  }

  #typed(box, at, { inputType, isComposing }) {
    if (/\s$/.test(box.input.value)) return this.#finish(box, at); // the space bar of a telephone is no key
    const isWhole = !isComposing && !inputType?.startsWith("delete") && box.complete();
    box.mark(box.faultSoFar());
    if (isWhole && document.activeElement === box.input) this.#next(at, true);
    this.changed();
  }

  #next(at, byItself) {
    say(SCREENS.boxes.known(this.all[at].number));
    const next = this.all[at + 1];
    next?.input.focus();
    this.arrived = byItself ? next : null;
  }

  /** The key that follows a word from habit does not go past the next box, if that was come to by itself. */
  #pressed(box, at, event) {
    const habit = this.arrived === box && !box.text;
    this.arrived = null;
    if (event.key === "Tab" && habit && !event.shiftKey) event.preventDefault();
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    this.#finish(box, at);
  }

  #finish(box, at) {
    box.leave();
    this.changed();
    if (box.text && box.isWhole) this.#next(at, false);
  }
}

/**
 * Numbered boxes, one a word.
 *
 * @param {number} count
 * @param {object} by
 * @param {(number: number) => string} by.label
 * @param {boolean} by.secret whether what is typed is secret: then it is shown in capitals, and in columns, as on the sheet
 * @param {string[]} by.words what stands there already
 * @param {(pasted: string[]) => boolean} by.takes whether words that were pasted may be spread over the boxes
 * @param {() => void} [by.changed] is called when a word has changed
 * @returns {{node: HTMLElement, words: () => string[], focus: (at: number, how?: FocusOptions) => void, mark: (at: number, fault: string) => void}}
 */
export function boxes(count, { label, secret, words, takes, changed = () => {} }) {
  const all = Array.from({ length: count }, (_, at) => new Box(at + 1, label(at + 1), secret, words[at] ?? ""));
  new Row(all, changed);
  all.forEach(({ input }, at) =>
    input.addEventListener("paste", (event) => spread(event, all, at, takes) && changed()),
  );
  const list = element("ol", { class: secret ? "boxes down" : "boxes across" }, ...all.map(({ node }) => node));
  return {
    node: element("div", { role: "group", "aria-labelledby": "heading" }, list),
    words: () => all.map(({ input }) => completed(input.value)),
    focus: (at, how) => all[at].input.focus(how),
    mark: (at, fault) => all[at].mark(fault),
  };
}

/**
 * Several words that are pasted go into one box each, from the first one where they need all; what does not belong here is not taken at all.
 *
 * @returns {boolean} whether they were taken
 */
function spread(event, all, from, takes) {
  const words = event.clipboardData
    .getData("text")
    .split(/[^A-Za-z?]+/)
    .filter((word) => word && !/^f$/i.test(word));
  if (words.length < 2) return false;
  event.preventDefault();
  if (!takes(words)) return false;
  const start = words.length > all.length - from ? 0 : from;
  words.slice(0, all.length).forEach((word, at) => {
    all[start + at].input.value = word;
    all[start + at].leave();
  });
  return true;
}
