/** Boxes for words, with completion by four letters. */

import { indexOf, WORDS } from "../judge/wordlist.js";
import { SCREENS } from "../texts.js";
import { element, paragraph, say, UNKEPT } from "./elements.js";
import { moved } from "./slips.js";

const FEWEST_LETTERS = 4;
const RING = 16;
const SIDE_BY_SIDE = window.matchMedia("(min-width: 45rem) and (min-height: 37.5rem)");
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

/** What is complained of over all boxes, and a button that may put it right: it goes as they are put right. */
export class Complaint {
  /** @param {HTMLElement} go the button of the screen, which is bold as long as nothing else is offered */
  constructor(go) {
    this.go = go;
    this.text = paragraph("", { class: "problem", role: "alert" });
    this.offer = element("div");
    this.node = element("div", { class: "complaint" }, this.text, this.offer);
    this.gaps = null;
  }

  /** @param {string} text which any change puts an end to @param {...HTMLElement} offer */
  say(text, ...offer) {
    this.gaps = null;
    this.text.textContent = text;
    this.offer.replaceChildren(...offer);
    this.go.classList.toggle("go", !offer.length);
    if (SIDE_BY_SIDE.matches) document.documentElement.style.scrollPaddingTop = `${this.node.offsetHeight + RING}px`;
  }

  /** @param {{missing: number[], notListed: number[]}} gaps @param {(gaps: object) => string} text of those that are left */
  sayGaps(gaps, text) {
    this.say(text(gaps));
    [this.gaps, this.textOf] = [gaps, text];
  }

  /** @param {string[]} words as they are now @param {boolean} secret */
  changed(words, secret) {
    if (!this.gaps) return this.say("");
    const isOpen = (place) => !isGood(words[place - 1], secret);
    const left = { missing: this.gaps.missing.filter(isOpen), notListed: this.gaps.notListed.filter(isOpen) };
    if (!firstGap(left)) this.say("");
    else if (this.textOf(left) !== this.text.textContent) this.sayGaps(left, this.textOf);
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

  /** What is typed then takes the place of what stands there. */
  enter() {
    this.before = this.input.value;
    this.input.select();
  }

  /** Takes back a sign that has no place in a word, of a telephone, where it is no key: what it was written over stands there again. */
  takeBack() {
    this.input.value = this.input.value.slice(0, -1) || this.before;
  }

  put(word) {
    this.input.value = word;
    this.mark(this.faultOfWhole());
  }

  leave() {
    this.put(completed(this.input.value));
  }
}

/** What is typed goes from box to box: by the space bar or Enter, and by itself where a word is typed in full; + makes room for a word, - takes one out. */
class Row {
  /** @param {Box[]} all @param {() => void} changed */
  constructor(all, changed) {
    this.all = all;
    this.changed = changed;
    this.arrived = null; // the box that was come to by itself, till a key is pressed
    all.forEach((box, at) => {
      box.input.addEventListener("input", (event) => this.#typed(box, at, event));
      box.input.addEventListener("focus", () => box.enter());
      box.input.addEventListener("blur", () => box.leave());
      box.input.addEventListener("keydown", (event) => this.#pressed(box, at, event));
      box.input.addEventListener("beforeinput", (event) => {
        if (event.data !== "+" && event.data !== "-") return;
        event.preventDefault();
        this.#signed(at, event.data);
      });
    });
  }

  #typed(box, at, { inputType, isComposing }) {
    const { value } = box.input;
    if (/[\s+-]$/.test(value)) {
      box.takeBack();
      return value.endsWith("+") || value.endsWith("-") ? this.#signed(at, value.at(-1)) : this.#spaced(box, at);
    }
    box.before = "";
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

  /** The key that follows a word from habit does not go past the next box, if that was come to by itself, be it empty or filled. */
  #pressed(box, at, event) {
    if (event.key === "Shift") return;
    const habit = this.arrived === box && !event.shiftKey;
    this.arrived = null;
    if (event.key === "Tab" && habit) event.preventDefault();
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!habit) this.#finish(box, at);
  }

  /** The space bar, where it is no key. */
  #spaced(box, at) {
    const habit = this.arrived === box;
    this.arrived = null;
    if (habit) box.enter();
    else this.#finish(box, at);
  }

  /** Signs that no word has move the words. @param {number} at @param {string} sign */
  #signed(at, sign) {
    if (sign === "+") this.makeRoom(at);
    else this.move({ extra: at + 1, lacks: this.all.length }, at);
  }

  /** The words from here on move down, as far as there is a box that is empty, or at the end one that is illegible. */
  makeRoom(at) {
    const last = this.all.length - 1;
    const empty = this.all.findIndex((box, place) => place >= at && (!box.text || (place === last && isIllegible(box.text))));
    if (empty >= 0) this.move({ extra: empty + 1, lacks: at + 1 });
    else this.all[at].mark(SCREENS.boxes.noRoom);
  }

  /** Takes one box out and puts an empty one in; those between move by one. @param {import("./slips.js").Slip} slip @param {number} [at] where the cursor then is */
  move(slip, at = slip.lacks - 1) {
    const words = moved(this.all.map((box) => box.text), slip, "");
    this.all.forEach((box, place) => box.put(words[place]));
    this.changed();
    this.all[at].input.focus();
    this.all[at].enter();
    say(SCREENS.boxes.moved(slip, words.length));
  }

  #finish(box, at) {
    box.leave();
    this.changed();
    if (box.text && box.isWhole) this.#next(at, false);
  }
}

/**
 * @typedef {object} Boxes
 * @property {HTMLElement} node
 * @property {() => string[]} words
 * @property {() => number} begun the number of the word that is being typed, or 0
 * @property {(at: number) => void} focus
 * @property {(at: number, complaint: HTMLElement) => void} lead to a box, with what is complained of in sight: above it where boxes are not side by side
 * @property {(at: number, fault: string) => void} mark
 * @property {(slip: import("./slips.js").Slip) => void} move
 */

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
 * @returns {Boxes}
 */
export function boxes(count, { label, secret, words, takes, changed = () => {} }) {
  const all = Array.from({ length: count }, (_, at) => new Box(at + 1, label(at + 1), secret, words[at] ?? ""));
  const row = new Row(all, changed);
  all.forEach(({ input }, at) =>
    input.addEventListener("paste", (event) => spread(event, all, at, takes) && changed()),
  );
  const list = element("ol", { class: secret ? "boxes down" : "boxes across" }, ...all.map(({ node }) => node));
  const focus = (at, block = "nearest") => {
    all[at].input.focus({ preventScroll: true });
    all[at].node.scrollIntoView({ block });
  };
  return {
    node: element("div", { role: "group", "aria-labelledby": "heading" }, list),
    words: () => all.map(({ input }) => completed(input.value)),
    begun: () => all.find((box) => box.input === document.activeElement && !box.isWhole && !box.faultSoFar())?.number ?? 0,
    focus: (at) => focus(at),
    lead: (at, complaint) => {
      if (!SIDE_BY_SIDE.matches) all[at].node.prepend(complaint);
      focus(at, SIDE_BY_SIDE.matches ? "nearest" : "center");
    },
    mark: (at, fault) => all[at].mark(fault),
    move: (slip) => row.move(slip),
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
