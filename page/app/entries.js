/** The list of what was read: each entry, what the judge says of it, and how it is corrected or removed. */

import { ENTRIES, SCREENS } from "../texts.js";
import { shown } from "../wording.js";
import { button, element } from "./elements.js";
import { putRight } from "./sheets.js";

/** What is said of an entry: each thing once. @param {object[]} things @param {(where: object) => boolean} isHere */
function saidOf(things, isHere) {
  return things
    .filter(({ where }) => where.some(isHere))
    .map((thing) => ({ ...thing, isAgain: Boolean(thing.sheet) && !isHere(thing.where[0]) }));
}

/** What an entry is called: a typed sheet by its number, once its words tell it. */
function nameOf(table, piece, said) {
  if (piece.text !== undefined) return ENTRIES.lines;
  if (piece.symbols) return shown(piece.name);
  const [thing] = said;
  return thing?.sheet ? ENTRIES.sheet(thing.sheet) : ENTRIES.typed(table.ordinalOf(piece));
}

/** The lines below the name: what became of a picture, and what the judge tells. */
function textsOf(piece, said, isJudged) {
  const texts = said.map((thing) => {
    const word = piece.words && thing.solved ? `. ${ENTRIES.words(putRight(piece.words))}` : "";
    const text = piece.words ? thing.text + word : ENTRIES.thing(thing);
    return thing.isAgain ? ENTRIES.again(text) : text;
  });
  if (piece.symbols) return [piece.problem ?? SCREENS.picture.read(piece.symbols.length), piece.note, ...texts].filter(Boolean);
  return isJudged && !texts.length ? [ENTRIES.putRight] : texts;
}

/** What the button of a typed entry says: whether something is missing there, or to be changed. */
const changeOf = (table, piece, said) => (table.waiting.includes(piece) || said.some(({ lacks }) => lacks) ? ENTRIES.complete : ENTRIES.change);

/** Asks once, in the place of the entry. */
function asking(row, name, remove, keep) {
  const no = button(ENTRIES.no, keep);
  row.replaceChildren(ENTRIES.ask(name), element("div", { class: "buttons" }, button(ENTRIES.yes, remove), no));
  no.focus();
}

/**
 * The entries of a table, as a list.
 *
 * @param {import("./sheets.js").Table} table
 * @param {{where: object[], sheet?: string, text: string}[] | null} things what the judge tells, once it has
 * @param {{change: (piece: object) => void, removed: () => void} | null} by what people do with an entry, where they can
 * @returns {HTMLElement}
 */
export function entriesOf(table, things, by) {
  const rows = table.pieces.map((piece) => {
    const said = saidOf(things ?? [], (where) => table.pieceAt(where) === piece);
    const name = nameOf(table, piece, said);
    const texts = textsOf(piece, said, things !== null).map((text) => element("li", {}, ENTRIES.said(text)));
    const row = element("li", { class: "tile" });
    const fill = () => {
      const remove = () => asking(row, name, () => (table.remove(piece), by.removed()), fill);
      const away = by && button("\u00d7", remove, { "aria-label": ENTRIES.remove(name) });
      const label = changeOf(table, piece, said);
      const change = by && !piece.symbols && button(label, () => by.change(piece), { "aria-label": `${label}: ${name}` });
      const head = element("div", { class: "head" }, element("strong", {}, name), ...[change, away].filter(Boolean));
      row.replaceChildren(head, element("ul", {}, ...texts));
    };
    fill();
    return row;
  });
  return element("ul", { class: "tiles" }, ...rows);
}
