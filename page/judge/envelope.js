/** An envelope (format, section 7): its parts, its fingerprint, and what its key derives. */

import { opened } from "../crypto/aesgcm.js";
import { ascii, bigOf, concat, equal, hex } from "../crypto/bytes.js";
import { decoded } from "./cbor.js";
import { headerOf, isNewer } from "./header.js";
import { encapsulationKey } from "../crypto/mlkem.js";
import { hkdf, sha256 } from "../crypto/sha2.js";
import { shake256 } from "../crypto/sha3.js";
import { WORDS } from "./wordlist.js";
import { publicKey } from "../crypto/x25519.js";

const LONGEST = 456;
const NONCE = 12;
const TAG = 16;

/**
 * @typedef {object} Envelope
 * @property {string} id its bytes in hexadecimal: equal envelopes are one
 * @property {Uint8Array} headerBytes
 * @property {Uint8Array} nonce
 * @property {Uint8Array} sealed
 * @property {import("./header.js").Header} header
 * @property {string[]} fingerprint 12 words
 */

const isThreeStrings = (value) =>
  Array.isArray(value) && value.length === 3 && value.every((part) => part instanceof Uint8Array);

const lengthsFit = (nonce, sealed) => nonce.length === NONCE && sealed.length >= 64 + TAG && sealed.length % 32 === TAG;

/**
 * An envelope from its bytes, in the order of section 6: first what is no envelope of any version, then what a newer
 * program made, then all other rules.
 *
 * @param {Uint8Array} bytes
 * @returns {Envelope | "malformed" | "newer"}
 */
export function envelopeOf(bytes) {
  if (bytes.length > LONGEST) return "malformed";
  const parts = decoded(bytes);
  const map = isThreeStrings(parts) ? decoded(parts[0]) : undefined;
  if (!(map instanceof Map) || typeof map.get(1) !== "number") return "malformed";
  if (isNewer(map)) return "newer";
  const [headerBytes, nonce, sealed] = parts;
  const header = headerOf(map);
  if (!header || !lengthsFit(nonce, sealed)) return "malformed";
  return { id: hex(bytes), headerBytes, nonce, sealed, header, fingerprint: fingerprintOf(bytes) };
}

/** The 12 words that name an envelope. @param {Uint8Array} bytes @returns {string[]} */
export function fingerprintOf(bytes) {
  const bits = bigOf(sha256(concat(ascii("splitkit/1 fingerprint"), bytes)).slice(0, 15));
  return Array.from({ length: 12 }, (_, at) => WORDS[Number((bits >> BigInt(10 * (11 - at))) & 1023n)]);
}

/** The commitment of a share in a set (section 4). @param {Uint8Array} setId @param {string} mnemonic */
export const commitmentOf = (setId, mnemonic) =>
  sha256(concat(ascii("splitkit/1 share"), setId, ascii(mnemonic))).slice(0, 8);

/** The hash of the recipient that a key makes (section 5). @param {Uint8Array} key K @param {Uint8Array} setId */
export function recipientHashOf(key, setId) {
  const expanded = shake256(hkdf(key, setId, ascii("splitkit/1 age identity")), 96);
  const recipient = concat(encapsulationKey(expanded.slice(0, 32)), publicKey(expanded.slice(64)));
  return sha256(concat(ascii("splitkit/1 recipient"), recipient)).slice(0, 16);
}

/**
 * What an envelope holds under a key; null where the key is not that of its recipient hash, or the tag is wrong.
 *
 * @param {Envelope} envelope
 * @param {Uint8Array} key K, 32 bytes
 * @returns {Uint8Array | null}
 */
export function contents({ header, headerBytes, nonce, sealed }, key) {
  if (!equal(recipientHashOf(key, header.setId), header.recipientHash)) return null;
  const sealing = hkdf(key, header.setId, ascii("splitkit/1 envelope"));
  return opened(sealing, nonce, sealed, concat(ascii("splitkit/1 envelope"), headerBytes));
}
