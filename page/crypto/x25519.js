/** The public key of X25519 (RFC 7748). */

import { bigOf, bytesOf } from "./bytes.js";

const P = 2n ** 255n - 19n;
const A24 = 121665n;

const mod = (number) => ((number % P) + P) % P;

function inverse(number) {
  let [result, base] = [1n, number];
  for (let exponent = P - 2n; exponent; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % P;
    base = (base * base) % P;
  }
  return result;
}

/** One step of the ladder of section 5, from (x2:z2) and (x3:z3), with the u of the base point 9. */
function step(x2, z2, x3, z3) {
  const [a, b] = [mod(x2 + z2), mod(x2 - z2)];
  const [aa, bb] = [mod(a * a), mod(b * b)];
  const e = aa - bb;
  const [da, cb] = [(x3 - z3) * a, (x3 + z3) * b];
  return [mod(aa * bb), mod(e * (aa + A24 * e)), mod((da + cb) ** 2n), mod(9n * (da - cb) ** 2n)];
}

/**
 * @param {Uint8Array} scalar 32 bytes, as they are drawn
 * @returns {Uint8Array} 32 bytes
 */
export function publicKey(scalar) {
  const clamped = Uint8Array.from(scalar);
  clamped[0] &= 248;
  clamped[31] = (clamped[31] & 127) | 64;
  const k = bigOf(clamped.reverse());
  let [x2, z2, x3, z3] = [1n, 0n, 9n, 1n];
  for (let t = 254n; t >= 0n; t--) {
    const swap = (k >> t) & 1n;
    if (swap) [x2, z2, x3, z3] = [x3, z3, x2, z2];
    [x2, z2, x3, z3] = step(x2, z2, x3, z3);
    if (swap) [x2, z2, x3, z3] = [x3, z3, x2, z2];
  }
  return bytesOf(mod(x2 * inverse(z2)), 32).reverse();
}
