"""Splitting draws every byte from the ceremony's entropy, and fewer than the quorum fit every key."""

from __future__ import annotations

import hmac
import os
import random
import secrets
import traceback
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic import combine_mnemonics, shamir

from splitkit.errors import UnsafeMachineError
from splitkit.quorum.field import DIGEST_X, SECRET_X, interpolate, multiply
from splitkit.quorum.policy import SheetId, parse_policy
from splitkit.quorum.slip39 import CombineError, combine_ems, decrypt_ems, identifier_of, rederive, split_key
from splitkit.secret.entropy import Entropy
from tests.support.builders import CountingSource, altered, made, seeded, seeded_bytes
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(25))
KEY, SET_ID = bytes(range(32)), bytes(range(100, 116))
POLICIES = ["2of2", "2of3", "3of5", "5of5", "8of16", "2 of: A 2of3, B 3of5, C 1of1", "1 of: A 2of2, B 3of3", "3 of: A 4of4, B 1of1, C 1of1"]  # fmt: skip
keys = st.binary(min_size=32, max_size=32)


def split(policy, source=None, key=KEY):
    return split_key(key, SET_ID, parse_policy(policy), Entropy(source) if source else seeded())


def expected_draws(threshold):
    """What one level draws: T-2 random shares, and the random part of the digest share."""
    return [] if threshold == 1 else [32] * (threshold - 2) + [28]


@pytest.fixture
def no_other_randomness(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("randomness from elsewhere")

    monkeypatch.setattr(secrets, "token_bytes", refuse)
    monkeypatch.setattr(shamir, "RANDOM_BYTES", refuse)
    monkeypatch.setattr(os, "urandom", refuse)
    monkeypatch.setattr(random, "_urandom", refuse)
    monkeypatch.setattr(random.Random, "random", refuse)
    monkeypatch.setattr(random.Random, "getrandbits", refuse)


@pytest.mark.parametrize("text", POLICIES)
def test_slip39_draws_exactly_its_bytes_and_only_from_the_entropy(text, no_other_randomness):
    source, policy = CountingSource(), parse_policy(text)
    split(text, source)
    levels = [policy.group_threshold, *(group.threshold for group in policy.groups)]
    drawn = [length for level in levels for length in expected_draws(level)]
    assert source.lengths == [32, 32, *drawn]
    assert sum(drawn) == sum((level - 2) * 32 + 28 for level in levels if level > 1)


@pytest.mark.parametrize("text", ["3of3", "2 of: A 2of2, B 1of1"])
def test_every_drawn_byte_changes_the_shares(text):
    plain = CountingSource()
    seen = {tuple(share.mnemonic for share in split(text, plain).values())}
    draws = [(at, byte) for at, length in enumerate(plain.lengths) if at > 1 for byte in range(length)]
    for flip in draws:
        seen.add(tuple(share.mnemonic for share in split(text, CountingSource(flip)).values()))
    assert len(seen) == len(draws) + 1


@pytest.mark.parametrize("text", POLICIES)
def test_the_random_source_of_the_package_is_put_back(text):
    split(text)
    assert shamir.RANDOM_BYTES is secrets.token_bytes


def test_the_random_source_of_the_package_is_put_back_after_an_error():
    entropy = seeded()
    entropy._os_bytes = lambda length: b""
    with pytest.raises(UnsafeMachineError, match="too few"):
        split_key(KEY, SET_ID, parse_policy("3of5"), entropy)
    assert shamir.RANDOM_BYTES is secrets.token_bytes


def test_a_replaced_random_source_is_refused_and_left_alone(monkeypatch):
    replaced = bytes
    monkeypatch.setattr(shamir, "RANDOM_BYTES", replaced)
    source = CountingSource()
    with pytest.raises(UnsafeMachineError, match="has been replaced"):
        split("3of5", source)
    assert source.lengths == [32, 32]
    assert shamir.RANDOM_BYTES is replaced


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_the_key_is_32_bytes(length):
    with pytest.raises(ValueError, match="32 bytes"):
        split("2of3", key=bytes(length))


def test_the_identifier_is_the_first_15_bits_of_the_set_id():
    assert identifier_of(b"\xff\xff" + bytes(14)) == 0x7FFF
    assert identifier_of(b"\x00\x01" + bytes(14)) == 0
    assert {share.identifier for share in split("2of3").values()} == {identifier_of(SET_ID)}


@law
@given(keys, st.sampled_from(POLICIES), st.data())
def test_every_quorum_gives_the_key_here_and_in_the_reference(key, text, data):
    policy, shares = parse_policy(text), split(text, key=key)
    assert list(shares) == list(policy.sheet_ids())
    groups = data.draw(st.permutations(range(len(policy.groups))))[: policy.group_threshold]
    chosen = []
    for g in groups:
        members = data.draw(st.permutations(range(policy.groups[g].members)))[: policy.groups[g].threshold]
        chosen += [shares[SheetId(g, m)] for m in members]
    assert decrypt_ems(combine_ems(chosen)) == key
    assert combine_mnemonics([share.mnemonic for share in chosen]) == key


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s[:2],
        lambda s: s,
        lambda s: [],
        lambda s: [s[0], s[1], altered(s[2], bytes(32))],
        lambda s: [s[0], s[1], altered(s[2], s[2].value, index=9)],
        lambda s: [s[0], s[1], altered(s[1], bytes(32))],
        lambda s: [s[0], s[1], altered(s[2], identifier=1)],
        lambda s: [s[0], s[1], altered(s[2], member_threshold=2)],
    ],
)
def test_what_is_not_exactly_a_quorum_does_not_combine_and_says_nothing(change):
    shares = list(split("3of5").values())[:4]
    with pytest.raises(CombineError) as caught:
        combine_ems(change(shares))
    shown = "".join(traceback.format_exception(caught.value))
    assert not any(word in shown.split() for share in shares for word in share.words[:30])


@law
@given(st.integers(2, 8), keys, st.data())
def test_fewer_than_the_quorum_fit_every_key_on_a_polynomial_of_the_right_degree(threshold, candidate, data):
    """T-1 shares and any key at all give a whole set of shares, each T of which lead back to that key."""
    xs = data.draw(st.lists(st.integers(0, 15), min_size=threshold - 1, max_size=threshold - 1, unique=True))
    held = {x: data.draw(keys) for x in xs} | {SECRET_X: candidate}
    whole = {x: interpolate(held, x) for x in range(16)}
    chosen = data.draw(st.permutations(range(16)))[:threshold]
    points = {x: whole[x] for x in chosen}
    assert interpolate(points, SECRET_X) == candidate
    assert all(interpolate(points, x) == value for x, value in held.items())


@law
@given(st.integers(3, 6), keys, keys)
def test_two_fewer_than_the_quorum_fit_every_key_with_its_digest(threshold, candidate, drawn):
    """T-2 genuine shares, any key and a digest made for it: a set that SLIP-39 itself accepts for that key."""
    genuine = [split(f"{threshold}of8")[SheetId(0, m)] for m in range(threshold)]
    ciphertext = combine_ems(split("2of2", key=candidate).values()).ciphertext
    digest = hmac.digest(drawn[4:], ciphertext, "sha256")[:4] + drawn[4:]
    held = {share.member: share.value for share in genuine[2:]} | {SECRET_X: ciphertext, DIGEST_X: digest}
    forged = [altered(share, interpolate(held, share.member)) for share in genuine]
    assert forged[2:] == genuine[2:]
    assert decrypt_ems(combine_ems(forged)) == candidate


def inverse(a):
    return next(b for b in range(1, 256) if multiply(a, b) == 1)


def coefficients(points):
    """Of the polynomials through *points*, byte by byte, lowest first; by Newton's divided differences."""
    xs = list(points)
    table = [list(points[x]) for x in xs]
    for level in range(1, len(xs)):
        for at in reversed(range(level, len(xs))):
            over = inverse(xs[at] ^ xs[at - level])
            table[at] = [multiply(a ^ b, over) for a, b in zip(table[at], table[at - 1], strict=True)]
    result = [[0] * len(table[0]) for _ in xs]
    for at in reversed(range(len(xs))):
        shifted = [[0] * len(table[0]), *result[:-1]]
        result = [
            [s ^ multiply(r, xs[at]) for s, r in zip(low, high, strict=True)]
            for low, high in zip(shifted, result, strict=True)
        ]
        result[0] = [a ^ b for a, b in zip(result[0], table[at], strict=True)]
    return result


def sampled(splits):
    """The coefficient vectors of many 3-of-3 splits of one key."""
    for seed in range(splits):
        shares = split_key(KEY, SET_ID, parse_policy("3of3"), seeded(f"coefficients {seed}"))
        yield coefficients({sheet.member: share.value for sheet, share in shares.items()})


@pytest.fixture(scope="module")
def many():
    return list(sampled(max(100, examples(300))))


def test_the_coefficients_give_the_polynomial_back():
    points = {x: seeded_bytes(x)(4) for x in (0, 3, 7)}
    c0, c1, c2 = coefficients(points)
    for x, value in points.items():
        assert (
            bytes(a ^ multiply(b, x) ^ multiply(c, multiply(x, x)) for a, b, c in zip(c0, c1, c2, strict=True)) == value
        )


def test_a_leading_coefficient_is_zero_as_often_as_chance_says(many):
    zeros = sum(byte == 0 for _, _, leading in many for byte in leading)
    expected = len(many) * 32 / 256
    assert abs(zeros - expected) < 5 * expected**0.5


def test_every_value_of_every_random_coefficient_occurs_about_equally(many):
    for degree in (1, 2):
        seen = Counter(byte for sample in many for byte in sample[degree])
        expected = len(many) * 32 / 256
        chi_squared = sum((seen[value] - expected) ** 2 / expected for value in range(256))
        assert 255 - 5 * 510**0.5 < chi_squared < 255 + 5 * 510**0.5


def test_no_coefficient_is_a_combination_of_the_others(many):
    """The two random coefficients of 64 splits, as rows of 64 bytes over GF(256), are independent."""
    rows = [[*first, *second] for _, first, second in many[:64]]
    rank = 0
    for column in range(64):
        pivot = next((r for r in range(rank, 64) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        over = inverse(rows[rank][column])
        for r in range(rank + 1, 64):
            factor = multiply(rows[r][column], over)
            if factor:
                rows[r] = [a ^ multiply(factor, b) for a, b in zip(rows[r], rows[rank], strict=True)]
        rank += 1
    assert rank >= 63


def test_two_splits_of_one_key_share_nothing_but_chance():
    first, second = split("3of5", seeded_bytes(1)), split("3of5", seeded_bytes(2))
    same = sum(a == b for sheet in first for a, b in zip(first[sheet].value, second[sheet].value, strict=True))
    assert same < 8


def quorum_of(of, *numbers):
    policy = of.policy
    return {sheet: of.dealt.shares[sheet] for sheet in of.sheets if policy.number(sheet) in numbers}


@pytest.mark.parametrize("numbers", list(combinations("12345", 3)))
def test_every_share_of_a_flat_set_is_derived_from_any_quorum(numbers):
    of = made("3of5")
    quorum = quorum_of(of, *numbers)
    assert rederive(of.policy, quorum, {}, combine_ems(quorum.values())) == of.dealt.shares


@pytest.mark.parametrize(
    ("numbers", "more", "absent"),
    [
        (("A1", "A2", "B1", "B2", "B3"), (), "D"),
        (("A1", "A3", "C1"), (), "BD"),
        (("A1", "A3", "C1"), ("B1", "B2"), "BD"),
        (("A1", "A3", "C1"), ("B5", "B1", "B2"), "D"),
        (("D1", "D2", "C1"), ("B5", "B1", "B2", "A1"), "A"),
    ],
)
def test_complete_groups_and_one_of_ones_are_derived_and_absent_groups_are_not(numbers, more, absent):
    of = made("2 of: A 2of3, B 3of5, C 1of1, D 2of2")
    quorum = quorum_of(of, *numbers)
    derived = rederive(of.policy, quorum, quorum | quorum_of(of, *more), combine_ems(quorum.values()))
    assert derived == {
        sheet: share for sheet, share in of.dealt.shares.items() if of.policy.number(sheet)[0] not in absent
    }


@pytest.mark.parametrize("policy", ["1 of: A 2of2, B 2of3", "2 of: A 2of2, B 2of3, C 1of1"])
def test_a_complete_group_of_another_secret_is_found_out(policy):
    """Both of its shares lie on one polynomial, as two always do; it is not that of the set."""
    of = made(policy)
    quorum = quorum_of(of, "A1", "A2", "C1")
    b1, b2 = quorum_of(of, "B1", "B2").items()
    others = dict([b1, (b2[0], altered(b2[1], bytes(32)))])
    derived = rederive(of.policy, quorum, others, combine_ems(quorum.values()))
    assert {sheet for sheet, share in derived.items() if share is None} == {SheetId(1, m) for m in range(3)}


def test_a_complete_group_with_the_digest_of_the_set_and_another_secret_is_found_out():
    of = made("1 of: A 2of2, B 3of3")
    quorum = quorum_of(of, "A1", "A2")
    ems = combine_ems(quorum.values())
    digest = hmac.digest(bytes(28), ems.ciphertext, "sha256")[:4] + bytes(28)
    points = {SECRET_X: bytes(32), DIGEST_X: digest, 0: bytes(32)}
    others = {SheetId(1, m): altered(of.share(f"B{m + 1}"), interpolate(points, m)) for m in range(3)}
    derived = rederive(of.policy, quorum, others, ems)
    assert [derived[SheetId(1, m)] for m in range(3)] == [None] * 3


def test_a_complete_group_whose_digest_is_wrong_is_found_out():
    """Its secret is right, and still no SLIP-39 tool would combine it."""
    of = made("1 of: A 2of2, B 3of3")
    quorum = quorum_of(of, "A1", "A2")
    ems = combine_ems(quorum.values())
    points = {SECRET_X: ems.ciphertext, DIGEST_X: bytes(32), 0: bytes(32)}
    others = {SheetId(1, m): altered(of.share(f"B{m + 1}"), interpolate(points, m)) for m in range(3)}
    derived = rederive(of.policy, quorum, others, ems)
    assert [derived[SheetId(1, m)] for m in range(3)] == [None] * 3


def test_a_wrong_share_beside_the_quorum_spoils_nothing():
    of = made("2 of: A 2of3, B 2of2")
    quorum = quorum_of(of, "A2", "A3", "B1", "B2")
    wrong = {SheetId(0, 0): altered(of.share("A1"), bytes(32))}
    assert rederive(of.policy, quorum, wrong | quorum, combine_ems(quorum.values())) == of.dealt.shares


def test_the_group_secrets_come_from_the_quorum_and_from_nothing_else():
    of = made("2 of: A 2of2, B 2of2, C 1of1, D 2of2")
    quorum = quorum_of(of, "B1", "B2", "D1", "D2")
    wrong = {sheet: altered(share, bytes([sheet.member]) * 32) for sheet, share in quorum_of(of, "A1", "A2").items()}
    derived = rederive(of.policy, quorum, wrong, combine_ems(quorum.values()))
    assert derived[SheetId(2, 0)] == of.share("C1")
    assert derived[SheetId(0, 0)] is None
