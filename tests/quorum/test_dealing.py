"""Making a set: one entropy gives all of it, and nothing is drawn for a set that cannot be printed."""

from __future__ import annotations

import os
import random
import secrets

import pytest
from shamir_mnemonic import shamir

from splitkit.errors import UsageError
from splitkit.issue.selfcheck import check_set
from splitkit.quorum.dealing import SetFacts, check_facts, deal, size_of
from splitkit.quorum.policy import parse_policy
from splitkit.quorum.recipient import recipient_hash, recipient_of
from splitkit.quorum.slip39 import identifier_of
from splitkit.secret.entropy import Entropy
from splitkit.secret.profiles import find_profile
from splitkit.secret.record import SecretRecord
from tests.support.builders import DAY, PASSWORD, CountingSource, key_of, made, seeded, seeded_bytes

ROLLS = "3141526535" * 6


@pytest.fixture
def no_other_randomness(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("randomness from elsewhere")

    for module, name in ((secrets, "token_bytes"), (shamir, "RANDOM_BYTES"), (os, "urandom"), (random, "_urandom")):
        monkeypatch.setattr(module, name, refuse)
    for name in ("random", "getrandbits", "randbytes"):
        monkeypatch.setattr(random.Random, name, refuse)


def ceremony(source, policy="3of5", rolls=""):
    """All that a split draws: the password, the set, and the choice of quorums for the self-check."""
    entropy = Entropy(source, rolls)
    record = SecretRecord(find_profile("aws-root").generate(entropy))
    dealt = deal(SetFacts(parse_policy(policy), "", practice=False, created_day=DAY), record, entropy)
    return record, dealt, entropy


@pytest.mark.parametrize("rolls", ["", ROLLS])
@pytest.mark.parametrize(
    ("policy", "levels"), [("2of3", [28]), ("3of5", [32, 28]), ("2 of: A 2of3, B 4of4, C 1of1", [28, 28, 32, 32, 28])]
)
def test_every_random_byte_of_a_ceremony_comes_from_the_entropy(no_other_randomness, policy, levels, rolls):
    source = CountingSource()
    record, dealt, entropy = ceremony(source, policy, rolls)
    check_set(dealt, record, entropy)
    head = [32, 32, 32] if rolls else [32, 32]
    password = source.lengths[len(head) : -(len(levels) + 3)]
    assert set(password) == {2}
    assert len(password) >= len(record.password)
    assert source.lengths == [*head, *password, 32, 16, *levels, 12]


def test_every_drawn_byte_changes_the_set():
    plain = CountingSource()
    deal(SetFacts(parse_policy("3of3"), "", practice=True, created_day=DAY), SecretRecord("x"), Entropy(plain))
    seen = set()
    draws = [(at, byte) for at, length in enumerate(plain.lengths) if at > 1 for byte in range(length)]
    for flip in [None, *draws]:
        entropy = Entropy(CountingSource(flip))
        dealt = deal(SetFacts(parse_policy("3of3"), "", practice=True, created_day=DAY), SecretRecord("x"), entropy)
        seen.add((dealt.envelope.raw, *(share.mnemonic for share in dealt.shares.values())))
    assert len(seen) == len(draws) + 1 == 32 + 16 + 32 + 28 + 12 + 1


def test_the_key_the_set_id_and_the_nonce_are_the_drawn_bytes():
    drawn = []
    source = seeded_bytes("kept")
    entropy = Entropy(lambda length: drawn.append(source(length)) or drawn[-1])
    of = made("2of2", entropy=entropy)
    assert key_of(of) == drawn[2]
    assert of.envelope.header.set_id == drawn[3]
    assert of.envelope.nonce == drawn[-1]


def test_two_sets_of_one_secret_share_nothing():
    one, two = made(seed=1), made(seed=2)
    assert one.envelope.header.set_id != two.envelope.header.set_id
    assert key_of(one) != key_of(two)
    assert not {share.mnemonic for share in one.dealt.shares.values()} & {s.mnemonic for s in two.dealt.shares.values()}


@pytest.mark.parametrize("policy", ["2of2", "3of5", "16of16", "2 of: A 2of3, B 1of1, C 5of7"])
def test_header_shares_and_recipient_agree(policy):
    of = made(policy, label="Äpfel", epoch=3, first_set=bytes(16))
    header = of.envelope.header
    assert (header.label, header.epoch, header.created_day, header.first_set) == ("Äpfel", 3, DAY, bytes(16))
    assert header.recipient_hash == recipient_hash(recipient_of(key_of(of), header.set_id))
    assert of.dealt.recipient == recipient_of(key_of(of), header.set_id)
    for sheet, share in of.dealt.shares.items():
        assert header.commitments[sheet] == share.commitment(header.set_id)
        assert (share.group, share.member) == (sheet.group, sheet.member)
        assert share.identifier == identifier_of(header.set_id)
    assert of.envelope.decrypt(key_of(of)) == of.record.encode()


@pytest.mark.parametrize(
    ("policy", "facts", "password", "fact"),
    [
        ("3of5", {}, "x" * 1000, "bytes too long"),
        ("2 of: A 16of16, B 16of16", {"label": "l" * 64}, "x" * 80, "bytes too long"),
        ("3of5", {"label": "é" * 33}, "x", "label is longer"),
        ("3of5", {}, "", "empty"),
        ("3of5", {}, "\ud800", "Unicode"),
    ],
)
def test_nothing_is_drawn_for_a_set_that_cannot_be(policy, facts, password, fact):
    source = CountingSource()
    with pytest.raises(UsageError, match=fact):
        made(policy, password=password, entropy=Entropy(source), **facts)
    assert source.lengths == [32, 32]


@pytest.mark.parametrize("policy", ["2of2", "8of16", "2 of: A 2of3, B 1of1"])
@pytest.mark.parametrize("line", [{}, {"epoch": 2, "first_set": bytes(16)}])
def test_the_size_is_foretold_exactly(policy, line, monkeypatch):
    facts = SetFacts(parse_policy(policy), "Label", practice=True, created_day=DAY, **line)
    size = len(deal(facts, SecretRecord(PASSWORD), seeded()).envelope.raw)
    monkeypatch.setattr("splitkit.quorum.envelope.MAX_BYTES", size)
    check_facts(facts, len(SecretRecord(PASSWORD).encode()))
    monkeypatch.setattr("splitkit.quorum.envelope.MAX_BYTES", size - 1)
    with pytest.raises(UsageError, match="is 1 bytes too long"):
        check_facts(facts, len(SecretRecord(PASSWORD).encode()))


def test_the_size_of_an_envelope_is_known_before_it_is_made():
    record = SecretRecord(PASSWORD)
    facts = SetFacts(parse_policy("2 of: A 2of3, B 4of4, C 1of1"), "Root", practice=True, created_day=DAY)
    assert size_of(facts, len(record.encode())) == len(deal(facts, record, seeded("size")).envelope.raw)
