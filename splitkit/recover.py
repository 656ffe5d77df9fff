# SPDX-License-Identifier: Apache-2.0
"""Recover a splitkit secret with nothing but a Python interpreter: the second, independent implementation.

    python3 -I -S recover.py < lines.txt          (or type the lines, then Ctrl-D)

Standard input holds, in any order, shares (33 words, on one line or on many, with or without their numbers; or 132 digits)
and the envelope (`SK1:...`, or its printed lines `07/20 AAAA ...`).  What cannot be read is typed as `?`: up to three
words of a share and three characters of a printed line can be solved.  Lines that start with # are ignored.  The 12
fingerprint words of the signed record are asked for, or given with --fingerprint.  The secret goes to standard output,
all talk to standard error.  Exit codes: 0 revealed, 2 usage, 3 unreadable or too new, 4 too few sheets, 5 forged or
inconsistent sheets, 6 no terminal to ask on, 7 output failed, 9 practice and production mixed up or a superseded set,
130 stopped, 1 internal error.

A map, in the order of the chapters.  First the standards a sheet rests on:
  SLIP-0039: words, field, checksum, solving illegible words, combining    decode_mnemonic, repair, combine, decrypt
  RFC 5869: HKDF                                                           hkdf
  FIPS 197, SP 800-38D: AES-256-GCM                                        gcm_open
  FIPS 203, RFC 7748, BIP-173: the age identity                            age_recipient, bech32
  RFC 8949: CBOR                                                           decode_cbor
Then splitkit's own paper format, docs/format.md:
  the envelope (sections 4 to 8)                                           decode_envelope, Envelope.owns, unseal
  the lines of standard input (sections 9 and 16)                          read_lines, gather
  the gathering, which judges what was read (section 11)                   recover_text
  the terminal                                                             main
Nothing here is constant time and nothing is wiped: it is meant for a machine without a network in a locked room.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache, partial
from itertools import accumulate, chain, combinations, groupby, islice, product
from pathlib import Path
from typing import Any, List, NoReturn, Optional, TextIO, Tuple

MAX_INPUT_BYTES = 1_000_000
MAX_LINES = 5_000
MAX_TEXT = 4_296  # characters of a line
MAX_UNCLEAR = 64  # printed lines with an illegible character
MAX_SHARES = 64
MAX_ENVELOPES = 32
MAX_SUBSETS = 5_000
MAX_ENVELOPE_BYTES = 456
LINE_BYTES = 20
SHARE_WORDS = 33

_HINT_RETYPE = "compare it with the sheet and enter it again, or use another sheet"
_HINT_OTHER = "give shares (33 words or 132 digits) and the envelope (its text or its lines)"
_HINT_NEWER = "use recover.py of the version that made the sheets"
_HINT_FORGED = "stop, keep all sheets as they are, and ask the other custodians for more sheets of this set"
_HINT_RECORD = "find the signed record and give its 12 words with --fingerprint"
_HINT_MORE = "bring more sheets of this set"
_LETTERS = "ABCDEFGHIJKLMNOP"  # of groups
_APART = "and this envelope do not belong together"


class Refusal(Exception):  # noqa: N818 - it is a verdict for people, not a fault of the program
    """Why nothing is shown: the exit code, the fact and the next step.  It never quotes a share or a secret."""

    line = 0

    def __init__(self, code: int, fact: str, hint: str) -> None:
        super().__init__(fact)
        self.code, self.fact, self.hint = code, fact, hint


class ForeignShare(Refusal):
    """A sound SLIP-39 mnemonic that splitkit never makes."""


# SLIP-0039: Shamir's secret sharing for mnemonic codes

_WORD_LIST = """
academic acid acne acquire acrobat activity actress adapt adequate adjust admit adorn adult advance advocate afraid again agency agree aide aircraft airline airport ajar alarm album alcohol alien alive alpha already alto aluminum always amazing ambition amount amuse analysis anatomy ancestor ancient angel angry animal answer antenna anxiety apart aquatic arcade arena argue armed artist artwork aspect auction august aunt average aviation avoid award
away axis axle beam beard beaver become bedroom behavior being believe belong benefit best beyond bike biology birthday bishop black blanket blessing blimp blind blue body bolt boring born both boundary bracelet branch brave breathe briefing broken brother browser bucket budget building bulb bulge bumpy bundle burden burning busy buyer cage calcium camera campus canyon capacity capital capture carbon cards careful cargo carpet carve
category cause ceiling center ceramic champion change charity check chemical chest chew chubby cinema civil class clay cleanup client climate clinic clock clogs closet clothes club cluster coal coastal coding column company corner costume counter course cover cowboy cradle craft crazy credit cricket criminal crisis critical crowd crucial crunch crush crystal cubic cultural curious curly custody cylinder daisy damage dance darkness database daughter deadline
deal debris debut decent decision declare decorate decrease deliver demand density deny depart depend depict deploy describe desert desire desktop destroy detailed detect device devote diagnose dictate diet dilemma diminish dining diploma disaster discuss disease dish dismiss display distance dive divorce document domain domestic dominant dough downtown dragon dramatic dream dress drift drink drove drug dryer duckling duke duration dwarf dynamic early earth easel
easy echo eclipse ecology edge editor educate either elbow elder election elegant element elephant elevator elite else email emerald emission emperor emphasis employer empty ending endless endorse enemy energy enforce engage enjoy enlarge entrance envelope envy epidemic episode equation equip eraser erode escape estate estimate evaluate evening evidence evil evoke exact example exceed exchange exclude excuse execute exercise exhaust exotic expand expect explain express
extend extra eyebrow facility fact failure faint fake false family famous fancy fangs fantasy fatal fatigue favorite fawn fiber fiction filter finance findings finger firefly firm fiscal fishing fitness flame flash flavor flea flexible flip float floral fluff focus forbid force forecast forget formal fortune forward founder fraction fragment frequent freshman friar fridge friendly frost froth frozen fumes funding furl fused galaxy game garbage
garden garlic gasoline gather general genius genre genuine geology gesture glad glance glasses glen glimpse goat golden graduate grant grasp gravity gray greatest grief grill grin grocery gross group grownup grumpy guard guest guilt guitar gums hairy hamster hand hanger harvest have havoc hawk hazard headset health hearing heat helpful herald herd hesitate hobo holiday holy home hormone hospital hour huge human humidity hunting
husband hush husky hybrid idea identify idle image impact imply improve impulse include income increase index indicate industry infant inform inherit injury inmate insect inside install intend intimate invasion involve iris island isolate item ivory jacket jerky jewelry join judicial juice jump junction junior junk jury justice kernel keyboard kidney kind kitchen knife knit laden ladle ladybug lair lamp language large laser laundry lawsuit
leader leaf learn leaves lecture legal legend legs lend length level liberty library license lift likely lilac lily lips liquid listen literary living lizard loan lobe location losing loud loyalty luck lunar lunch lungs luxury lying lyrics machine magazine maiden mailman main makeup making mama manager mandate mansion manual marathon march market marvel mason material math maximum mayor meaning medal medical member memory mental
merchant merit method metric midst mild military mineral minister miracle mixed mixture mobile modern modify moisture moment morning mortgage mother mountain mouse move much mule multiple muscle museum music mustang nail national necklace negative nervous network news nuclear numb numerous nylon oasis obesity object observe obtain ocean often olympic omit oral orange orbit order ordinary organize ounce oven overall owner paces pacific package paid
painting pajamas pancake pants papa paper parcel parking party patent patrol payment payroll peaceful peanut peasant pecan penalty pencil percent perfect permit petition phantom pharmacy photo phrase physics pickup picture piece pile pink pipeline pistol pitch plains plan plastic platform playoff pleasure plot plunge practice prayer preach predator pregnant premium prepare presence prevent priest primary priority prisoner privacy prize problem process profile program promise
prospect provide prune public pulse pumps punish puny pupal purchase purple python quantity quarter quick quiet race racism radar railroad rainbow raisin random ranked rapids raspy reaction realize rebound rebuild recall receiver recover regret regular reject relate remember remind remove render repair repeat replace require rescue research resident response result retailer retreat reunion revenue review reward rhyme rhythm rich rival river robin rocky romantic
romp roster round royal ruin ruler rumor sack safari salary salon salt satisfy satoshi saver says scandal scared scatter scene scholar science scout scramble screw script scroll seafood season secret security segment senior shadow shaft shame shaped sharp shelter sheriff short should shrimp sidewalk silent silver similar simple single sister skin skunk slap slavery sled slice slim slow slush smart smear smell smirk smith
smoking smug snake snapshot sniff society software soldier solution soul source space spark speak species spelling spend spew spider spill spine spirit spit spray sprinkle square squeeze stadium staff standard starting station stay steady step stick stilt story strategy strike style subject submit sugar suitable sunlight superior surface surprise survive sweater swimming swing switch symbolic sympathy syndrome system tackle tactics tadpole talent task taste
taught taxi teacher teammate teaspoon temple tenant tendency tension terminal testify texture thank that theater theory therapy thorn threaten thumb thunder ticket tidy timber timely ting tofu together tolerate total toxic tracks traffic training transfer trash traveler treat trend trial tricycle trip triumph trouble true trust twice twin type typical ugly ultimate umbrella uncover undergo unfair unfold unhappy union universe unkind unknown unusual unwrap
upgrade upstairs username usher usual valid valuable vampire vanish various vegan velvet venture verdict verify very veteran vexed victim video view vintage violence viral visitor visual vitamins vocal voice volume voter voting walnut warmth warn watch wavy wealthy weapon webcam welcome welfare western width wildlife window wine wireless wisdom withdraw wits wolf woman work worthy wrap wrist writing wrote year yelp yield yoga zero
"""  # 64 a row
WORDS = tuple(_WORD_LIST.split())
"""The 1024 words of the standard, in alphabetical order."""

_BY_START = {word[:4]: index for index, word in enumerate(WORDS)}

# The field of SLIP-0039 is that of AES, GF(2)[x] modulo x^8 + x^4 + x^3 + x + 1, with generator 3.
_EXP = [1]
for _ in range(254):
    _EXP.append(_EXP[-1] ^ _EXP[-1] << 1 ^ (0x11B if _EXP[-1] > 127 else 0))
_LOG = {power: exponent for exponent, power in enumerate(_EXP)}


def _multiply(a: int, b: int) -> int:
    return _EXP[(_LOG[a] + _LOG[b]) % 255] if a and b else 0


def _xor(left: bytes, right: bytes) -> bytes:
    """Addition in the field, byte by byte, as far as both go."""
    return bytes(a ^ b for a, b in zip(left, right))


def interpolate(points: Mapping[int, bytes], x: int) -> bytes:
    """Evaluate at *x* the polynomials through *points* (SLIP-0039, "Shamir's secret-sharing", Interpolation)."""
    if x in points:
        return points[x]
    total = bytes(len(next(iter(points.values()))))
    for index, value in points.items():
        exponent = sum(_LOG[other ^ x] - _LOG[other ^ index] for other in points if other != index)
        total = _xor(total, bytes(_multiply(_EXP[exponent % 255], byte) for byte in value))
    return total


def recover_secret(points: Mapping[int, bytes], threshold: int) -> bytes:
    """Interpolate the shared secret from exactly *threshold* points and check its digest (SLIP-0039, RecoverSecret)."""
    if len(points) != threshold or len({len(value) for value in points.values()}) != 1:
        raise Refusal(5, "the shares do not fit together", _HINT_FORGED)
    if threshold == 1:  # then there is no digest
        return next(iter(points.values()))
    secret, check = interpolate(points, 255), interpolate(points, 254)
    if not hmac.compare_digest(hmac.new(check[4:], secret, "sha256").digest()[:4], check[:4]):
        raise Refusal(5, "the shares match but do not combine: one of these was made to match", _HINT_FORGED)
    return secret


@dataclass(frozen=True)
class Share:
    """A decoded mnemonic, not yet trusted: the fields of SLIP-0039, "Format of the share mnemonic", counts from 1."""

    identifier: int
    extendable: bool
    exponent: int
    group_index: int
    group_threshold: int
    group_count: int
    member_index: int
    member_threshold: int
    value: bytes = field(repr=False)
    mnemonic: str = field(repr=False)
    line: int = 0  # of the input, where it stood


_GENERATORS = "E0E040 1C1C080 3838100 7070200 E0E0009 1C0C2412 38086C24 3090FC48 21B1F890 3F3F120"
_FOLDS = [0]  # by the ten bits shifted out: the part of RS1024 that depends on them (SLIP-0039, "Checksum")
for _generator in _GENERATORS.split():
    _FOLDS += [fold ^ int(_generator, 16) for fold in _FOLDS]


def _polymod(symbols: Iterable[int], extendable: bool) -> int:  # noqa: FBT001 - a field of the standard
    checksum = 1
    for symbol in chain(b"shamir_extendable" if extendable else b"shamir", symbols):
        checksum = (checksum & 0xFFFFF) << 10 ^ symbol ^ _FOLDS[checksum >> 20]
    return checksum


def decode_mnemonic(indices: Sequence[int]) -> Share:
    """Decode the word indices of one share, of any length that SLIP-0039 knows."""
    value_bits = 10 * (len(indices) - 7)
    if len(indices) < 20 or value_bits % 16 > 8:
        raise Refusal(3, "a share has the wrong number of words", _HINT_RETYPE)
    number = 0
    for index in indices:
        number = number << 10 | index
    head, value = number >> 10 * (len(indices) - 4), number >> 30 & (1 << value_bits) - 1
    extendable = bool(head >> 24 & 1)
    if _polymod(indices, extendable) != 1:
        raise Refusal(3, "a share is damaged: its words do not match their checksum", _HINT_RETYPE)
    length = value_bits // 16 * 2
    group_threshold, group_count = (head >> 12 & 15) + 1, (head >> 8 & 15) + 1
    if value >> 8 * length or group_threshold > group_count:
        raise ForeignShare(3, "a share is malformed: no SLIP-39 program makes such words", _HINT_RETYPE)
    group_index, member_index, member_threshold = head >> 16 & 15, head >> 4 & 15, (head & 15) + 1
    mnemonic = " ".join(WORDS[index] for index in indices)
    fields = (head >> 25, extendable, head >> 20 & 15, group_index, group_threshold, group_count, member_index)
    return Share(*fields, member_threshold, value.to_bytes(length, "big"), mnemonic)


def encode_mnemonic(share: Share) -> list[int]:
    """The word indices of a share: the inverse of `decode_mnemonic`."""
    bits = share.identifier << 5 | share.extendable << 4 | share.exponent
    policy = (share.group_threshold - 1, share.group_count - 1)
    for four_bits in (share.group_index, *policy, share.member_index, share.member_threshold - 1):
        bits = bits << 4 | four_bits
    value_words = (8 * len(share.value) + 9) // 10
    bits = bits << 10 * value_words | int.from_bytes(share.value, "big")
    words = [bits >> 10 * place & 1023 for place in reversed(range(4 + value_words))]
    checksum = _polymod([*words, 0, 0, 0], share.extendable) ^ 1
    return words + [checksum >> 10 * place & 1023 for place in (2, 1, 0)]


def repair(indices: Sequence[int | None]) -> list[list[int]]:
    """What the checksum makes of up to three illegible words (None), or of one wrong word: guesses that fit it.

    Three check words determine three unknown ones, and tell one wrong word from all others.  Only a commitment can prove
    such a guess.
    """
    illegible = [place for place, index in enumerate(indices) if index is None]
    if len(illegible) > 3:
        return []
    guesses = []
    for places in [illegible] if illegible else [[place] for place in range(len(indices))]:
        known = [0 if place in places else index or 0 for place, index in enumerate(indices)]
        words = _solve(known, places)
        if words:
            found = dict(zip(places, words))
            guesses.append([found.get(place, index) for place, index in enumerate(known)])
    return guesses


def _solve(known: Sequence[int], places: Sequence[int]) -> list[int] | None:
    """The words at *places*, where *known* is 0, that make the checksum right: it is linear in their bits."""
    rows: dict[int, int] = {}  # by highest bit: a reachable change of the checksum, and below it the bits that make it
    zero = _polymod([0] * len(known), extendable=False)
    for number in range(10 * len(places)):
        word = [0] * len(known)
        word[places[number // 10]] = 1 << number % 10
        row = _eliminate(rows, (_polymod(word, extendable=False) ^ zero) << 30 | 1 << number)
        rows[row.bit_length()] = row
    bits = _eliminate(rows, (_polymod(known, extendable=False) ^ 1) << 30)
    return None if bits >> 30 else [bits >> 10 * turn & 1023 for turn in range(len(places))]


def _eliminate(rows: Mapping[int, int], row: int) -> int:
    while row >> 30 and row.bit_length() in rows:
        row ^= rows[row.bit_length()]
    return row


def combine(shares: Sequence[Share]) -> bytes:
    """The encrypted master secret of exactly GT groups of exactly T shares each (SLIP-0039, "Combining the shares")."""
    common = {(s.identifier, s.extendable, s.exponent, s.group_threshold, s.group_count) for s in shares}
    if len(common) != 1:
        raise Refusal(5, "the shares are not of one set", _HINT_FORGED)
    return recover_secret(_group_secrets(shares), shares[0].group_threshold)


def _group_secrets(shares: Sequence[Share]) -> dict[int, bytes]:
    """The secret of each group, of exactly T shares each."""
    secrets = {}
    for index in {share.group_index for share in shares}:
        members = [share for share in shares if share.group_index == index]
        points = {share.member_index: share.value for share in members}
        if len(points) != len(members) or len({share.member_threshold for share in members}) != 1:
            raise Refusal(5, "the shares of one group contradict each other", _HINT_FORGED)
        secrets[index] = recover_secret(points, members[0].member_threshold)
    return secrets


@lru_cache(maxsize=2)
def decrypt(encrypted: bytes, identifier: int, extendable: bool, exponent: int, passphrase: bytes = b"") -> bytes:  # noqa: FBT001
    """The master secret: four Feistel rounds backwards (SLIP-0039, "Decryption").  Cached, as it is slow on purpose."""
    salt = b"" if extendable else b"shamir" + identifier.to_bytes(2, "big")
    half = len(encrypted) // 2
    left, right = encrypted[:half], encrypted[half:]
    for step in (3, 2, 1, 0):
        pad = hashlib.pbkdf2_hmac("sha256", bytes([step]) + passphrase, salt + right, 2500 << exponent, half)
        left, right = right, _xor(left, pad)
    return right + left


# RFC 5869: HKDF with SHA-256


def hkdf(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """Extract, then expand to *length* bytes (RFC 5869, 2.2 and 2.3)."""
    prk = hmac.new(salt, key, "sha256").digest()
    block = output = b""
    for counter in range(1, (length + 31) // 32 + 1):
        block = hmac.new(prk, block + info + bytes([counter]), "sha256").digest()
        output += block
    return output[:length]


# FIPS 197 and SP 800-38D: AES-256-GCM


def _s_box(x: int) -> int:
    """FIPS 197, 5.1.1: the inverse in the field, then the affine map."""
    inverse = _EXP[-_LOG[x] % 255] if x else 0
    result = 0x63
    for turn in range(5):
        result ^= (inverse << turn | inverse >> (8 - turn)) & 255
    return result


_S_BOX = bytes(_s_box(x) for x in range(256))


def _expand_key(key: bytes) -> list[bytes]:
    """The 15 round keys of AES-256 (FIPS 197, 5.2)."""
    words = [key[place : place + 4] for place in range(0, 32, 4)]
    for place in range(8, 60):
        word = words[-1]
        if place % 8 == 0:
            word = word[1:] + word[:1]
        if place % 4 == 0:
            word = word.translate(_S_BOX)
        if place % 8 == 0:
            word = _xor(word, bytes([1 << place // 8 - 1, 0, 0, 0]))
        words.append(_xor(words[-8], word))
    return [b"".join(words[place : place + 4]) for place in range(0, 60, 4)]


def _encrypt_block(round_keys: Sequence[bytes], block: bytes) -> bytes:
    """One block of AES-256 (FIPS 197, 5.1); the four columns lie one after the other."""
    state = _xor(block, round_keys[0])
    for turn in range(1, 15):
        state = state.translate(_S_BOX)
        state = bytes(state[(place + 4 * (place % 4)) % 16] for place in range(16))  # ShiftRows
        if turn < 14:
            state = b"".join(_mix_column(*state[start : start + 4]) for start in range(0, 16, 4))
        state = _xor(state, round_keys[turn])
    return state


def _mix_column(a: int, b: int, c: int, d: int) -> bytes:
    """FIPS 197, 5.1.3."""
    turns = (a, b, c, d), (b, c, d, a), (c, d, a, b), (d, a, b, c)
    return bytes(_multiply(2, w) ^ _multiply(3, x) ^ y ^ z for w, x, y, z in turns)


def _ghash(subkey: bytes, data: bytes) -> bytes:
    """SP 800-38D, 6.4, over whole blocks; each product as in 6.3."""
    result = 0
    for place in range(0, len(data), 16):
        block, result = result ^ int.from_bytes(data[place : place + 16], "big"), 0
        multiple = int.from_bytes(subkey, "big")
        for bit in reversed(range(128)):
            result ^= multiple if block >> bit & 1 else 0
            multiple = multiple >> 1 ^ (0xE1 << 120 if multiple & 1 else 0)
    return result.to_bytes(16, "big")


def gcm_open(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    """Authenticate, then decrypt *sealed* (ciphertext and tag) under a 32-byte key and 12-byte nonce (SP 800-38D, 7.2)."""
    round_keys = _expand_key(key)
    ciphertext, tag = sealed[:-16], sealed[-16:]
    padded = b"".join(part + bytes(-len(part) % 16) for part in (associated, ciphertext))
    lengths = (8 * len(associated)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    hashed = _ghash(_encrypt_block(round_keys, bytes(16)), padded + lengths)
    if not hmac.compare_digest(_xor(hashed, _encrypt_block(round_keys, nonce + b"\0\0\0\1")), tag):
        raise Refusal(5, "the shares combine, but they do not open this envelope", _HINT_FORGED)
    counters = range(2, 2 + (len(ciphertext) + 15) // 16)
    return _xor(ciphertext, b"".join(_encrypt_block(round_keys, nonce + at.to_bytes(4, "big")) for at in counters))


# FIPS 203: ML-KEM-768, key generation only

_Q = 3329
_ZETAS = [pow(17, int(f"{i:07b}"[::-1], 2), _Q) for i in range(128)]
_GAMMAS = [pow(17, 2 * int(f"{i:07b}"[::-1], 2) + 1, _Q) for i in range(128)]


def _ntt(poly: list[int]) -> list[int]:
    """Algorithm 9."""
    poly, turn = list(poly), 1
    for length in (128, 64, 32, 16, 8, 4, 2):
        for start in range(0, 256, 2 * length):
            for j in range(start, start + length):
                t = _ZETAS[turn] * poly[j + length]
                poly[j], poly[j + length] = (poly[j] + t) % _Q, (poly[j] - t) % _Q
            turn += 1
    return poly


def _sample_ntt(seed: bytes) -> list[int]:
    """Algorithm 7: uniform coefficients by rejection; 280 turns are enough but once in 2^261 times (appendix B)."""
    stream = hashlib.shake_128(seed).digest(3 * 280)
    pairs = [int.from_bytes(stream[place : place + 3], "little") for place in range(0, len(stream), 3)]
    return [number for pair in pairs for number in (pair & 0xFFF, pair >> 12) if number < _Q][:256]


def _sample_noise(seed: bytes, counter: int) -> list[int]:
    """Algorithm 8 with eta = 2, in the NTT domain."""
    bits = int.from_bytes(hashlib.shake_256(seed + bytes([counter])).digest(128), "little")
    values = [0, 1, 1, 2, -1, 0, 0, 1, -1, 0, 0, 1, -2, -1, -1, 0]  # b0 + b1 - b2 - b3
    return _ntt([values[bits >> 4 * place & 15] for place in range(256)])


def _accumulate(total: list[int], a: Sequence[int], b: Sequence[int]) -> None:
    """Add the product of two polynomials in the NTT domain (Algorithms 11 and 12)."""
    for i in range(128):
        a0, a1, b0, b1 = a[2 * i], a[2 * i + 1], b[2 * i], b[2 * i + 1]
        total[2 * i] = (total[2 * i] + a0 * b0 + a1 * b1 * _GAMMAS[i]) % _Q
        total[2 * i + 1] = (total[2 * i + 1] + a0 * b1 + a1 * b0) % _Q


def ml_kem_768_public(seed: bytes) -> bytes:
    """The 1184-byte encapsulation key of the 64-byte seed d || z (Algorithms 13 and 16; z does not enter it)."""
    expanded = hashlib.sha3_512(seed[:32] + b"\3").digest()
    rho, sigma = expanded[:32], expanded[32:]
    noise = [_sample_noise(sigma, counter) for counter in range(6)]
    encoded = b""
    for row in range(3):
        total = noise[3 + row]
        for column in range(3):
            _accumulate(total, _sample_ntt(rho + bytes([column, row])), noise[column])
        number = sum(value << 12 * place for place, value in enumerate(total))  # ByteEncode12, Algorithm 5
        encoded += number.to_bytes(384, "little")
    return encoded + rho


# RFC 7748: X25519


def x25519_public(secret: bytes) -> bytes:
    """The public key of a 32-byte secret: the Montgomery ladder of section 5 on u = 9."""
    prime = 2**255 - 19
    scalar = int.from_bytes(secret, "little") & (2**255 - 8) | 2**254
    points = [(1, 0), (9, 1)]
    for place in range(254, -1, -1):
        bit = scalar >> place & 1
        (x2, z2), (x3, z3) = points[bit], points[1 - bit]
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % prime, b * b % prime, d * a % prime, c * b % prime
        points[bit] = aa * bb % prime, (aa - bb) * (aa + 121665 * (aa - bb)) % prime
        points[1 - bit] = (da + cb) ** 2 % prime, 9 * (da - cb) ** 2 % prime
    x2, z2 = points[0]
    return (x2 * pow(z2, prime - 2, prime) % prime).to_bytes(32, "little")


# The age identity of a set (age 1.3 hybrid, ML-KEM-768 + X25519) and BIP-173


def bech32(prefix: str, data: bytes) -> str:
    """Lower-case Bech32 (BIP-173), without its limit of 90 characters, as age does."""
    number = int.from_bytes(data, "big") << -8 * len(data) % 5
    count = (8 * len(data) + 4) // 5
    symbols = [number >> 5 * place & 31 for place in reversed(range(count))]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    checksum = 1
    for symbol in (*expanded, *symbols, 0, 0, 0, 0, 0, 0):
        overflow, checksum = checksum >> 25, (checksum & 0x1FFFFFF) << 5 ^ symbol
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            checksum ^= generator if overflow >> bit & 1 else 0
    symbols += [(checksum ^ 1) >> 5 * place & 31 for place in reversed(range(6))]
    return prefix + "1" + "".join("qpzry9x8gf2tvdw0s3jn54khce6mua7l"[symbol] for symbol in symbols)


def age_seed(key: bytes, set_id: bytes) -> bytes:
    """The 32-byte seed of the set's age identity."""
    return hkdf(key, set_id, b"splitkit/1 age identity", 32)


@lru_cache(maxsize=2)
def age_recipient(seed: bytes) -> bytes:
    """The 1216 raw bytes of the age recipient that belongs to *seed*.  Cached, as it is slow."""
    expanded = hashlib.shake_256(seed).digest(96)
    return ml_kem_768_public(expanded[:64]) + x25519_public(expanded[64:])


# RFC 8949, 4.2.1: the part of deterministic CBOR that a header may use


def _require(condition: bool, what: str) -> None:  # noqa: FBT001 - it reads like an assertion
    if not condition:
        raise Refusal(3, f"an envelope is malformed: {what}", _HINT_RETYPE)


def decode_cbor(data: bytes) -> Any:
    """Decode the one item that *data* is: nothing may follow, and no other bytes could mean the same."""
    value, end = _decode_item(data, 0, 0)
    _require(end == len(data), "bytes follow its end")
    return value


def _decode_head(data: bytes, at: int) -> tuple[int, int, int]:
    """The major type, its argument in shortest form, and where the head ends (RFC 8949, section 3)."""
    _require(at < len(data), "it ends too early")
    major, info = data[at] >> 5, data[at] & 31
    if info < 24:
        return major, info, at + 1
    _require(info in (24, 25, 26), "a number too large, or an indefinite length")
    end = at + 1 + (1 << info - 24)
    _require(end <= len(data), "it ends too early")
    argument = int.from_bytes(data[at + 1 : end], "big")
    _require(argument >= (24, 1 << 8, 1 << 16)[info - 24], "a number is not in its shortest form")
    return major, argument, end


def _decode_item(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    major, argument, at = _decode_head(data, at)
    if major == 0:
        return argument, at
    if major in (2, 3):
        end = at + argument
        _require(end <= len(data), "it ends too early")
        text = data[at:end].decode("utf-8", "replace")
        _require(major == 2 or text.encode() == data[at:end], "a text is not UTF-8")
        return data[at:end] if major == 2 else text, end
    if major == 7:
        _require(argument in (20, 21), "a value of a type that does not belong there")
        return argument == 21, at
    _require(major in (4, 5), "a value of a type that does not belong there")
    _require(depth < 8, "nested too deeply")
    items: dict[int, Any] = {}  # of an array, by the place
    last = -1
    for place in range(argument):  # a false count runs into the end of the data at once
        kind, key = 0, place
        if major == 5:
            kind, key, at = _decode_head(data, at)
        _require(kind == 0 and key > last, "map keys that are not ascending numbers")
        items[key], at = _decode_item(data, at, depth + 1)
        last = key
    return (items if major == 5 else list(items.values())), at


# The envelope


@dataclass(frozen=True)
class Envelope:
    """A strictly decoded envelope.  All it says of itself is a claim until it is anchored."""

    fingerprint: tuple[str, ...]
    header: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    set_id: bytes
    practice: bool
    created: int
    epoch: int
    label: str
    recipient_hash: bytes
    group_threshold: int
    groups: tuple[tuple[int, tuple[bytes, ...]], ...]  # T, and the commitments of the members
    line: bytes  # the set id of the first set of its line, which may be this one
    unknown_keys: tuple[int, ...]

    def sheet(self, group: int, member: int) -> str:
        """How the sheet of a share is called."""
        return f"{_LETTERS[group]}{member + 1}" if len(self.groups) > 1 else str(member + 1)

    def owns(self, share: Share) -> bool:
        """Whether a share belongs here: by its commitment, and by agreement of its own header with the policy."""
        if share.group_index >= len(self.groups):
            return False
        threshold, commitments = self.groups[share.group_index]
        return (
            share.member_index < len(commitments)
            and commitments[share.member_index] == commitment(self.set_id, share.mnemonic)
            and (share.extendable, share.exponent, share.member_threshold) == (False, 0, threshold)
            and (share.group_threshold, share.group_count) == (self.group_threshold, len(self.groups))
        )


def commitment(set_id: bytes, mnemonic: str) -> bytes:
    """The 8 bytes that name one share in the header; *mnemonic* in lower case, single spaces."""
    return hashlib.sha256(b"splitkit/1 share" + set_id + mnemonic.encode()).digest()[:8]


def fingerprint_words(envelope: bytes) -> tuple[str, ...]:
    """The 12 words that identify an envelope: the first 120 bits of a hash."""
    number = int.from_bytes(hashlib.sha256(b"splitkit/1 fingerprint" + envelope).digest()[:15], "big")
    return tuple(WORDS[number >> 10 * place & 1023] for place in reversed(range(12)))


_HEADER = {1: int, 2: bytes, 3: bool, 4: int, 5: int, 6: str, 7: bytes, 8: int, 9: list}  # what each key must be


def decode_envelope(raw: bytes) -> Envelope:
    """Decode an envelope and check every rule of the format."""
    _require(len(raw) <= MAX_ENVELOPE_BYTES, "it is too long")
    parts = decode_cbor(raw)
    _require(_are(parts, bytes, bytes, bytes), "it does not have three parts, all byte strings")
    header, nonce, sealed = parts
    items = decode_cbor(header)
    _require(type(items) is dict and type(items.get(1)) is int, "it has no header, or that has no version")
    if items[1] > 1 or any(11 <= key < 24 for key in items):
        raise Refusal(3, "an envelope was made by a newer splitkit", _HINT_NEWER)
    _require(items[1] == 1 and 0 not in items, "the version or a key is 0")
    _require(len(nonce) == 12, "its nonce has the wrong length")
    _require(len(sealed) >= 80 and len(sealed) % 32 == 16, "its ciphertext has the wrong length")
    for key, kind in _HEADER.items():
        _require(type(items.get(key)) is kind, f"its key {key} is missing or of the wrong type")
    _, set_id, practice, created, epoch, label, recipient_hash, group_threshold, groups = map(items.get, range(1, 10))
    line = items.get(10, set_id)
    for value in (set_id, recipient_hash, line):
        _require(type(value) is bytes and len(value) == 16, "a set id or the recipient hash has the wrong length")
    _require(epoch >= 1, "its epoch is 0")
    _require((epoch > 1) == (10 in items), "its epoch and its line do not fit together")
    _require(epoch == 1 or line != set_id, "it names itself as the first set before it")
    _require(len(label.encode()) <= 64, "its label is too long")
    policy = _decode_policy(group_threshold, groups)
    unknown = tuple(key for key in items if key >= 24)
    claims = (set_id, practice, created, epoch, label, recipient_hash, group_threshold, policy, line, unknown)
    return Envelope(fingerprint_words(raw), header, nonce, sealed, *claims)


def _are(parts: object, *kinds: type) -> bool:
    """Whether it is an array of exactly these types; true is no number."""
    return type(parts) is list and [type(part) for part in parts] == [*kinds]


def _decode_policy(group_threshold: int, groups: Sequence[Any]) -> tuple[tuple[int, tuple[bytes, ...]], ...]:
    policy = []
    _require(1 <= group_threshold <= len(groups) <= 16, "its policy has an impossible number of groups")
    for group in groups:
        _require(_are(group, int, bytes), "a group is not a number and a list of commitments")
        threshold, joined = group
        members, odd = divmod(len(joined), 8)
        alone = threshold == members == 1 and len(groups) > 1
        _require(odd == 0 and (alone or 2 <= threshold <= members <= 16), "its policy has an impossible group")
        policy.append((threshold, tuple(joined[place : place + 8] for place in range(0, len(joined), 8))))
    fewest = sum(sorted(threshold for threshold, _ in policy)[:group_threshold])
    _require(fewest >= 2, "its policy would let one person finish alone")
    _require(sum(len(commitments) for _, commitments in policy) <= 32, "its policy has more than 32 sheets")
    return tuple(policy)


def unseal(envelope: Envelope, key: bytes) -> dict[str, str]:
    """Open the envelope with K and read the secret record in it."""
    envelope_key = hkdf(key, envelope.set_id, b"splitkit/1 envelope", 32)
    plain = gcm_open(envelope_key, envelope.nonce, envelope.sealed, b"splitkit/1 envelope" + envelope.header)
    try:
        record = json.loads(plain.decode("utf-8"))
        again = json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")
        canonical = again + b" " * max(64 - len(again), -len(again) % 32) == plain
    except (ValueError, RecursionError):  # also what is not UTF-8, and lone surrogates
        canonical = False
    names = {"account", "note", "password", "user"}
    known = canonical and isinstance(record, dict) and {"password"} <= set(record) <= names
    if not (known and all(isinstance(value, str) and value for value in record.values())):
        hint = "keep the sheets; docs/format.md says how to open the envelope by hand"
        raise Refusal(3, "the envelope opens, but what is in it is not a secret record of this version", hint)
    return {name: str(value) for name, value in record.items()}


# The lines of standard input: the table 'Text rules' of docs/format.md

Word = Tuple[Optional[int], int, bool]  # the index of a typed word, the number before it or 0, whether it is `?`
Row = Tuple[int, List[Word]]  # a line of words and its number; no words where it is empty


@dataclass
class Pile:
    """All that was read, before anything of it is believed."""

    shares: dict[str, Share] = field(default_factory=dict, repr=False)  # by their mnemonic
    damaged: dict[tuple[int | None, ...], int] = field(default_factory=dict, repr=False)  # the line by the words
    accepted: set[int] = field(default_factory=set)  # lines of damaged shares that were solved, and equal a commitment
    foreign: list[tuple[int, int]] = field(default_factory=list)  # line and identifier of sound shares of another form
    envelopes: dict[bytes, Envelope] = field(default_factory=dict)
    printed: dict[int, dict[int, bytes]] = field(default_factory=dict)  # total -> number -> bytes of a printed line
    mixed: set[int] = field(default_factory=set)  # totals under which lines of two envelopes were given
    unclear: set[str] = field(default_factory=set)  # printed lines with an illegible character
    problems: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def candidates(self) -> list[Envelope]:
        """The envelopes sorted by fingerprint; the word list is in alphabetical order."""
        return sorted(self.envelopes.values(), key=lambda envelope: envelope.fingerprint)


_SEPARATORS = " ,;.:()-"
_WHITE_SPACE = (*range(9, 14), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
_SPACES = str.maketrans({chr(code): " " for code in _WHITE_SPACE})
_NO_COLON = str.maketrans(dict.fromkeys(" ,;.()-"))
_BASE32 = str.maketrans({"0": "O", "1": "I", "8": "B", **dict.fromkeys(_SEPARATORS)})  # digits that it does not have
_RESERVED = re.compile(r"SK1(H|-[0-9]+/[0-9]+):")
_WORD = re.compile(r"(?:([0-9]{1,2})[ ,;.:()-]*)?([A-Za-z?]+)")
_PRINTED = re.compile(r"([0-9]{1,2}) */ *([0-9]{2}|[0-9](?=[ ,;.:()-]))[ ,;.:()-]*([^ ,;.:()-].*)")


def read_lines(data: bytes) -> Iterator[str]:
    """The lines of the input, at CR LF, LF or CR; what is not UTF-8 becomes U+FFFD, with which no line is read."""
    text = (data[3:] if data.startswith(b"\xef\xbb\xbf") else data).decode("utf-8", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if len(data) > MAX_INPUT_BYTES or len(lines) > MAX_LINES + (lines[-1] == ""):
        raise Refusal(3, "the input holds more than 1 MB or 5,000 lines", "give only the sheets of one set")
    yield from lines  # only now, so that what is wrong with the command line is told first


def _plain(text: str) -> str:
    return text.translate(_SPACES).lstrip(_SEPARATORS).rstrip(" ")


def gather(lines: Iterable[str]) -> Pile:
    """Read every line; what is of no use becomes a problem and stops nothing yet."""
    pile = Pile()
    rows = [(number, _kind(text), text) for number, text in enumerate(map(_plain, lines), 1)]
    for loose, group in groupby(rows, key=lambda row: row[1] in ("words", "empty")):
        if loose:
            _read_words(pile, [(number, _words(text)) for number, _, text in group])
        else:
            for number, kind, text in group:
                _attempt(pile, number, f"line {number}", partial(_read_line, pile, number, kind, text))
    for total in sorted(set(pile.printed) - pile.mixed):
        _attempt(pile, 0, "printed lines", partial(_join_printed, pile, total, pile.printed[total]))
    return pile


def _attempt(pile: Pile, number: int, name: str, read: Callable[[], None]) -> None:
    try:
        read()
    except Refusal as problem:
        problem.fact, problem.line = f"{name}: {problem.fact}", number
        pile.problems.append(problem)


def _kind(text: str) -> str:
    """What a line is, by the rules K1 to K6."""
    tight = text.upper().replace(" ", "")
    kinds = {
        "empty": not text or text.startswith("#"),
        "other": len(text) > MAX_TEXT or not text.isascii(),
        "newer": _RESERVED.match(tight),
        "symbol": tight.translate(_NO_COLON).startswith("SK1:"),
        "printed": _PRINTED.fullmatch(text),
        "digits": re.fullmatch(r"[0-9 ,;.:()-]+", text),
        "words": _words(text),
    }
    return next((kind for kind, it_is in kinds.items() if it_is), "other")


def _read_line(pile: Pile, number: int, kind: str, text: str) -> None:
    """Read a line of a kind that stands for itself."""
    if kind == "newer":
        raise Refusal(3, "this form is reserved for a later format", _HINT_NEWER)
    if kind == "symbol":
        body = text.upper().replace(" ", "").translate(_NO_COLON)[4:]
        _add_envelope(pile, _base32(body.translate(_BASE32)))
    elif kind == "printed":
        _read_printed(pile, *_PRINTED.findall(text)[0])
    elif kind == "digits":
        _add_share(pile, number, _digit_indices("".join(re.findall("[0-9]", text))))
    else:
        raise Refusal(3, "not a share or an envelope", _HINT_OTHER)


def _base32(text: str) -> bytes:
    """RFC 4648 base32 without padding, in its one canonical form."""
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError:
        data = b""
    if not data or _to_base32(data) != text:
        raise Refusal(3, "an envelope text is damaged: it is not base32", _HINT_RETYPE)
    return data


def _to_base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=")


def _read_printed(pile: Pile, first: str, last: str, text: str) -> None:
    number, total, text = int(first), int(last), text.upper().translate(_BASE32)
    name = f"envelope line {number:02}/{total:02}"
    pile.unclear |= {f"{name} {text}"} if "?" in text else set()
    if not 1 <= number <= total <= (MAX_ENVELOPE_BYTES + LINE_BYTES - 1) // LINE_BYTES:
        raise Refusal(3, f"{name} has an impossible number", _HINT_RETYPE)
    readings = [] if "?" in text and len(pile.unclear) > MAX_UNCLEAR else _readings(number, total, text[:-4], text[-4:])
    if len(readings) != 1:
        raise Refusal(3, f"{name} was misread: it does not match its last four characters", _HINT_RETYPE)
    if pile.printed.setdefault(total, {}).setdefault(number, readings[0]) != readings[0]:
        pile.mixed.add(total)
        hint = "give the printed lines of one envelope only"
        raise Refusal(3, f"lines of two envelopes: {name} was given twice and differs", hint)


def _readings(number: int, total: int, body: str, check: str) -> list[bytes]:
    """What a printed line can hold; up to three illegible characters, `?`, are tried against its check."""
    if (body + check).count("?") > 3 or not 0 < len(body) <= 32 or not check.replace("?", "").isalnum():
        return []
    found = []
    for letters in product("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", repeat=body.count("?")):
        filling = iter(letters)
        with suppress(Refusal):
            data = _base32("".join(next(filling) if letter == "?" else letter for letter in body))
            whole = len(data) == LINE_BYTES or (number == total and len(data) < LINE_BYTES)
            digest = hashlib.sha256(b"splitkit/1 line" + bytes([number, total]) + data).digest()
            if whole and re.fullmatch(check.replace("?", "."), _to_base32(digest)[:4]):
                found.append(data)
    return found


def _join_printed(pile: Pile, total: int, rows: Mapping[int, bytes]) -> None:
    missing = [f"{number:02}/{total:02}" for number in range(1, total + 1) if number not in rows]
    if missing:
        fact = f"envelope lines missing or misread: {', '.join(missing)}"
        raise Refusal(3, fact, "type these lines from any sheet of the set")
    _add_envelope(pile, b"".join(rows[number] for number in range(1, total + 1)))


def _add_envelope(pile: Pile, raw: bytes) -> None:
    if raw not in pile.envelopes:
        pile.envelopes[raw] = decode_envelope(raw)


def _digit_indices(digits: str) -> list[int]:
    if len(digits) != 4 * SHARE_WORDS:
        raise Refusal(3, f"not a splitkit share: {len(digits)} digits instead of {4 * SHARE_WORDS}", _HINT_RETYPE)
    indices = [int(digits[place : place + 4]) for place in range(0, len(digits), 4)]
    if max(indices) >= len(WORDS):
        place = indices.index(max(indices)) + 1
        raise Refusal(3, f"a share is damaged: group {place} of four digits is above 1023", _HINT_RETYPE)
    return indices


def find_word(word: str) -> int | None:
    """The index of a word of the list, in any case; its first four letters or more are enough."""
    index = _BY_START.get(word[:4].lower()) if word.isascii() else None
    return index if index is not None and WORDS[index].startswith(word.lower()) else None


def _words(text: str) -> list[Word]:
    """The words of a line, each with the number before it; none if it is a line of something else."""
    words = [(find_word(word), int(number or 0), not word.strip("?")) for number, word in _WORD.findall(text)]
    rest = _WORD.sub("", text).strip(_SEPARATORS)
    return words if not rest and (len(words) == 1 or _mostly_listed(words)) else []


def _mostly_listed(words: Sequence[Word]) -> bool:
    """Whether no more words are foreign to the list than are on it; a `?` is neither."""
    listed = sum(index is not None for index, _, _ in words)
    return sum(index is None and not marked for index, _, marked in words) <= listed


def _read_words(pile: Pile, rows: Sequence[Row]) -> None:
    """Take whole lines that are a sound share, whatever stands around them, and collect what is left."""
    left: list[Row] = []
    at = 0
    while at < len(rows):
        count, end = len(rows[at][1]), at + 1
        while 0 < count < SHARE_WORDS and end < len(rows):
            count, end = count + len(rows[end][1]), end + 1
        with suppress(Refusal):
            if count == SHARE_WORDS and _decode_ours(_indices(rows[at:end])):
                _collect(pile, left)
                _finish(pile, rows[at:end])
                left, at = [], end
                continue
        left.append(rows[at])
        at += 1
    _collect(pile, left)


def _collect(pile: Pile, rows: Sequence[Row]) -> None:
    """Put lines of words together until they are as many as a share has."""
    collected: list[Row] = []
    for empty, group in groupby(rows, key=lambda row: not row[1]):
        paragraph = [] if empty else list(group)
        count = _count_words(collected + paragraph)
        if count > SHARE_WORDS and count % SHARE_WORDS:
            collected = _finish(pile, collected)
            ends = list(accumulate(len(words) for _, words in paragraph))
            if ends[0] <= 3 and ends[-1] - ends[0] == SHARE_WORDS and SHARE_WORDS not in ends:  # a name above a share
                number, _ = paragraph.pop(0)
                _attempt(pile, number, f"line {number}", partial(_read_line, pile, number, "other", ""))
        for row in paragraph:
            if _count_words([*collected, row]) > SHARE_WORDS:
                collected = _finish(pile, collected)
            collected.append(row)
            if _count_words(collected) >= SHARE_WORDS:
                collected = _finish(pile, collected)
    _finish(pile, collected)


def _count_words(rows: Iterable[Row]) -> int:
    return sum(len(words) for _, words in rows)


def _finish(pile: Pile, rows: Sequence[Row]) -> list[Row]:
    """Take lines for a share, if there are any; nothing of them is left."""
    if rows:
        first, last = rows[0][0], rows[-1][0]
        name = f"line {first}" if first == last else f"lines {first} to {last}"
        _attempt(pile, first, name, lambda: _add_share(pile, first, _indices(rows)))
    return []


def _indices(rows: Sequence[Row]) -> Sequence[int | None]:
    """The word indices of a share: by the printed numbers, else as they stand, else as rows of three across the sheet."""
    words = [word for _, row in rows for word in row]
    if not _mostly_listed(words):
        raise Refusal(3, "not a share or an envelope", _HINT_OTHER)
    if len(words) != SHARE_WORDS:
        raise Refusal(3, f"not a splitkit share: {len(words)} words instead of {SHARE_WORDS}", _HINT_RETYPE)
    numbered = {number: index for index, number, _ in words}
    if set(numbered) == set(range(1, SHARE_WORDS + 1)):
        return [numbered[number] for number in range(1, SHARE_WORDS + 1)]
    indices = [index for index, _, _ in words]
    if [len(row) for _, row in rows if row] == [3] * 11:
        across = [indices[3 * row + column] for column in range(3) for row in range(11)]
        for order in (indices, across):
            with suppress(Refusal):
                _decode_ours(order)
                return order
    return indices


def _decode_ours(read: Sequence[int | None]) -> Share:
    indices = [index for index in read if index is not None]
    if len(indices) < len(read):
        fact = f"a share is damaged: word {read.index(None) + 1} is illegible or not on the list"
        raise Refusal(3, fact, "type ? for an illegible word; up to three in a share can be solved")
    share = decode_mnemonic(indices)
    if share.extendable or share.exponent:  # refused here: every later step would be slower, up to a minute
        raise ForeignShare(3, "not a splitkit share: it was made by another program", "use the program that made it")
    return share


def _guesses(pile: Pile) -> Iterator[Share]:
    """The damaged shares as their checksum would have them, one after the other as it takes time."""
    for read, number in pile.damaged.items():
        for indices in repair(read):
            with suppress(Refusal):  # the checksum holds, and yet it is no share of splitkit
                yield replace(_decode_ours(indices), line=number)


def _add_share(pile: Pile, number: int, read: Sequence[int | None]) -> None:
    try:
        share = replace(_decode_ours(read), line=number)
    except ForeignShare:
        first, second, *_ = [index for index in read if index is not None]
        pile.foreign.append((number, first << 5 | second >> 5))
        raise
    except Refusal:
        if tuple(read) not in pile.damaged:  # what is damaged in the same way twice counts once
            pile.damaged[tuple(read)] = number
            raise
        return
    known = pile.shares.setdefault(share.mnemonic, share)
    if known is not share:
        pile.notes.append(f"line {number} is the same share as line {known.line}; it counts once")


# The gathering: the rules of section 11 of docs/format.md


class Talk:
    """Where sentences go and questions come from.  This one is for programs: silent, with nobody to ask."""

    def tell(self, sentence: str) -> None:
        """Say something that is not secret."""

    def ask(self, question: str, words: int) -> str | None:
        """The answer, of so many words on one line or on several; None where there is nobody to ask."""
        del question, words
        return None


@dataclass(frozen=True)
class Result:
    """What a quorum gives, after every check."""

    record: Mapping[str, str] = field(repr=False)
    age_identity: str = field(repr=False)
    label: str
    epoch: int
    used: tuple[str, ...]  # the sheets that were combined
    unproven: tuple[str, ...]  # sheets of absent groups, which cannot be re-derived
    wrong: tuple[str, ...]  # sheets whose commitment is not that of their share


def recover_text(  # noqa: PLR0913 - one argument an option
    lines: Iterable[str],
    fingerprint: str | None = None,
    *,
    no_record: bool = False,
    practice: bool = False,
    superseded: str | None = None,
    talk: Talk | None = None,
) -> Result:
    """Judge what was read and recover the secret: the whole program but for its terminal.

    Raises:
        Refusal: When there is a reason to show nothing.
    """
    talk = talk or Talk()
    if superseded is not None and not superseded.strip():
        raise Refusal(2, "--superseded needs a reason", "say in a few words why the old set is opened")
    wanted = None if fingerprint is None else parse_fingerprint(fingerprint)
    pile = gather(lines)
    for place, candidate in enumerate(pile.candidates()[:MAX_ENVELOPES], 1):
        talk.tell(_claims(candidate, place, len(pile.envelopes)))
    for note in (*pile.notes, *(problem.fact for problem in pile.problems)):
        talk.tell(f"note: {note}")
    if not pile.envelopes:
        raise _worst(pile.problems, Refusal(3, "no envelope was given", "add the envelope from any sheet of the set"))
    if wanted is None and not no_record:
        _check_reachable(pile)
        typed = talk.ask("Type the 12 fingerprint words of the signed record (not of a sheet), then Enter:", 12)
        if typed is None:
            hint = "give the 12 words of the signed record with --fingerprint, or --no-record if there is no record"
            raise Refusal(6, "there is no terminal to ask for the fingerprint on", hint)
        wanted = parse_fingerprint(typed)
    envelope = _choose(pile.candidates(), wanted)
    of = (envelope.line, envelope.practice)  # looked for before anything is left out
    claims = [other for other in pile.envelopes.values() if (other.line, other.practice) == of]
    result = _judge(pile, envelope, talk, anchored=wanted is not None)
    if envelope.practice != practice:
        fact = "this is a practice set" if envelope.practice else "--practice opens practice sets only; this is not one"
        raise Refusal(9, fact, "leave out --practice" if practice else "add --practice if that is what you want")
    _check_line(claims, envelope, superseded, talk)
    _report(result, talk)
    return result


def _public_words(text: str) -> list[str]:
    return [word for word in re.split(r"[ ,;.:()-]+", _plain(text)) if word.upper() not in ("", "F")]


def parse_fingerprint(text: str) -> tuple[str, ...]:
    """Read the 12 words of a fingerprint, with or without their mark F; what may be a share is refused unread."""
    words = _public_words(text)
    known = tuple(WORDS[index] for index in map(find_word, words) if index is not None)
    if len(words) != 12 or len(known) != 12:
        fact = f"a fingerprint has 12 words, this has {len(words)}"
        if len(words) == 12:
            fact = f"word {[*map(find_word, words)].index(None) + 1} of the fingerprint is not on the list"
        raise Refusal(2, fact, "copy the fingerprint from the signed record; never type share words here")
    return known


def _escape(text: str) -> str:
    """Text from paper with nothing that a terminal could obey."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def _claims(envelope: Envelope, place: int, count: int) -> str:
    """The fingerprint in three rows of four, then what the envelope says of itself."""
    padded = [f"{word:<9}" for word in envelope.fingerprint]
    rows = [" ".join(padded[start : start + 4]).rstrip() for start in (0, 4, 8)]
    created = f"day {envelope.created}"
    with suppress(OverflowError):
        created = (date(1970, 1, 1) + timedelta(days=envelope.created)).isoformat()
    groups = [f"{threshold} of {len(commitments)}" for threshold, commitments in envelope.groups]
    lettered = ", ".join(f"{_LETTERS[index]} {group}" for index, group in enumerate(groups))
    several = f"{envelope.group_threshold} of {len(groups)} groups ({lettered})"
    policy = several if len(groups) > 1 else f"{groups[0]} sheets"
    more = f", of the line that set {envelope.line.hex()[:8]} began" if envelope.epoch > 1 else ""
    if envelope.unknown_keys:
        more += f", unknown parts {', '.join(map(str, envelope.unknown_keys))}"
    mark = "PRACTICE SET" if envelope.practice else "not a practice set"
    head = f"F  fingerprint of envelope {place} of {count}; it may be read aloud:"
    label = f'it claims: {mark}, label "{_escape(envelope.label)}",'
    return "\n   ".join([head, *rows, label, f"created {created}, epoch {envelope.epoch}, {policy}{more}"])


def _check_reachable(pile: Pile) -> None:
    """Before anybody is asked for the record: refuse where no envelope has a quorum, whatever the record may be."""
    if len(pile.shares) > MAX_SHARES or len(pile.envelopes) > MAX_ENVELOPES:
        return
    envelopes, shares = pile.candidates(), list(pile.shares.values())
    guesses = list(islice(_guesses(pile), MAX_SHARES))
    for envelope in envelopes:
        with suppress(Refusal):
            _count(envelope, _owned(envelope, shares))
            return
        with suppress(Refusal):
            solved = _owned(envelope, [*shares, *guesses])
            _count(envelope, solved)
            _open(envelope, solved, anchored=True)  # only an opening proves what was solved
            return
    strangers = [share for share in shares if not any(envelope.owns(share) for envelope in envelopes)]
    apart = [Refusal(5, f"line {share.line}: this sheet {_APART}", _HINT_RECORD) for share in strangers]
    raise _worst([*pile.problems, *apart], Refusal(4, "no envelope here has a quorum of its sheets", _HINT_MORE))


def _choose(candidates: Sequence[Envelope], wanted: tuple[str, ...] | None) -> Envelope:
    """The envelope that equals the record.  Never a vote: the forgers may be more."""
    if wanted is None and len(candidates) > 1:
        fact = f"{len(candidates)} different envelopes were given, and only a record can tell which is right"
        raise Refusal(5, fact, _HINT_RECORD)
    for envelope in candidates:
        if wanted in (None, envelope.fingerprint):
            return envelope
    hint = "compare the words with the signed record; if they are right, these sheets are not the ones it describes"
    raise Refusal(5, "no envelope given here has the fingerprint of your record", hint)


def _judge(pile: Pile, envelope: Envelope, talk: Talk, *, anchored: bool) -> Result:
    """Match, count and open.  What lies beside a quorum of the record is not in its way; without a record it stops."""
    try:
        present = _match(pile, envelope, talk, anchored=anchored)
        problems = [problem for problem in pile.problems if problem.line not in pile.accepted]
        _count(envelope, present, problems)
        result = _open(envelope, present, anchored=anchored)
    except Refusal:
        if not anchored:  # and where nothing opens, nothing is solved
            _check_alone(pile.problems)
        raise
    if not anchored:
        _check_alone(problems)
        talk.tell("warning: no record was compared: nothing but these sheets vouches for the result")
    return result


def _check_alone(beside: Sequence[Refusal]) -> None:
    """Without a record nothing may lie beside the sheets of one set: what could not be read may be the honest sheet."""
    if beside:
        facts = "; ".join(problem.fact for problem in beside[:3])
        again = "" if any(problem.code == 5 for problem in beside) else "type again what could not be read, or "
        fact = f"without a record nothing may lie beside the sheets of one set: {facts}"
        raise Refusal(5, fact, again + _HINT_RECORD)


def _check_line(claims: Sequence[Envelope], envelope: Envelope, reason: str | None, talk: Talk) -> None:
    """Stop where another envelope claims to be of a newer set of the line, unless people say that the old one is meant."""
    if any(other.epoch == envelope.epoch and other.set_id != envelope.set_id for other in claims):
        talk.tell("note: the line has forked: an envelope here claims the same line and epoch, and is of another set")
    newer = max(other.epoch for other in claims)
    if newer <= envelope.epoch:
        return
    if reason is not None:
        talk.tell(f"warning: an envelope here claims to be of epoch {newer} of this line; overruled: {_escape(reason)}")
        return
    question = (
        f"An envelope given here claims to be of epoch {newer} of this line; yours is of epoch {envelope.epoch}.\n"
        "Anybody can print such a claim: compare it with your records.\n"
        "Type yes to open the older set anyway; anything else stops:"
    )
    if (talk.ask(question, 1) or "").strip().lower() != "yes":
        hint = "use the sheets of the newer set, or give --superseded and the reason"
        raise Refusal(9, "an envelope given here says that it is of a newer set of this line", hint)


def _match(pile: Pile, envelope: Envelope, talk: Talk, *, anchored: bool) -> list[Share]:
    """The shares of the envelope; whatever else claims to be of this set becomes a problem."""
    identifier = int.from_bytes(envelope.set_id[:2], "big") >> 1
    ours = _owned(envelope, [*pile.shares.values(), *_solved(pile, envelope, talk, anchored=anchored)])
    wrong = _rivals(pile, envelope, identifier) if anchored else []
    elsewhere = False
    for share in _strangers(pile, envelope, talk):
        owners = [other.set_id for other in pile.envelopes.values() if other.owns(share)]
        foreign = envelope.set_id not in owners if owners else anchored and share.identifier != identifier
        elsewhere = elsewhere or foreign
        if foreign:
            talk.tell(f"note: line {share.line}: a share of another set; it is not used")
        else:
            sheet = envelope.sheet(share.group_index, share.member_index)
            wrong.append(f"line {share.line}: sheet {sheet} {'is forged' if anchored else _APART}")
    for fact in wrong:
        pile.problems.append(Refusal(5, fact, _HINT_FORGED))
        talk.tell(f"warning: {fact}; it is not used")
    if anchored and elsewhere and not ours:
        hint = "check that record and sheets are of the same set; do not trust these sheets until they agree"
        raise Refusal(5, "none of these sheets belongs to the set of your record", hint)
    return ours


def _owned(envelope: Envelope, shares: Iterable[Share]) -> list[Share]:
    """Those of the envelope, each once."""
    return list({share.mnemonic: share for share in shares if envelope.owns(share)}.values())


def _solved(pile: Pile, envelope: Envelope, talk: Talk, *, anchored: bool) -> Iterator[Share]:
    """The damaged shares that their checksum completes to one of the envelope's commitments."""
    for guess in islice(_guesses(pile), None if anchored else MAX_SHARES):
        if envelope.owns(guess):
            talk.tell(f"note: line {guess.line}: completed by its checksum, and it equals its commitment")
            pile.accepted.add(guess.line)
            yield guess


def _rivals(pile: Pile, envelope: Envelope, identifier: int) -> list[str]:
    """What can only be forged: a second envelope of the set of the record, and shares of it in a form of others."""
    form = "a share that claims to be of this set has a form that is never printed: it is forged"
    facts = [f"line {line}: {form}" for line, claimed in pile.foreign if claimed == identifier]
    if sum(other.set_id == envelope.set_id for other in pile.envelopes.values()) > 1:  # one set has one, for ever
        facts.append("an envelope that claims to be of this set is not the one of the record: it is forged")
    return facts


def _strangers(pile: Pile, envelope: Envelope, talk: Talk) -> list[Share]:
    """The shares that are not of this envelope; of them, and of other envelopes, so many that the work is bounded."""
    strangers = [share for share in pile.shares.values() if not envelope.owns(share)]
    others = [raw for raw, other in pile.envelopes.items() if other is not envelope][MAX_ENVELOPES:]
    for raw in others:
        del pile.envelopes[raw]
    left_out = len(others) + len(strangers[MAX_SHARES:])
    if left_out:
        talk.tell(f"note: {left_out} shares or envelopes of other sets were not looked at: there are too many")
    return strangers[:MAX_SHARES]


def _have(envelope: Envelope, present: Iterable[Share]) -> list[tuple[int, int]]:
    """How many members of each group are here, and how many are needed."""
    sheets = {(share.group_index, share.member_index) for share in present}
    groups = [group for group, _ in sheets]
    return [(groups.count(index), threshold) for index, (threshold, _) in enumerate(envelope.groups)]


def _count(envelope: Envelope, present: Iterable[Share], problems: Sequence[Refusal] = ()) -> None:
    """Refuse when the quorum is not reached, and say what is there."""
    have = _have(envelope, present)
    if sum(members >= threshold for members, threshold in have) >= envelope.group_threshold:
        return
    fact = f"{have[0][0]} of the {have[0][1]} sheets needed are here"
    if len(have) > 1:
        lettered = ", ".join(f"{_LETTERS[at]} {members} of {needed}" for at, (members, needed) in enumerate(have))
        fact = f"{envelope.group_threshold} complete groups are needed; here are {lettered}"
    raise _worst(problems, Refusal(4, fact, _HINT_MORE))


def choices(envelope: Envelope, present: Sequence[Share]) -> Iterator[list[Share]]:
    """Every choice of GT groups, and of T shares in each of them: those that pass over the fewest come first (N4)."""
    groups = []
    for index, (members, threshold) in enumerate(_have(envelope, present)):
        if members >= threshold:
            groups.append((threshold, [share for share in present if share.group_index == index]))
    for passed in range(len(present) + 1):
        yield from _passing_over(passed, groups, envelope.group_threshold)


def _passing_over(passed: int, groups: Sequence[tuple[int, list[Share]]], needed: int) -> Iterator[list[Share]]:
    """The choices of so many groups that pass over exactly so many shares."""
    if not needed and not passed:
        yield []
    if not 0 < needed <= len(groups):
        return
    (threshold, here), *rest = groups
    spare = len(here) - threshold
    for over in range(min(passed, spare) + 1):
        *before, last = here[: threshold + over]
        for members in combinations(before, threshold - 1):
            for others in _passing_over(passed - over, rest, needed - 1):
                yield [*members, last, *others]
    if passed > spare:
        yield from _passing_over(passed - spare - 1, rest, needed)


def _open(envelope: Envelope, present: Sequence[Share], *, anchored: bool) -> Result:
    """Find a choice of shares that opens the envelope, then prove all sheets that can be proven."""
    for subset in islice(choices(envelope, present), MAX_SUBSETS):
        with suppress(Refusal):
            key = decrypt(combine(subset), subset[0].identifier, extendable=False, exponent=0)
            seed = age_seed(key, envelope.set_id)
            recipient = b"splitkit/1 recipient" + age_recipient(seed)
            if hashlib.sha256(recipient).digest()[:16] == envelope.recipient_hash:
                break
    else:
        fact = "the shares match but give another key, or none: one of these was made to match"
        raise Refusal(5, fact, _HINT_FORGED)
    record = unseal(envelope, key)
    unproven, wrong = _prove(envelope, present, subset)
    if wrong and not anchored:
        fact = f"the envelope is not true to its own sheets ({', '.join(wrong)}) and no record vouches for it"
        raise Refusal(5, fact, _HINT_RECORD)
    used = [envelope.sheet(share.group_index, share.member_index) for share in subset]
    identity = bech32("age-secret-key-pq-", seed).upper()
    sheets = (tuple(used), tuple(unproven), tuple(wrong))
    return Result(record, identity, envelope.label, envelope.epoch, *sheets)


def _prove(envelope: Envelope, present: Sequence[Share], subset: Sequence[Share]) -> tuple[list[str], list[str]]:
    """Re-derive every share that can be: the sheets that cannot, and those that are not what was split."""
    like, secrets = subset[0], _group_secrets(subset)
    unproven, wrong = [], []
    for index, (threshold, commitments) in enumerate(envelope.groups):
        secret = interpolate(secrets, index)
        here = [share for share in present if share.group_index == index]
        chosen = [share for share in subset if share.group_index == index] or here[:threshold]
        points = {0: secret} if threshold == 1 else {share.member_index: share.value for share in chosen}
        sound = False
        with suppress(Refusal):
            sound = recover_secret(points, threshold) == secret
        for member, expected in enumerate(commitments):
            sheet = envelope.sheet(index, member)
            if len(points) < threshold:
                unproven.append(sheet)
                continue
            value = interpolate(points, member)
            share = replace(like, group_index=index, member_index=member, member_threshold=threshold, value=value)
            mnemonic = decode_mnemonic(encode_mnemonic(share)).mnemonic
            in_hand = {share.mnemonic for share in here if share.member_index == member}
            if not sound or commitment(envelope.set_id, mnemonic) != expected or in_hand - {mnemonic}:
                wrong.append(sheet)
    return unproven, wrong


def _report(result: Result, talk: Talk) -> None:
    used = ", ".join(result.used)
    talk.tell(f'note: opened with the sheets {used} (label "{_escape(result.label)}", epoch {result.epoch})')
    if result.unproven:
        talk.tell(f"note: not proven, as their group is not here: sheets {', '.join(result.unproven)}")
    if result.wrong:
        talk.tell(f"warning: this set is unsound: sheets {', '.join(result.wrong)} do not belong to what was split")
        talk.tell("hint: rotate at once: make a new secret and a new set, and destroy these sheets")


def _worst(problems: Sequence[Refusal], refusal: Refusal) -> Refusal:
    """What to say where no quorum is here: 5 beats 3 beats 4, and the facts behind the worst code are named."""
    worst = min((problem.code for problem in (*problems, refusal)), key=(5, 3, 4).index)
    reasons = [problem for problem in problems if problem.code == worst]
    facts = [refusal.fact, *(problem.fact for problem in reasons[:5])]
    return Refusal(worst, "; ".join(facts), (reasons or [refusal])[0].hint)


# The terminal


class Terminal(Talk):
    """Talk goes to standard error; questions are asked on the terminal itself, as input is a pipe."""

    def tell(self, sentence: str) -> None:
        """Print it on standard error."""
        print(sentence, file=sys.stderr, flush=True)

    def ask(self, question: str, words: int) -> str | None:
        """Read lines until the words are there, or an empty line comes."""
        with suppress(OSError), _terminal() as terminal:
            self.tell(question)
            text = ""
            while len(_public_words(text)) < words and (row := terminal.readline()).strip():
                text += row
            return text
        return None


def _terminal() -> TextIO:
    return Path("/dev/tty").open(encoding="utf-8", errors="replace")


class _Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Refuse without quoting the arguments: somebody may have put a share there."""
        del message
        raise Refusal(2, "the command line is not understood", "see --help; shares are read from standard input only")


def _parse(arguments: Sequence[str] | None) -> dict[str, Any]:
    """The options that were given; none twice, as the last one would silently win."""
    parser = _Arguments(description="Recover a splitkit secret from lines on standard input.", allow_abbrev=False)
    parser.add_argument("--fingerprint", action="append", metavar="WORDS", help="the 12 words of the signed record")
    parser.add_argument("--no-record", action="append_const", const=True, help="trust the one envelope given")
    parser.add_argument("--practice", action="append_const", const=True, help="open a practice set, and nothing else")
    parser.add_argument("--superseded", action="append", metavar="REASON", help="why a replaced set is opened")
    parser.add_argument("--age-identity", action="append_const", const=True, help="print the age identity instead")
    given = {name: values for name, values in vars(parser.parse_args(arguments)).items() if values}
    if any(len(values) > 1 for values in given.values()):
        raise Refusal(2, "an option was given twice", "give each option once")
    return {name: values[0] for name, values in given.items()}


def _show(result: Result, *, age_identity: bool) -> str:
    """What goes to standard output.  A value that a terminal could obey is shown as JSON, and says so."""
    if age_identity:
        return result.age_identity + "\n"
    shown = ""
    for name in ("user", "account", "note", "password"):
        value = result.record.get(name)
        if value is not None:
            plain = value.isprintable() and value == value.strip()
            shown += f"{name}: {value}\n" if plain else f"{name} (as JSON, with escapes): {json.dumps(value)}\n"
    return shown


def _run(arguments: Sequence[str] | None) -> None:
    options = _parse(arguments)
    age_identity = options.pop("age_identity", False)
    if sys.stdin.isatty():
        print("Type the shares and the envelope, in any order; then Enter and Ctrl-D.", file=sys.stderr)
    lines = read_lines(sys.stdin.buffer.read(MAX_INPUT_BYTES + 1))
    output = _show(recover_text(lines, talk=Terminal(), **options), age_identity=age_identity).encode()
    while output:  # not through print: what a full disk leaves in its buffer would fail once more at the end
        output = output[os.write(1, output) :]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    try:
        _run(arguments)
    except Refusal as refusal:
        print(f"error: {refusal.fact}\nhint: {refusal.hint}", file=sys.stderr)
        return refusal.code
    except KeyboardInterrupt:
        print("\nerror: stopped", file=sys.stderr)
        return 130
    except OSError:
        print("error: standard input or output failed\nhint: run it at a terminal", file=sys.stderr)
        return 7
    except Exception:  # noqa: BLE001 - the text of an unknown error could quote a share
        print("error: internal error\nhint: keep the sheets; use splitkit itself or another computer", file=sys.stderr)
        return 1
    return 0


def _forbid_core_dumps() -> None:
    """A crash writes no memory to a disk: the kernel takes a limit of one byte as a no, also where a program collects dumps."""
    with suppress(ImportError, OSError, ValueError):  # there is no such limit on Windows
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_CORE, (1, 1))


if __name__ == "__main__":
    _forbid_core_dumps()
    sys.exit(main())
