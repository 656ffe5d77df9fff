/**
 * SHA-256 (FIPS 180-4), HMAC (RFC 2104), HKDF (RFC 5869) and PBKDF2 (RFC 8018, section 5.2), on bytes.
 *
 * Not WebCrypto: it refuses an empty HMAC key and an empty password, and both occur here.
 */

import { concat } from "./bytes.js";

/** The first 32 bits of the fractional part of the root of a prime (FIPS 180-4, 4.2.2 and 5.3.3): computed, not copied. */
function fraction(prime, degree) {
  const power = BigInt(degree);
  const whole = BigInt(prime) << (32n * power);
  let root = 0n;
  for (let bit = 1n << 40n; bit; bit >>= 1n) if ((root + bit) ** power <= whole) root += bit;
  return Number(BigInt.asIntN(32, root));
}

const PRIMES = [];
for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every((prime) => n % prime)) PRIMES.push(n);
const ROUND = Int32Array.from(PRIMES, (prime) => fraction(prime, 3));
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(prime, 2));
const BLOCK = 64;
const schedule = new Int32Array(64);

const turned = (word, by) => (word >>> by) | (word << (32 - by));

function expand(words, from) {
  for (let t = 0; t < 16; t++) schedule[t] = words[from + t];
  for (let t = 16; t < 64; t++) {
    const early = schedule[t - 15];
    const late = schedule[t - 2];
    const small = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const big = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    schedule[t] = (schedule[t - 16] + small + schedule[t - 7] + big) | 0;
  }
}

/** One step of FIPS 180-4, 6.2.2: 16 words, from a place on, into the state. All numbers are signed words of 32 bits. */
function compress(state, words, from) {
  expand(words, from);
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t++) {
    const sum = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const one = (h + sum + ((e & f) ^ (~e & g)) + ROUND[t] + schedule[t]) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

function wordsOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Int32Array.from({ length: bytes.length / 4 }, (_, at) => view.getInt32(4 * at));
}

function bytesOfWords(words) {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  words.forEach((word, at) => view.setInt32(4 * at, word));
  return bytes;
}

/** The hash of 32 bytes. @param {Uint8Array} bytes below 512 MiB @returns {Uint8Array} */
export function sha256(bytes) {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setUint32(padded.length - 4, bytes.length * 8);
  const state = START.slice();
  const words = wordsOf(padded);
  for (let at = 0; at < words.length; at += 16) compress(state, words, at);
  return bytesOfWords(state);
}

const blockOfKey = (key) => {
  const block = new Uint8Array(BLOCK);
  block.set(key.length > BLOCK ? sha256(key) : key);
  return block;
};

/** HMAC-SHA256. @param {Uint8Array} key @param {Uint8Array} message @returns {Uint8Array} 32 bytes */
export function hmac(key, message) {
  const block = blockOfKey(key);
  const inner = sha256(
    concat(
      block.map((byte) => byte ^ 0x36),
      message,
    ),
  );
  return sha256(
    concat(
      block.map((byte) => byte ^ 0x5c),
      inner,
    ),
  );
}

/**
 * HKDF-SHA256 of 32 bytes: one block is all that the format asks for.
 *
 * @param {Uint8Array} key
 * @param {Uint8Array} salt
 * @param {Uint8Array} info
 * @returns {Uint8Array}
 */
export const hkdf = (key, salt, info) => hmac(hmac(salt, key), concat(info, Uint8Array.of(1)));

function stateAfter(block) {
  const state = START.slice();
  compress(state, wordsOf(block), 0);
  return state;
}

/**
 * PBKDF2-HMAC-SHA256.  The states after the two key blocks are kept, so that a round is two steps and no more.
 *
 * @param {Uint8Array} password may be empty
 * @param {Uint8Array} salt
 * @param {number} iterations
 * @param {number} length in bytes, at most 32
 * @returns {Uint8Array}
 */
export function pbkdf2(password, salt, iterations, length) {
  const block = blockOfKey(password);
  const inner = stateAfter(block.map((byte) => byte ^ 0x36));
  const outer = stateAfter(block.map((byte) => byte ^ 0x5c));
  const words = new Int32Array(16);
  words[8] = 0x80000000;
  words[15] = (BLOCK + 32) * 8;
  const state = wordsOf(hmac(password, concat(salt, Uint8Array.of(0, 0, 0, 1))));
  const sum = state.slice();
  for (let round = 1; round < iterations; round++) {
    for (const key of [inner, outer]) {
      words.set(state);
      state.set(key);
      compress(state, words, 0);
    }
    for (let at = 0; at < 8; at++) sum[at] ^= state[at];
  }
  return bytesOfWords(sum).slice(0, length);
}
