/** What lies on the table: words of the record, sheets that were read or typed, and what people said. */

/** @typedef {{name: string, text: string} | {name: string, symbols: string[], problem?: string}} Piece */

export class Table {
  constructor() {
    this.clear();
  }

  /** Forgets everything. */
  clear() {
    this.words = [];
    /** @type {Piece[]} */
    this.pieces = [];
    this.practice = false;
    this.superseded = undefined;
  }

  /** A piece; symbols of one name are put together, the same once. @param {Piece} piece */
  add(piece) {
    const same = this.pieces.find(({ name, symbols }) => symbols && piece.symbols && name === piece.name);
    if (!same) this.pieces.push(piece);
    else {
      same.symbols = [...new Set([...same.symbols, ...piece.symbols])];
      same.problem = same.symbols.length ? undefined : piece.problem;
    }
  }

  remove(piece) {
    this.pieces = this.pieces.filter((one) => one !== piece);
  }

  /** How many typed pieces there are, for the name of the next one. */
  get typedCount() {
    return this.pieces.filter(({ text }) => text !== undefined).length;
  }

  /** What the judge is given. Empty lines part what was typed: each piece of words is 33 of them. */
  given() {
    return {
      typed: this.pieces.flatMap(({ text }) => (text === undefined ? [] : [text])).join("\n\n"),
      pages: this.pieces.filter(({ symbols }) => symbols).map(({ name, symbols }) => ({ name, symbols })),
      words: this.words.join(" "),
      practice: this.practice,
      superseded: this.superseded,
    };
  }
}
