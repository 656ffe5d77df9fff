"""All randomness comes from one object, and dice can only add to it."""

from __future__ import annotations

import os
import secrets
from collections import Counter
from itertools import count

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.errors import UnsafeMachineError, UsageError
from splitkit.secret.entropy import (
    MAX_DICE_ROLLS,
    MIN_DICE_ROLLS,
    Entropy,
    check_system_source,
    hkdf,
    hkdf_expand,
    parse_rolls,
)
from tests.support.builders import seeded_bytes
from tests.support.sampling import examples

ROLLS = "1234566543211234566543211234566543211234566543211234"
law = settings(deadline=None, database=None, max_examples=examples(50))


def recording(seed=0):
    """A source, and the list of all it gave."""
    given_out = []
    draw = seeded_bytes(seed)

    def source(length):
        given_out.append(draw(length))
        return given_out[-1]

    return source, given_out


def test_the_operating_system_is_the_default_source():
    assert Entropy()._os_bytes is secrets.token_bytes
    assert len({Entropy().draw(16) for _ in range(20)}) == 20


def test_without_dice_a_draw_is_the_bytes_of_the_operating_system():
    source, out = recording()
    entropy = Entropy(source)
    assert [entropy.draw(n) for n in (1, 32, 1024)] == out[2:]


def test_the_source_is_asked_for_nothing_but_its_check_and_the_draws():
    source, out = recording()
    entropy = Entropy(source)
    entropy.draw(5)
    entropy.draw(7)
    assert [len(data) for data in out] == [32, 32, 5, 7]


def test_with_dice_a_draw_is_operating_system_bytes_xor_the_hkdf_stream_of_the_rolls():
    source, out = recording()
    entropy = Entropy(source, ROLLS)
    drawn = [entropy.draw(length) for length in (32, 16, 100)]
    assert [len(data) for data in out] == [32, 32, 32, 32, 16, 100]
    for turn, got in enumerate(drawn):
        info = b"splitkit/1 draw" + turn.to_bytes(4, "big")
        stream = HKDF(hashes.SHA256(), len(got), b"splitkit/1 dice", info).derive(out[2] + ROLLS.encode())
        assert bytes(a ^ b for a, b in zip(got, stream, strict=True)) == out[3 + turn]


def test_every_roll_and_every_byte_of_the_operating_system_changes_a_draw_with_dice():
    base = Entropy(seeded_bytes(0), ROLLS).draw(32)
    for at in range(len(ROLLS)):
        other = ROLLS[:at] + ("1" if ROLLS[at] != "1" else "2") + ROLLS[at + 1 :]
        assert Entropy(seeded_bytes(0), other).draw(32) != base
    assert Entropy(seeded_bytes(1), ROLLS).draw(32) != base


def test_one_stream_is_never_used_twice():
    zeros = count()
    entropy = Entropy(lambda length: bytes(length) if next(zeros) > 2 else seeded_bytes(next(zeros))(length), ROLLS)
    assert len({entropy.draw(32) for _ in range(50)}) == 50


def test_a_source_that_repeats_itself_is_refused():
    with pytest.raises(UnsafeMachineError, match="repeats") as caught:
        Entropy(lambda length: b"\x07" * length)
    assert caught.value.exit_code == 6


@pytest.mark.parametrize("rolls", ["", ROLLS])
def test_a_source_that_gives_too_few_bytes_is_refused(rolls):
    source = seeded_bytes(0)
    entropy = Entropy(lambda length: source(length) if length == 32 else source(length)[1:], rolls)
    with pytest.raises(UnsafeMachineError, match="too few"):
        entropy.draw(12)


@pytest.mark.parametrize("length", [-1, 0, 1025])
def test_a_draw_is_1_to_1024_bytes(length):
    with pytest.raises(ValueError, match="1 to 1024"):
        Entropy().draw(length)


@pytest.mark.parametrize("bound", [-1, 0, 65537])
def test_a_bound_is_1_to_65536(bound):
    with pytest.raises(ValueError, match="1 to 65536"):
        Entropy().below(bound)


@pytest.mark.parametrize("bound", [1, 3, 81, 1000, 1024, 65535, 65536])
def test_below_has_no_modulo_bias_over_all_two_byte_draws(bound):
    values = iter(range(65536))
    entropy = Entropy()
    entropy.draw = lambda length: next(values).to_bytes(length, "big")
    seen = Counter()
    with pytest.raises(StopIteration):
        while True:
            seen[entropy.below(bound)] += 1
    assert set(seen) == set(range(bound))
    assert set(seen.values()) == {65536 // bound}


def test_choice_can_give_every_item_and_nothing_else():
    entropy = Entropy(seeded_bytes(0))
    assert {entropy.choice("abc") for _ in range(200)} == set("abc")


@law
@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=40), st.integers(1, 8160))
def test_hkdf_is_that_of_rfc_5869(key, salt, info, length):
    assert hkdf(key, salt, info, length) == HKDF(hashes.SHA256(), length, salt or None, info).derive(key)


def test_hkdf_expand_matches_the_first_vector_of_rfc_5869():
    prk = bytes.fromhex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5")
    okm = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    assert hkdf_expand(prk, bytes(range(0xF0, 0xFA)), 42).hex() == okm


def test_rolls_are_digits_however_they_are_spaced():
    assert parse_rolls("  1 2,3\t4\n5 , 6 " + "1" * 50) == "123456" + "1" * 50


@pytest.mark.parametrize("wrong", ["0", "7", "x", "-", "３", "²", "\x00", "1.5"])
def test_a_roll_is_1_to_6_and_is_not_quoted_when_wrong(wrong):
    with pytest.raises(UsageError) as caught:
        parse_rolls("123456" * 10 + wrong)
    assert "123456" not in caught.value.fact + caught.value.hint


@pytest.mark.parametrize("rolls", [0, 1, MIN_DICE_ROLLS - 1, MAX_DICE_ROLLS + 1])
def test_too_few_and_too_many_rolls_are_refused_with_their_number(rolls):
    with pytest.raises(UsageError, match=f"^{rolls} dice rolls"):
        parse_rolls("4" * rolls)


@pytest.mark.parametrize("rolls", [MIN_DICE_ROLLS, MAX_DICE_ROLLS])
def test_the_fewest_and_the_most_rolls_are_taken(rolls):
    assert len(parse_rolls("4" * rolls)) == rolls


def refuse_to_wait(count, flags):
    assert flags == os.GRND_NONBLOCK
    raise BlockingIOError


def test_a_source_that_is_not_ready_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(os, "getrandom", refuse_to_wait)
    with pytest.raises(UnsafeMachineError, match="not ready"):
        check_system_source()


def test_the_system_source_of_this_machine_is_ready():
    check_system_source()


def test_without_getrandom_the_system_source_is_still_asked_whether_it_repeats_itself(monkeypatch):
    monkeypatch.delattr(os, "getrandom")
    check_system_source()
    monkeypatch.setattr(secrets, "token_bytes", bytes)
    with pytest.raises(UnsafeMachineError, match="repeats itself"):
        check_system_source()
