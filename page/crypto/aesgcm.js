/** AES-256 (FIPS 197) and opening what was sealed with GCM (NIST SP 800-38D). */

import { bigOf, bytesOf, concat, equal } from "./bytes.js";

const doubled = (byte) => ((byte << 1) ^ (byte & 0x80 ? 0x11b : 0)) & 0xff;

/** The S-box (FIPS 197, 5.1.1): the inverse in the field, by powers of 3, and the affine map. */
function substitution() {
  const [powers, logarithms] = [[], []];
  for (let i = 0, x = 1; i < 255; i++, x ^= doubled(x)) {
    powers[i] = x;
    logarithms[x] = i;
  }
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    const inverse = byte ? powers[(255 - logarithms[byte]) % 255] : 0;
    const five = inverse * 0x01010101;
    const turned = (by) => (five >>> by) & 0xff;
    return inverse ^ turned(4) ^ turned(5) ^ turned(6) ^ turned(7) ^ 0x63;
  });
}

const SBOX = substitution();
const ROUNDS = 14;

/** The 15 round keys of 16 bytes (FIPS 197, 5.2). */
function roundKeys(key) {
  const words = Array.from({ length: 8 }, (_, at) => [...key.slice(4 * at, 4 * at + 4)]);
  for (let at = 8, constant = 1; at < 4 * (ROUNDS + 1); at++) {
    let last = words[at - 1];
    if (at % 8 === 0) {
      last = [last[1], last[2], last[3], last[0]].map((byte) => SBOX[byte]);
      last[0] ^= constant;
      constant = doubled(constant);
    } else if (at % 8 === 4) last = last.map((byte) => SBOX[byte]);
    words.push(words[at - 8].map((byte, place) => byte ^ last[place]));
  }
  return Array.from({ length: ROUNDS + 1 }, (_, round) => words.slice(4 * round, 4 * round + 4).flat());
}

/** SubBytes and ShiftRows: byte r of column c comes from column c + r. */
const shifted = (state) => state.map((_, at) => SBOX[state[(at + 4 * (at % 4)) % 16]]);

function mixed(state) {
  return state.map((_, at) => {
    const column = at - (at % 4);
    const [a, b, c, d] = [0, 1, 2, 3].map((by) => state[column + ((at + by) % 4)]);
    return doubled(a) ^ doubled(b) ^ b ^ c ^ d;
  });
}

function encrypted(keys, block) {
  let state = block.map((byte, at) => byte ^ keys[0][at]);
  for (let round = 1; round <= ROUNDS; round++) {
    state = shifted(state);
    if (round < ROUNDS) state = mixed(state);
    state = state.map((byte, at) => byte ^ keys[round][at]);
  }
  return state;
}

/** The product in the field of GHASH (SP 800-38D, 6.3), the first bit being the coefficient of 1. */
function product(x, y) {
  let [z, v] = [0n, y];
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) z ^= v;
    v = v & 1n ? (v >> 1n) ^ (0xe1n << 120n) : v >> 1n;
  }
  return z;
}

const padding = (bytes) => new Uint8Array((16 - (bytes.length % 16)) % 16);

function ghash(hashKey, associated, ciphertext) {
  const lengths = concat(bytesOf(BigInt(associated.length * 8), 8), bytesOf(BigInt(ciphertext.length * 8), 8));
  const data = concat(associated, padding(associated), ciphertext, padding(ciphertext), lengths);
  let sum = 0n;
  for (let at = 0; at < data.length; at += 16) sum = product(sum ^ bigOf(data.slice(at, at + 16)), hashKey);
  return bytesOf(sum, 16);
}

/**
 * What was sealed, or null where the tag is wrong.
 *
 * @param {Uint8Array} key 32 bytes
 * @param {Uint8Array} nonce 12 bytes
 * @param {Uint8Array} sealed the ciphertext and the tag of 16 bytes
 * @param {Uint8Array} associated
 * @returns {Uint8Array | null}
 */
export function opened(key, nonce, sealed, associated) {
  const keys = roundKeys(key);
  const stream = (counter) => encrypted(keys, concat(nonce, bytesOf(BigInt(counter), 4)));
  const [ciphertext, tag] = [sealed.slice(0, -16), sealed.slice(-16)];
  const hash = ghash(bigOf(encrypted(keys, new Uint8Array(16))), associated, ciphertext);
  if (
    !equal(
      tag,
      hash.map((byte, at) => byte ^ stream(1)[at]),
    )
  )
    return null;
  const plain = ciphertext.slice();
  for (let at = 0; at < plain.length; at += 16) {
    const block = stream(2 + at / 16);
    for (let i = at; i < Math.min(at + 16, plain.length); i++) plain[i] ^= block[i - at];
  }
  return plain;
}
