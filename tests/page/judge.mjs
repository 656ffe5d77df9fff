// The judge of the page, for tests: one question a line of standard input, one answer a line of standard output, in JSON.
// Bytes are in base64 where they are typed, and in hexadecimal elsewhere.

import { createInterface } from "node:readline";

import { opened } from "../../page/crypto/aesgcm.js";
import * as bytes from "../../page/crypto/bytes.js";
import { encapsulationKey } from "../../page/crypto/mlkem.js";
import * as sha2 from "../../page/crypto/sha2.js";
import * as sha3 from "../../page/crypto/sha3.js";
import { publicKey } from "../../page/crypto/x25519.js";
import { contents, envelopeOf } from "../../page/judge/envelope.js";
import { EXITS, judge, judgeInSlices, reveal } from "../../page/judge/judge.js";
import { quorums } from "../../page/judge/opening.js";
import { piled } from "../../page/judge/pile.js";
import { recordOf } from "../../page/judge/record.js";
import { combined, decrypted, shareOf } from "../../page/judge/slip39.js";
import { indexOf } from "../../page/judge/wordlist.js";
import { NAMED, ranges, told } from "../../page/texts.js";

const raw = (text) => Uint8Array.from(Buffer.from(text, "base64"));
const ofHex = (text) => Uint8Array.from(Buffer.from(text, "hex"));
const toHex = (value) =>
  value instanceof Uint8Array ? bytes.hex(value) : typeof value === "bigint" ? Number(value) : value;

function given({ typed, copy, ...rest }) {
  return { typed: raw(typed ?? ""), ...(copy !== undefined && { copy: raw(copy) }), ...rest };
}

function finished(work) {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

const QUESTIONS = {
  judge(asked) {
    const judgement = judge(given(asked));
    const [copied, secret, again] = [{ ...judgement }, judgement, judgement].map(reveal);
    return { judgement, told: told(judgement), secret, copied, again };
  },
  async slices({ stopAt, ...asked }) {
    const steps = [];
    const turn = async (step) => steps.push(step) !== stopAt;
    const judgement = await judgeInSlices(given(asked), { turn });
    return { judgement, steps };
  },
  read(asked) {
    const pile = finished(piled(raw(asked.typed), asked.pages));
    return {
      shares: [...pile.shares.keys()],
      envelopes: [...pile.envelopes.values()].map(({ envelope }) => ({ ...envelope, line: envelope.header.line })),
      damaged: pile.damaged.size,
      foreign: pile.foreign.size,
      problems: pile.problems,
    };
  },
  envelope: ({ envelope, key }) => contents(envelopeOf(ofHex(envelope)), ofHex(key)),
  record: ({ padded }) => recordOf(ofHex(padded)),
  slip39({ mnemonics, passphrase }) {
    const shares = mnemonics.map((mnemonic) => shareOf(mnemonic.split(" ").map(indexOf)));
    if (shares.some((share) => !share || share.padding)) return null;
    const secret = combined(shares);
    return secret && decrypted(secret.encrypted, shares[0], bytes.ascii(passphrase));
  },
  primitive({ name, of }) {
    const [one, two, three] = of.map(ofHex);
    const primitives = {
      sha256: () => sha2.sha256(one),
      hmac: () => sha2.hmac(one, two),
      hkdf: () => sha2.hkdf(one, two, three),
      pbkdf2: () => sha2.pbkdf2(one, two, 3, 32),
      sha3of512: () => sha3.sha3of512(one),
      shake128: () => sha3.shake128(one).read(400),
      shake256: () => sha3.shake256(one, 400),
      opened: () => opened(one, two, three, one),
      publicKey: () => publicKey(one),
      encapsulationKey: () => encapsulationKey(one),
      base32: () => bytes.fromBase32(bytes.base32(one)),
    };
    return primitives[name]();
  },
  share: ({ indices }) => shareOf(indices),
  order({ needed, thresholds, shares }) {
    const header = { groupThreshold: needed, groups: thresholds.map((threshold) => ({ threshold })) };
    const tried = [];
    for (const choice of quorums({ header }, shares.map(([group, member]) => ({ group, member })))) {
      if (tried.push(choice.map(({ group, member }) => [group, member])) === 5_000) break;
    }
    return tried;
  },
  ranges: ({ numbers }) => ranges(numbers),
  named: () => ({ ...NAMED, exits: EXITS }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { ask, ...asked } = JSON.parse(line);
  const answer = (await QUESTIONS[ask](asked)) ?? null;
  process.stdout.write(`${JSON.stringify(answer, (_, value) => toHex(value))}\n`);
}
