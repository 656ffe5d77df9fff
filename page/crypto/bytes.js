/** Bytes: joined, compared, written as text and read from it. */

/** Text of ASCII characters as bytes. @param {string} text */
export const ascii = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Text as UTF-8. @param {string} text */
export const utf8 = (text) => new TextEncoder().encode(text);

/** Lower-case hexadecimal. @param {Uint8Array} bytes */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * UTF-8 as text, or null where it is none.  A byte order mark stays: nothing is dropped unseen.
 *
 * @param {Uint8Array} bytes
 * @returns {string | null}
 */
export function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * All parts, one after the other.
 *
 * @param {...Uint8Array} parts
 * @returns {Uint8Array}
 */
export function concat(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Whether two rows of bytes are the same. @param {Uint8Array} one @param {Uint8Array} other */
export const equal = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

/** Bytes as one number, the most significant first. @param {Uint8Array} bytes @returns {bigint} */
export const bigOf = (bytes) => bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);

/** A number as bytes, the most significant first. @param {bigint} number @param {number} length in bytes */
export function bytesOf(number, length) {
  const bytes = new Uint8Array(length);
  for (let at = length - 1, rest = number; at >= 0; at--, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  return bytes;
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Base32 of RFC 4648, upper case, without padding. @param {Uint8Array} bytes */
export function base32(bytes) {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32[(held >> (bits - 5)) & 31];
  }
  return bits ? text + BASE32[(held << (5 - bits)) & 31] : text;
}

/**
 * The bytes of a base32 text in its one spelling (format, section 9), or null: at least one byte, no other character,
 * a length that base32 has, unused bits zero.
 *
 * @param {string} text
 * @returns {Uint8Array | null}
 */
export function fromBase32(text) {
  if (!/^[A-Z2-7]+$/.test(text)) return null;
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    held = ((held << 5) | BASE32.indexOf(character)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  return bits < 5 && !(held & ((1 << bits) - 1)) && at ? bytes : null;
}
