/**
 * Deterministic CBOR (RFC 8949, 4.2.1) of the few types that the format has: numbers below 2^32, true and false, bytes,
 * text, arrays, and maps whose keys are numbers.
 *
 * Strict, so that nothing needs to be encoded again: each length and number in its shortest form, keys ascending, no
 * byte behind the end.  What is read this way has one spelling only.
 */

import { textOf } from "../crypto/bytes.js";

const DEEPEST = 8;

/** Bytes are not deterministic CBOR of these types. */
class NotCbor extends Error {}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  value(depth) {
    const [kind, low] = [this.bytes[this.at] >> 5, this.bytes[this.at] & 31];
    if (kind === 7) return this.simple(low);
    const number = this.argument();
    if (kind === 0) return number;
    if (kind === 2) return this.taken(number);
    if (kind === 3) return this.text(number);
    if (depth > DEEPEST) throw new NotCbor();
    if (kind === 4) return this.items(number, depth);
    if (kind === 5) return this.pairs(number, depth);
    throw new NotCbor();
  }

  simple(low) {
    this.at++;
    if (low === 20 || low === 21) return low === 21;
    throw new NotCbor();
  }

  /** The number in a head, in its shortest form and below 2^32. */
  argument() {
    const low = this.taken(1)[0] & 31;
    if (low < 24) return low;
    if (low > 26) throw new NotCbor();
    const size = 1 << (low - 24);
    const number = this.taken(size).reduce((sum, byte) => sum * 256 + byte, 0);
    if (number < (size === 1 ? 24 : 256 ** (size / 2))) throw new NotCbor();
    return number;
  }

  taken(length) {
    if (this.at + length > this.bytes.length) throw new NotCbor();
    this.at += length;
    return this.bytes.slice(this.at - length, this.at);
  }

  text(length) {
    const text = textOf(this.taken(length));
    if (text === null) throw new NotCbor();
    return text;
  }

  /** A count that promises more than there are bytes ends at the first that is missing. */
  items(count, depth) {
    const items = [];
    for (let i = 0; i < count; i++) items.push(this.value(depth + 1));
    return items;
  }

  pairs(count, depth) {
    const map = new Map();
    let last = -1;
    for (let i = 0; i < count; i++) {
      const key = this.value(depth + 1);
      if (typeof key !== "number" || key <= last) throw new NotCbor();
      map.set(key, this.value(depth + 1));
      last = key;
    }
    return map;
  }
}

/**
 * The value that bytes spell, or undefined where they are not of the form.
 *
 * @param {Uint8Array} bytes
 * @returns {number | boolean | string | Uint8Array | Array | Map | undefined}
 */
export function decoded(bytes) {
  const reader = new Reader(bytes);
  try {
    const value = reader.value(1);
    return reader.at === bytes.length ? value : undefined;
  } catch (error) {
    if (error instanceof NotCbor) return undefined;
    throw error;
  }
}
