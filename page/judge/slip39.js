/**
 * SLIP-39: a mnemonic taken apart, a quorum combined, shares derived again.
 *
 * Kept general (any length, passphrase, exponent), so that the official vectors run on the very code; that a share is
 * one of splitkit is a question of its own.
 */

import { ascii, bigOf, bytesOf, concat, equal } from "../crypto/bytes.js";
import { interpolated } from "./field.js";
import { isExtendable, isSound, withChecksum } from "./rs1024.js";
import { hmac, pbkdf2 } from "../crypto/sha2.js";
import { WORDS } from "./wordlist.js";

const SECRET_AT = 255;
const DIGEST_AT = 254;
const CHECKSUM_WORDS = 3;
const HEAD_BITS = 40n;

/**
 * @typedef {object} Share
 * @property {string} mnemonic the words in lower case with single spaces
 * @property {number} identifier 15 bits
 * @property {boolean} extendable
 * @property {number} exponent
 * @property {number} group index, from 0
 * @property {number} groupThreshold
 * @property {number} groupCount
 * @property {number} member index, from 0
 * @property {number} threshold of the group
 * @property {bigint} padding the bits before the value
 * @property {Uint8Array} value
 */

/** Words by their indices. @param {number[]} indices */
export const mnemonicOf = (indices) => indices.map((index) => WORDS[index]).join(" ");

/**
 * A mnemonic with a sound checksum, taken apart (SLIP-39, 'Format of the share mnemonic'); null where the checksum is
 * wrong or the length is none.
 *
 * @param {number[]} indices
 * @returns {Share | null}
 */
export function shareOf(indices) {
  const valueWords = indices.length - Number(HEAD_BITS) / 10 - CHECKSUM_WORDS;
  const paddingBits = (10 * valueWords) % 16;
  const length = (10 * valueWords - paddingBits) / 8;
  if (length < 16 || paddingBits > 8 || !isSound(indices)) return null;
  const bits = indices.slice(0, -CHECKSUM_WORDS).reduce((all, index) => (all << 10n) | BigInt(index), 0n);
  const head = Number(bits >> BigInt(10 * valueWords));
  const field = (from, size) => Math.floor(head / 2 ** from) % 2 ** size;
  return {
    mnemonic: mnemonicOf(indices),
    identifier: field(25, 15),
    extendable: isExtendable(indices),
    exponent: field(20, 4),
    group: field(16, 4),
    groupThreshold: field(12, 4) + 1,
    groupCount: field(8, 4) + 1,
    member: field(4, 4),
    threshold: field(0, 4) + 1,
    padding: (bits >> BigInt(8 * length)) % (1n << BigInt(paddingBits)),
    value: bytesOf(bits % (1n << BigInt(8 * length)), length),
  };
}

/**
 * The mnemonic of a share that is derived again: exponent 0, not extendable.
 *
 * @param {Omit<Share, "mnemonic" | "padding" | "extendable" | "exponent">} share
 */
export function mnemonicFrom({ identifier, group, groupThreshold, groupCount, member, threshold, value }) {
  const head = [group, groupThreshold - 1, groupCount - 1, member, threshold - 1].reduce(
    (all, number) => (all << 4n) | BigInt(number),
    BigInt(identifier) << 5n,
  );
  const valueBits = BigInt(Math.ceil((8 * value.length) / 10) * 10);
  const bits = (head << valueBits) | bigOf(value);
  const count = Number((HEAD_BITS + valueBits) / 10n);
  return mnemonicOf(
    withChecksum(Array.from({ length: count }, (_, at) => Number((bits >> BigInt(10 * (count - 1 - at))) & 1023n))),
  );
}

/**
 * The secret of a polynomial from exactly as many points as it needs, or null where its digest is wrong.
 *
 * @param {Map<number, Uint8Array>} points
 * @returns {Uint8Array | null}
 */
export function sharedSecret(points) {
  if (points.size === 1) return [...points.values()][0];
  const [secret, digest] = [interpolated(points, SECRET_AT), interpolated(points, DIGEST_AT)];
  return equal(hmac(digest.slice(4), secret).slice(0, 4), digest.slice(0, 4)) ? secret : null;
}

/** The shares of each group, by its index. @param {Share[]} shares @returns {Map<number, Share[]>} */
export function byGroup(shares) {
  const groups = new Map();
  for (const share of shares) groups.set(share.group, [...(groups.get(share.group) ?? []), share]);
  return groups;
}

/** The points of the shares of one group. @param {Share[]} shares @returns {Map<number, Uint8Array>} */
export const pointsOf = (shares) => new Map(shares.map((share) => [share.member, share.value]));

const alike = (shares, name) => shares.every((share) => share[name] === shares[0][name]);
const OF_ALL = ["identifier", "extendable", "exponent", "groupThreshold", "groupCount"];

/** Whether shares are exactly one quorum by what they say of themselves. @param {Share[]} shares */
function isQuorum(shares) {
  const groups = [...byGroup(shares).values()];
  return (
    OF_ALL.every((name) => alike(shares, name)) &&
    shares.every((share) => share.value.length === shares[0].value.length) &&
    groups.length === shares[0].groupThreshold &&
    shares[0].groupThreshold <= shares[0].groupCount &&
    groups.every(
      (group) =>
        alike(group, "threshold") && group.length === group[0].threshold && pointsOf(group).size === group.length,
    )
  );
}

/**
 * The encrypted master secret of exactly one quorum, with the secrets of its groups; null where they do not combine.
 *
 * @param {Share[]} shares at least one
 * @returns {{encrypted: Uint8Array, groups: Map<number, Uint8Array>} | null}
 */
export function combined(shares) {
  if (!isQuorum(shares)) return null;
  const groups = new Map();
  for (const [group, members] of byGroup(shares)) groups.set(group, sharedSecret(pointsOf(members)));
  if ([...groups.values()].includes(null)) return null;
  const encrypted = sharedSecret(groups);
  return encrypted && { encrypted, groups };
}

/**
 * The master secret: four rounds of a Feistel network, backwards (SLIP-39, 'Encryption of the master secret').
 *
 * @param {Uint8Array} encrypted
 * @param {{identifier: number, extendable: boolean, exponent: number}} share any of those that gave it
 * @param {Uint8Array} [passphrase] splitkit has none
 * @returns {Uint8Array}
 */
export function decrypted(encrypted, { identifier, extendable, exponent }, passphrase = new Uint8Array(0)) {
  const half = encrypted.length / 2;
  let [left, right] = [encrypted.slice(0, half), encrypted.slice(half)];
  const salt = extendable ? new Uint8Array(0) : concat(ascii("shamir"), bytesOf(BigInt(identifier), 2));
  for (let round = 3; round >= 0; round--) {
    const password = concat(Uint8Array.of(round), passphrase);
    const key = pbkdf2(password, concat(salt, right), 2500 * 2 ** exponent, half);
    [left, right] = [right, left.map((byte, at) => byte ^ key[at])];
  }
  return concat(right, left);
}
