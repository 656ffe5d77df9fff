"""The primitives of the page against those of Python and of cryptography, at the lengths where blocks begin and end."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.support.page.judging import ask

LENGTHS = [0, 1, 31, 32, 55, 56, 63, 64, 65, 71, 72, 119, 120, 135, 136, 137, 167, 168, 169, 456]


def drawn(length, seed=""):
    return hashlib.shake_256(f"{length} {seed}".encode()).digest(length)


def primitive(name, *of):
    found = ask(ask="primitive", name=name, of=[one.hex() for one in of])
    return None if found is None else bytes.fromhex(found)


@pytest.mark.parametrize("length", LENGTHS)
def test_hashes(length):
    data, salt = drawn(length), drawn(length, "salt")
    assert primitive("sha256", data) == hashlib.sha256(data).digest()
    assert primitive("sha3of512", data) == hashlib.sha3_512(data).digest()
    assert primitive("shake128", data) == hashlib.shake_128(data).digest(400)
    assert primitive("shake256", data) == hashlib.shake_256(data).digest(400)
    assert primitive("hmac", data, salt) == hmac.digest(data, salt, "sha256")
    assert primitive("hkdf", data, salt, b"info") == HKDF(hashes.SHA256(), 32, salt, b"info").derive(data)
    assert primitive("pbkdf2", data, salt) == hashlib.pbkdf2_hmac("sha256", data, salt, 3)
    assert primitive("base32", data) == (data or None)


@pytest.mark.parametrize("length", LENGTHS)
def test_gcm(length):
    key, nonce, plain = drawn(32), drawn(12), drawn(length, "plain")
    sealed = AESGCM(key).encrypt(nonce, plain, key)
    assert primitive("opened", key, nonce, sealed) == plain
    for at in {0, len(sealed) // 2, len(sealed) - 1}:
        assert primitive("opened", key, nonce, sealed[:at] + bytes([sealed[at] ^ 128]) + sealed[at + 1 :]) is None


@pytest.mark.parametrize("seed", range(8))
def test_keys(seed):
    one, two = drawn(32, seed), drawn(32, f"z {seed}")
    theirs = MLKEM768PrivateKey.from_seed_bytes(one + two).public_key().public_bytes_raw()
    assert primitive("encapsulationKey", one) == theirs
    assert primitive("publicKey", two) == X25519PrivateKey.from_private_bytes(two).public_key().public_bytes_raw()
