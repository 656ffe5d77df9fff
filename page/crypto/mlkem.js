/** The encapsulation key of ML-KEM-768 from its seed: ML-KEM.KeyGen_internal of FIPS 203, the half that is public. */

import { concat } from "./bytes.js";
import { sha3of512, shake128, shake256 } from "./sha3.js";

const Q = 3329;
const K = 3;
const N = 256;

const reversed = (i) => parseInt(i.toString(2).padStart(7, "0").split("").reverse().join(""), 2);

function power(exponent) {
  let result = 1;
  for (let i = 0; i < exponent; i++) result = (result * 17) % Q;
  return result;
}

/** FIPS 203, appendix A: 17 to the power of the reversed index, and the same for the products of pairs. */
const ZETAS = Array.from({ length: 128 }, (_, i) => power(reversed(i)));
const GAMMAS = Array.from({ length: 128 }, (_, i) => power(2 * reversed(i) + 1));

/** SampleNTT (algorithm 7): numbers of 12 bits from SHAKE128, those below q. */
function sampleNtt(seed) {
  const stream = shake128(seed);
  const found = [];
  while (found.length < N) {
    const [a, b, c] = stream.read(3);
    for (const number of [a + 256 * (b % 16), (b >> 4) + 16 * c])
      if (number < Q && found.length < N) found.push(number);
  }
  return found;
}

/** SamplePolyCBD with eta 2 (algorithm 8), of 128 bytes. */
function sampleCbd(bytes) {
  const bit = (at) => (bytes[at >> 3] >> (at & 7)) & 1;
  return Array.from({ length: N }, (_, i) => (bit(4 * i) + bit(4 * i + 1) - bit(4 * i + 2) - bit(4 * i + 3) + Q) % Q);
}

/** NTT (algorithm 9). */
function ntt(polynomial) {
  const f = polynomial.slice();
  let i = 1;
  for (let length = 128; length >= 2; length /= 2) {
    for (let start = 0; start < N; start += 2 * length) {
      const zeta = ZETAS[i++];
      for (let j = start; j < start + length; j++) {
        const t = (zeta * f[j + length]) % Q;
        f[j + length] = (f[j] + Q - t) % Q;
        f[j] = (f[j] + t) % Q;
      }
    }
  }
  return f;
}

/** Adds the product of two polynomials in the NTT domain (algorithms 11 and 12). */
function addProduct(sum, f, g) {
  for (let i = 0; i < 128; i++) {
    const [a, b] = [2 * i, 2 * i + 1];
    sum[a] = (sum[a] + f[a] * g[a] + ((f[b] * g[b]) % Q) * GAMMAS[i]) % Q;
    sum[b] = (sum[b] + f[a] * g[b] + f[b] * g[a]) % Q;
  }
}

/** ByteEncode with 12 bits a number (algorithm 5). */
function encoded(polynomial) {
  const bytes = new Uint8Array(384);
  for (let i = 0; i < 128; i++) {
    const [a, b] = [polynomial[2 * i], polynomial[2 * i + 1]];
    bytes.set([a & 0xff, (a >> 8) | ((b & 15) << 4), b >> 4], 3 * i);
  }
  return bytes;
}

/**
 * The encapsulation key (algorithm 13: K-PKE.KeyGen hashes d || 3).
 *
 * @param {Uint8Array} d 32 bytes; z takes no part in what is public
 * @returns {Uint8Array} 1184 bytes
 */
export function encapsulationKey(d) {
  const hashed = sha3of512(concat(d, Uint8Array.of(K)));
  const [rho, sigma] = [hashed.slice(0, 32), hashed.slice(32)];
  const noise = Array.from({ length: 2 * K }, (_, n) => ntt(sampleCbd(shake256(concat(sigma, Uint8Array.of(n)), 128))));
  const rows = Array.from({ length: K }, (_, i) => {
    const sum = noise[K + i];
    for (let j = 0; j < K; j++) addProduct(sum, sampleNtt(concat(rho, Uint8Array.of(j, i))), noise[j]);
    return encoded(sum);
  });
  return concat(...rows, rho);
}
