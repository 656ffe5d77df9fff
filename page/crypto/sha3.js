/**
 * SHA-3 and SHAKE (FIPS 202), on bytes.
 *
 * A lane of 64 bits is two signed words of 32: the lower and the higher half.
 */

/** The rounds' constants, by the shift register of FIPS 202, algorithm 5. */
function roundConstants() {
  let register = 1;
  const bit = () => {
    const out = register & 1;
    register <<= 1;
    if (register & 0x100) register ^= 0x171;
    return out;
  };
  return Array.from({ length: 24 }, () => {
    const halves = [0, 0];
    for (let j = 0; j < 7; j++) {
      const place = 2 ** j - 1;
      if (bit()) halves[place >> 5] |= 1 << (place & 31);
    }
    return halves;
  });
}

/** Where each lane goes in rho and pi, and how far it is turned (FIPS 202, algorithms 2 and 3). */
function walk() {
  let [x, y] = [1, 0];
  return Array.from({ length: 24 }, (_, t) => {
    [x, y] = [y, (2 * x + 3 * y) % 5];
    return { to: x + 5 * y, by: (((t + 1) * (t + 2)) / 2) % 64 };
  });
}

const CONSTANTS = roundConstants();
const WALK = walk();

/** One half of a lane turned left. @param {number} half @param {number} other @param {number} by 0 to 63 */
function turnedHalf(half, other, by) {
  const [near, far] = by < 32 ? [half, other] : [other, half];
  return by % 32 ? (near << (by % 32)) | (far >>> (32 - (by % 32))) : near;
}

function theta(low, high) {
  const column = [low, high].map((lane) =>
    [0, 1, 2, 3, 4].map((x) => lane[x] ^ lane[x + 5] ^ lane[x + 10] ^ lane[x + 15] ^ lane[x + 20]),
  );
  for (let x = 0; x < 5; x++) {
    const [left, right] = [(x + 4) % 5, (x + 1) % 5];
    const d0 = column[0][left] ^ turnedHalf(column[0][right], column[1][right], 1);
    const d1 = column[1][left] ^ turnedHalf(column[1][right], column[0][right], 1);
    for (let at = x; at < 25; at += 5) {
      low[at] ^= d0;
      high[at] ^= d1;
    }
  }
}

function rhoPi(low, high) {
  let [l, h] = [low[1], high[1]];
  for (const { to, by } of WALK) {
    const [nextLow, nextHigh] = [low[to], high[to]];
    low[to] = turnedHalf(l, h, by);
    high[to] = turnedHalf(h, l, by);
    [l, h] = [nextLow, nextHigh];
  }
}

function chi(lane) {
  for (let y = 0; y < 25; y += 5) {
    const row = lane.slice(y, y + 5);
    for (let x = 0; x < 5; x++) lane[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
  }
}

function permute(low, high) {
  for (const [lowConstant, highConstant] of CONSTANTS) {
    theta(low, high);
    rhoPi(low, high);
    chi(low);
    chi(high);
    low[0] ^= lowConstant;
    high[0] ^= highConstant;
  }
}

/** A sponge that has taken all its input, and gives as many bytes as it is asked for. */
export class Sponge {
  /**
   * @param {number} rate in bytes
   * @param {number} suffix the bits of the kind and the first of the padding: 0x06 SHA-3, 0x1f SHAKE (FIPS 202, B.2)
   * @param {Uint8Array} input
   */
  constructor(rate, suffix, input) {
    this.rate = rate;
    this.low = new Int32Array(25);
    this.high = new Int32Array(25);
    this.at = 0;
    for (const byte of input) this.#take(byte);
    this.#mix(this.at, suffix);
    this.#mix(rate - 1, 0x80);
    this.#turn();
  }

  /** @param {number} length in bytes @returns {Uint8Array} the next bytes of the output */
  read(length) {
    return Uint8Array.from({ length }, () => {
      if (this.at === this.rate) this.#turn();
      const half = this.at & 4 ? this.high : this.low;
      return (half[this.at >> 3] >>> (8 * (this.at++ & 3))) & 0xff;
    });
  }

  #take(byte) {
    this.#mix(this.at++, byte);
    if (this.at === this.rate) this.#turn();
  }

  #mix(at, byte) {
    const half = at & 4 ? this.high : this.low;
    half[at >> 3] ^= byte << (8 * (at & 3));
  }

  #turn() {
    permute(this.low, this.high);
    this.at = 0;
  }
}

/** @param {Uint8Array} input @returns {Uint8Array} 64 bytes */
export const sha3of512 = (input) => new Sponge(72, 0x06, input).read(64);

/** @param {Uint8Array} input @returns {Sponge} */
export const shake128 = (input) => new Sponge(168, 0x1f, input);

/** @param {Uint8Array} input @param {number} length in bytes @returns {Uint8Array} */
export const shake256 = (input, length) => new Sponge(136, 0x1f, input).read(length);
