"""The age identity of a set is that of age, and its hash commits to the key."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit import recover
from splitkit.quorum.recipient import bech32, is_low_order, recipient_hash, recipient_of, recipient_text
from splitkit.secret.entropy import hkdf
from tests.support.builders import flipped, key_of, made
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(60))
KEY, SET_ID = bytes(range(32)), bytes(16)


def test_the_recipient_is_both_public_keys_of_the_expanded_seed():
    raw = recipient_of(KEY, SET_ID)
    expanded = hashlib.shake_256(hkdf(KEY, SET_ID, b"splitkit/1 age identity", 32)).digest(96)
    assert raw[:1184] == MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).public_key().public_bytes_raw()
    assert raw[1184:] == X25519PrivateKey.from_private_bytes(expanded[64:]).public_key().public_bytes_raw()
    assert len(raw) == 1216


def test_a_public_key_that_gives_everybody_the_same_secret_is_told():
    assert [is_low_order(bytes([first, *bytes(31)]), KEY) for first in (0, 1)] == [True, True]
    assert is_low_order(recipient_of(KEY, SET_ID)[1184:], KEY) is False


def test_the_second_implementation_makes_the_same_recipient():
    assert recipient_of(KEY, SET_ID) == recover.age_recipient(recover.age_seed(KEY, SET_ID))


def test_the_hash_in_the_header_is_that_of_the_set_and_of_no_other_key_or_set():
    of = made("2of3")
    header, key = of.envelope.header, key_of(of)
    assert (
        header.recipient_hash == recipient_hash(recipient_of(key, header.set_id)) == recipient_hash(of.dealt.recipient)
    )
    assert recipient_hash(recipient_of(flipped(key), header.set_id)) != header.recipient_hash
    assert recipient_hash(recipient_of(key, flipped(header.set_id))) != header.recipient_hash


def test_the_hash_is_16_bytes():
    assert recipient_hash(b"x") == hashlib.sha256(b"splitkit/1 recipientx").digest()[:16]


def test_a_recipient_is_written_as_age_does():
    text = recipient_text(recipient_of(KEY, SET_ID))
    assert text.startswith("age1pq1")
    assert text == text.lower()
    assert len(text) == 6 + 1 + 1946 + 6


@law
@given(st.binary(max_size=120), st.sampled_from(["age", "age1pq", "age-secret-key-pq-"]))
def test_bech32_is_that_of_the_second_implementation(data, prefix):
    assert bech32(prefix, data) == recover.bech32(prefix, data)


@pytest.mark.parametrize(
    ("prefix", "data", "text"),
    [
        ("a", "", "a12uel5l"),
        ("abcdef", "00443214c74254b635cf84653a56d7c675be77df", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"),
    ],
)
def test_bech32_gives_the_vectors_of_bip_173(prefix, data, text):
    assert bech32(prefix, bytes.fromhex(data)) == text
