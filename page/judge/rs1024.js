/**
 * The checksum of SLIP-39, and what it says of words that are missing or wrong.
 *
 * The code is linear: what each bit of each word adds to the checksum is known, so unknown words are the solution of 30
 * equations with ten unknown bits for each word.
 */

const GENERATOR = [
  0xe0e040, 0x1c1c080, 0x3838100, 0x7070200, 0xe0e0009, 0x1c0c2412, 0x38086c24, 0x3090fc48, 0x21b1f890, 0x3f3f120,
];

const startOf = (text) => Array.from(text, (character) => character.charCodeAt(0));
const PLAIN = startOf("shamir");
const EXTENDABLE = startOf("shamir_extendable");

/** One step for each number of ten bits (SLIP-39, 'Checksum'). @returns {number} 30 bits */
function polymod(numbers, sum) {
  for (const number of numbers) {
    const top = sum >>> 20;
    sum = ((sum & 0xfffff) << 10) ^ number;
    for (let bit = 0; bit < 10; bit++) if ((top >>> bit) & 1) sum ^= GENERATOR[bit];
  }
  return sum;
}

/** Whether the flag for extendable shares is set: bit 4 of the second word. @param {number[]} indices */
export const isExtendable = (indices) => Boolean((indices[1] >> 4) & 1);

/** Whether the checksum is right, for the flag that the words bear. @param {number[]} indices */
export const isSound = (indices) => polymod(indices, polymod(isExtendable(indices) ? EXTENDABLE : PLAIN, 1)) === 1;

/** Numbers with the three of the checksum behind them, for a share that is not extendable. @param {number[]} numbers */
export function withChecksum(numbers) {
  const sum = polymod([...numbers, 0, 0, 0], polymod(PLAIN, 1)) ^ 1;
  return [...numbers, sum >>> 20, (sum >>> 10) & 1023, sum & 1023];
}

/** What each bit of a word so far from the end adds to the checksum. @param {number} behind words behind it */
function columns(behind) {
  const zeros = new Array(behind).fill(0);
  return Array.from({ length: 10 }, (_, bit) => polymod(zeros, 1 << bit));
}

const COLUMNS = Array.from({ length: 33 }, (_, behind) => columns(behind));

/**
 * Which columns add up to a target, by elimination; null where none do.
 *
 * @param {number[]} all columns of 30 bits, of at most three words: these are always independent
 * @param {number} target
 * @returns {boolean[] | null}
 */
function eliminated(all, target) {
  const basis = [];
  const reduced = (row) => {
    for (const one of basis)
      if (row.sum & one.sum & -one.sum) row = { sum: row.sum ^ one.sum, from: row.from ^ one.from };
    return row;
  };
  all.forEach((sum, at) => basis.push(reduced({ sum, from: 1n << BigInt(at) })));
  const rest = reduced({ sum: target, from: 0n });
  if (rest.sum) return null;
  return all.map((_, at) => Boolean((rest.from >> BigInt(at)) & 1n));
}

/** The 33 words with some of them solved, or null. @param {number[]} indices 0 at those places @param {number[]} places */
function filled(indices, places) {
  const all = places.flatMap((place) => COLUMNS[indices.length - 1 - place]);
  const chosen = eliminated(all, polymod(indices, polymod(PLAIN, 1)) ^ 1);
  if (!chosen) return null;
  const whole = indices.slice();
  chosen.forEach((set, at) => {
    if (set) whole[places[Math.floor(at / 10)]] ^= 1 << (at % 10);
  });
  return whole;
}

/**
 * What 33 words can have been: with one to three unknown the one solution, with none those that differ in one word
 * (format, W9).  A solution whose flag for extendable shares is set is none: its checksum would start elsewhere.
 *
 * @param {number[]} indices -1 for what is unknown
 * @returns {number[][]} solutions with a sound checksum
 */
export function solutions(indices) {
  const unknown = indices.flatMap((index, at) => (index < 0 ? [at] : []));
  if (unknown.length > 3) return [];
  const tried = unknown.length ? [unknown] : indices.map((_, at) => [at]);
  const known = (places) => indices.map((index, at) => (places.includes(at) ? 0 : index));
  return tried.map((places) => filled(known(places), places)).filter((whole) => whole && isSound(whole));
}
