/** The field of 256 elements of SLIP-39 (the polynomial of AES), and interpolation over it. */

const POWERS = new Uint8Array(255);
const LOGARITHMS = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i++) {
  POWERS[i] = x;
  LOGARITHMS[x] = i;
  x ^= (x << 1) ^ (x & 0x80 ? 0x11b : 0);
}

/**
 * The value at a place of the polynomial through all points (SLIP-39, 'Shamir's secret sharing', Interpolation).
 *
 * @param {Map<number, Uint8Array>} points by place, 0 to 255; values of one length
 * @param {number} x
 * @returns {Uint8Array}
 */
export function interpolated(points, x) {
  if (points.has(x)) return points.get(x);
  const places = [...points.keys()];
  const sum = new Uint8Array(points.get(places[0]).length);
  for (const at of places) {
    const others = places.filter((place) => place !== at);
    const factor = others.reduce((log, place) => log + LOGARITHMS[x ^ place] + 255 - LOGARITHMS[at ^ place], 0) % 255;
    points.get(at).forEach((byte, i) => {
      if (byte) sum[i] ^= POWERS[(LOGARITHMS[byte] + factor) % 255];
    });
  }
  return sum;
}
