/** The secret record (format, section 8): one JSON object in exactly one spelling. */

import { equal, textOf, utf8 } from "../crypto/bytes.js";

const NAMES = ["account", "note", "password", "user"];

/**
 * @typedef {object} SecretRecord
 * @property {string} password
 * @property {string} [account]
 * @property {string} [note]
 * @property {string} [user]
 */

/** Half of a pair of surrogates alone: no character, and UTF-8 has no bytes for it. */
const LONE = /\p{Surrogate}/u;

const isField = ([name, value]) =>
  NAMES.includes(name) && typeof value === "string" && value !== "" && !LONE.test(value);

/** The one spelling of a record, with its padding. */
function encoded(record) {
  const ordered = Object.fromEntries(NAMES.filter((name) => name in record).map((name) => [name, record[name]]));
  const text = utf8(JSON.stringify(ordered));
  const padded = new Uint8Array(Math.max(64, Math.ceil(text.length / 32) * 32)).fill(0x20);
  padded.set(text);
  return padded;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the message of the engine quotes what it could not read
  }
}

/**
 * The record in bytes, or null where they are not its one spelling.
 *
 * What JSON allows and the format does not (white space, other escapes, a name twice) gives other bytes when it is
 * encoded again.
 *
 * @param {Uint8Array} padded
 * @returns {SecretRecord | null}
 */
export function recordOf(padded) {
  const text = textOf(padded);
  const record = text === null ? null : parsed(text);
  if (!record || typeof record !== "object" || Array.isArray(record)) return null;
  if (!Object.hasOwn(record, "password") || !Object.entries(record).every(isField)) return null;
  return equal(encoded(record), padded) ? record : null;
}
