"""Generated passwords please their target, are as strong as claimed, and can be copied from paper."""

from __future__ import annotations

import math
import string
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic.wordlist import WORDLIST

from splitkit.errors import UsageError
from splitkit.secret.entropy import Entropy
from splitkit.secret.profiles import AWS_SYMBOLS, MIN_ENTROPY_BITS, Profile, check_existing, doubts, find_profile
from tests.support.builders import seeded
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(60))
LOOK_ALIKES = set("0Oo1Il|5S8B2Z")
NAMES = ("aws-root", "generic", "words")
CLASSES = (string.ascii_uppercase, string.ascii_lowercase, string.digits, AWS_SYMBOLS)


@st.composite
def tiny_profiles(draw):
    letters = iter("abcdefghi")
    classes = tuple(
        "".join(next(letters) for _ in range(draw(st.integers(1, 2)))) for _ in range(draw(st.integers(1, 4)))
    )
    return Profile("tiny", draw(st.integers(len(classes), 4)), classes)


@law
@given(tiny_profiles())
def test_the_count_is_that_of_all_passwords_one_by_one(profile):
    every = product("".join(profile.classes), repeat=profile.length)
    fit = sum(all(set(password) & set(members) for members in profile.classes) for password in every)
    assert profile.count() == fit


def test_every_possible_password_of_a_tiny_profile_comes_out_and_about_as_often():
    profile = Profile("tiny", 3, ("ab", "1"))
    entropy = seeded("uniform")
    drawn = [profile.generate(entropy) for _ in range(1800)]
    counts = {password: drawn.count(password) for password in set(drawn)}
    assert len(counts) == profile.count() == 18
    assert all(60 <= times <= 140 for times in counts.values())


def test_a_draw_without_one_of_the_classes_is_thrown_away_whole():
    entropy = Entropy()
    values = iter([0, 0, 0, 2, 0, 1])
    entropy.below = lambda bound: next(values)
    assert Profile("tiny", 2, ("ab", "1")).generate(entropy) == "a1"
    assert list(values) == [0, 1]


@pytest.mark.parametrize("name", NAMES)
def test_the_entropy_is_the_logarithm_of_the_count_rounded_down(name):
    profile = find_profile(name)
    assert 0 <= math.log2(profile.count()) - profile.entropy_bits() < 0.01
    assert profile.entropy_bits() >= MIN_ENTROPY_BITS


@pytest.mark.parametrize(("name", "shortest"), [("aws-root", 22), ("generic", 23), ("words", 13)])
def test_the_shortest_password_is_the_first_with_128_bits(name, shortest):
    assert find_profile(name, shortest).length == shortest
    with pytest.raises(UsageError, match=f"^{shortest - 1} .* weaker than 128 bits"):
        find_profile(name, shortest - 1)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("length", [-(10**30), -1, 0, 1, 3])
def test_a_length_that_is_no_length_is_refused(name, length):
    with pytest.raises(UsageError, match="weaker"):
        find_profile(name, length)


@pytest.mark.parametrize("length", [129, 10**30])
def test_a_password_longer_than_the_target_takes_is_refused(length):
    assert find_profile("aws-root", 128).length == 128
    with pytest.raises(UsageError, match="too long"):
        find_profile("aws-root", length)


def test_an_unknown_profile_is_refused_with_the_known_ones():
    with pytest.raises(UsageError) as caught:
        find_profile("pin")
    assert all(name in caught.value.hint for name in NAMES)


@law
@given(st.integers(22, 128), st.integers())
def test_a_generated_root_password_satisfies_aws(length, seed):
    password = find_profile("aws-root", length).generate(seeded(seed))
    assert len(password) == length
    assert not set(password) & LOOK_ALIKES
    assert all(set(password) & set(members) for members in CLASSES)
    check_existing("aws-root", password)


@law
@given(st.integers(23, 128), st.integers())
def test_a_generic_password_is_letters_and_digits_without_look_alikes(length, seed):
    password = find_profile("generic", length).generate(seeded(seed))
    assert password.isalnum()
    assert password.isascii()
    assert not set(password) & LOOK_ALIKES


@law
@given(st.integers(13, 40), st.integers())
def test_words_are_of_the_list_and_joined_by_hyphens(length, seed):
    words = find_profile("words", length).generate(seeded(seed)).split("-")
    assert len(words) == length
    assert set(words) <= set(WORDLIST)


def test_thirteen_words_are_130_bits():
    assert find_profile("words").count() == 1024**13


def test_no_password_comes_out_twice():
    profile = find_profile("aws-root")
    assert len({profile.generate(seeded(seed)) for seed in range(200)}) == 200


@pytest.mark.parametrize(
    ("password", "fact"),
    [
        ("", "empty"),
        ("Abcdef1\n", "control"),
        ("Abcd\x00ef1", "control"),
        ("Abcd\u202eef1", "control"),
        ("Abcd\ud800ef1", "control"),
        ("Abcde1+", "8 to 128"),
        ("Aa1" * 43, "8 to 128"),
        ("Abcdef1 2", "does not list"),
        ("Abcdef1é", "does not list"),
        ("Abcdef1?", "does not list"),
        ("abcdef12", "three of"),
        ("ABCDEFG+", "three of"),
        ("Acme-Root-1", "account name"),
        ("ACME-ROOT-1", "account name"),
        ("Root1+User", "account name"),
    ],
)
def test_a_password_the_target_refuses_is_refused_and_not_quoted(password, fact):
    with pytest.raises(UsageError, match=fact) as caught:
        check_existing("aws-root", password, account="acme-root-1", user="root1+user")
    assert not password or password not in caught.value.fact + caught.value.hint


@pytest.mark.parametrize(
    "password", ["Abcdefg1", "abcdef1+", "ABCDEF1+", "Abcdefg+", "Aa1" * 42 + "xy", AWS_SYMBOLS + "aB"]
)
def test_a_password_of_three_classes_is_taken_by_aws(password):
    check_existing("aws-root", password, account="", user="other")


WEAK, ALL_FOUR = "less than 80 bits", "ask for all four"


@pytest.mark.parametrize(
    ("profile", "password", "found"),
    [
        ("aws-root", "Aa1!Aa1!", [WEAK]),
        ("aws-root", "Abcdefg1", [WEAK, ALL_FOUR]),
        ("aws-root", "Aa1" * 42 + "xy", [ALL_FOUR]),
        ("aws-root", "Aa1!" * 32, [WEAK]),
        ("aws-root", "x7Q!m3Lp+9Rt", [WEAK]),
        ("aws-root", "x7Q!m3Lp+9Rtk", []),
        ("generic", "12345678901234567890", [WEAK]),
        ("generic", "31415926535897932384626438", []),
        ("generic", "correct horse battery", []),
        ("generic", "\u043f\u0430\u0440\u043e\u043b\u044c", [WEAK]),
        ("generic", "x" * 1_000, [WEAK]),
        ("words", None, ["small letters alone"]),
        ("aws-root", None, []),
        ("generic", None, []),
    ],
)
def test_what_speaks_against_a_password_is_told_and_not_quoted(profile, password, found):
    said = doubts(profile, password)
    assert len(said) == len(found)
    assert all(part in doubt for part, doubt in zip(found, said, strict=True))
    assert not any(password and password in doubt for doubt in said)


def test_the_mark_of_a_lost_character_is_refused():
    with pytest.raises(UsageError, match="was lost on its way"):
        check_existing("generic", "p\ufffdssword")


@pytest.mark.parametrize("password", ["a", " leading and trailing ", 'quote " and \\', "пароль", "😀", "x" * 1000])
def test_any_typeable_password_is_taken_elsewhere(password):
    check_existing("generic", password)
