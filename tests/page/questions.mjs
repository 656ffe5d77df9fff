// Questions to the judge of the page, for tests.  The function stands alone: it is given the modules of the page, and runs in node and in a browser.
// Bytes are in base64 where they are typed, and in hexadecimal elsewhere.

/** @param {Record<string, object>} modules of the page, by their names @returns {(asked: object) => Promise<string>} the answer to a question, in JSON */
export function questionsOf(modules) {
  const { opened } = modules["crypto/aesgcm.js"];
  const bytes = modules["crypto/bytes.js"];
  const { encapsulationKey } = modules["crypto/mlkem.js"];
  const sha2 = modules["crypto/sha2.js"];
  const sha3 = modules["crypto/sha3.js"];
  const { publicKey } = modules["crypto/x25519.js"];
  const { contents, envelopeOf } = modules["judge/envelope.js"];
  const { EXITS, judge, judgeInSlices, reveal } = modules["judge/judge.js"];
  const { quorums } = modules["judge/opening.js"];
  const { piled } = modules["judge/pile.js"];
  const { recordOf } = modules["judge/record.js"];
  const { combined, decrypted, shareOf } = modules["judge/slip39.js"];
  const { indexOf } = modules["judge/wordlist.js"];
  const { NAMED, told } = modules["texts.js"];
  const { ranges } = modules["wording.js"];

  const raw = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const ofHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const toHex = (_, value) => (value instanceof Uint8Array ? bytes.hex(value) : typeof value === "bigint" ? Number(value) : value);

  function given({ typed, copy, ...rest }) {
    return { typed: raw(typed ?? ""), ...(copy !== undefined && { copy: raw(copy) }), ...rest };
  }

  function finished(work) {
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
    }
  }

  const questions = {
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

  return async ({ ask, ...asked }) => JSON.stringify((await questions[ask](asked)) ?? null, toHex);
}
