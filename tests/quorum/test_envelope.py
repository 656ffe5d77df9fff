"""An envelope opens under its own key alone, has one spelling, and fits its symbol."""

from __future__ import annotations

import hashlib

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.errors import TooNewError, UnreadableError, UsageError
from splitkit.quorum.envelope import MAX_BYTES, WrongKeyError, check_size, decode_envelope, fingerprint_of, seal
from splitkit.quorum.mnemonic import word_index
from splitkit.secret.record import SecretRecord
from tests.support import sampling
from tests.support.builders import flipped, key_of, made
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(150))
SET = made("3of5")
RAW = SET.envelope.raw
KEY = key_of(SET)


def encode(value):
    return cbor2.dumps(value, canonical=True)


def refused(raw, kind=UnreadableError):
    with pytest.raises(UnreadableError) as caught:
        decode_envelope(raw)
    assert type(caught.value) is kind
    return True


def test_anyone_can_open_it_by_hand_with_the_key():
    header, nonce, ciphertext = cbor2.loads(RAW)
    set_id = cbor2.loads(header)[2]
    key = HKDF(hashes.SHA256(), 32, set_id, b"splitkit/1 envelope").derive(KEY)
    assert AESGCM(key).decrypt(nonce, ciphertext, b"splitkit/1 envelope" + header) == SET.record.encode()


def test_it_opens_under_its_own_key():
    assert SecretRecord.decode(SET.envelope.decrypt(KEY)) == SET.record


def test_no_other_key_opens_it():
    for bit in range(256):
        with pytest.raises(WrongKeyError):
            SET.envelope.decrypt((int.from_bytes(KEY, "big") ^ 1 << bit).to_bytes(32, "big"))


def test_no_changed_byte_opens_and_none_has_another_spelling():
    """Every byte of the envelope of a small set, to every other value, or in the short run to each fifth."""
    step = 5 if sampling.short else 1
    of = made("2of2", label="")
    raw, key, decoded = of.envelope.raw, key_of(of), 0
    free = {*range(*where(raw, of.envelope.nonce)), *range(*where(raw, of.envelope.ciphertext))}
    for at in range(len(raw)):
        for value in (raw[at] ^ 1, raw[at] ^ 128) if at in free else range(at % step, 256, step):
            mutant = raw[:at] + bytes([value]) + raw[at + 1 :]
            if mutant == raw:
                continue
            try:
                envelope = decode_envelope(mutant)
            except UnreadableError:
                continue
            decoded += 1
            assert encode([envelope.header_bytes, envelope.nonce, envelope.ciphertext]) == mutant
            assert envelope.fingerprint != of.envelope.fingerprint
            if value == raw[at] ^ 1:
                with pytest.raises(WrongKeyError):
                    envelope.decrypt(key)
    assert decoded > 2 * len(free)


def where(raw, part):
    start = raw.index(part)
    return start, start + len(part)


@law
@given(st.binary(max_size=500))
def test_noise_is_refused(data):
    with pytest.raises(UnreadableError):
        decode_envelope(data)


@law
@given(st.integers(0, len(RAW)), st.integers(1, 20))
def test_a_cut_or_repeated_stretch_is_refused(at, length):
    for mutant in (RAW[:at] + RAW[at + length :], RAW[: at + length] + RAW[at:]):
        assert mutant == RAW or refused(mutant)


@pytest.mark.parametrize(
    "raw", [b"", RAW[:-1], RAW + b"\x00", RAW + RAW, b"\x9f" + RAW[1:] + b"\xff", b"\x98\x03" + RAW[1:]]
)
def test_missing_trailing_and_respelt_bytes_are_refused(raw):
    assert refused(raw)


HEADER, NONCE, BODY = SET.envelope.header_bytes, SET.envelope.nonce, SET.envelope.ciphertext


@pytest.mark.parametrize(
    "value",
    [
        [HEADER, NONCE],
        [HEADER, NONCE, BODY, b""],
        [HEADER, NONCE, BODY.hex()],
        [HEADER, 1, BODY],
        [cbor2.loads(HEADER), NONCE, BODY],
        {1: HEADER, 2: NONCE, 3: BODY},
        HEADER,
        [HEADER, NONCE[:11], BODY],
        [HEADER, NONCE + b"x", BODY],
        [HEADER, NONCE, b""],
        [HEADER, NONCE, bytes(16)],
        [HEADER, NONCE, bytes(48)],
        [HEADER, NONCE, BODY[:-1]],
        [HEADER, NONCE, BODY + b"x"],
        [HEADER + b"x", NONCE, BODY],
        [b"", NONCE, BODY],
        cbor2.CBORTag(55799, [HEADER, NONCE, BODY]),
    ],
)
def test_another_shape_is_refused(value):
    assert refused(encode(value))


def test_a_newer_envelope_says_so():
    newer = encode(cbor2.loads(HEADER) | {1: 2})
    assert refused(encode([newer, NONCE, BODY]), TooNewError)


def test_a_ciphertext_of_another_block_length_is_taken():
    assert decode_envelope(encode([HEADER, NONCE, bytes(16 + 96)])).ciphertext == bytes(112)


def sized(header, record):
    return len(encode([header, bytes(12), bytes(record + 16)]))


def test_456_bytes_fit_and_each_byte_more_is_counted():
    record = 64
    header = bytes(MAX_BYTES - sized(b"", record) - 2)
    while sized(header, record) > MAX_BYTES:
        header = header[1:]
    assert sized(header, record) == MAX_BYTES
    check_size(header, record)
    for more in (1, 2, 44, 1000):
        with pytest.raises(
            UsageError, match=rf"is {more} bytes too long for a sheet \({456 + more} of 456\)"
        ) as caught:
            check_size(header + bytes(more), record)
        assert "shorten" in caught.value.hint


def test_an_envelope_of_exactly_456_bytes_is_dealt_and_read_and_one_more_is_refused():
    password = "x" * (320 - len('{"password":""}'))
    of = made("3of5", password=password, label="Test")
    assert len(of.envelope.raw) == MAX_BYTES
    assert decode_envelope(of.envelope.raw) == of.envelope
    with pytest.raises(UsageError, match="is 1 bytes too long"):
        made("3of5", password=password, label="Test+")
    with pytest.raises(UsageError, match="is 32 bytes too long"):
        made("3of5", password=password + "x", label="Test")


def test_a_longer_envelope_is_refused_unread():
    longest = encode([HEADER, NONCE, bytes(16 + 320)])
    assert decode_envelope(longest).raw == longest
    longer = encode([encode(cbor2.loads(HEADER) | {6: "Test+"}), NONCE, bytes(16 + 320)])
    assert len(longer) == MAX_BYTES + 1
    assert refused(longer)


@law
@given(st.binary(max_size=456))
def test_the_fingerprint_is_120_bits_of_the_hash(raw):
    digest = hashlib.sha256(b"splitkit/1 fingerprint" + raw).digest()
    words = fingerprint_of(raw)
    assert len(words) == 12
    assert "".join(f"{word_index(word):010b}" for word in words) == f"{int.from_bytes(digest, 'big'):0256b}"[:120]


def test_any_byte_of_an_envelope_changes_its_fingerprint():
    seen = {fingerprint_of(flipped(RAW, at)) for at in range(len(RAW))}
    assert len(seen | {fingerprint_of(RAW)}) == len(RAW) + 1


def test_sealing_uses_the_nonce_it_is_given():
    nonce = bytes(range(12))
    envelope = seal(KEY, SET.envelope.header, SET.record.encode(), nonce)
    assert envelope.nonce == nonce
    assert envelope.header == SET.envelope.header
    assert envelope.decrypt(KEY) == SET.record.encode()
