"""Illegible words are solved by the checksum alone, and never into anything but a sound share."""

from __future__ import annotations

import pytest
from builders import made
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.quorum.erasure import MAX_UNKNOWN, solve_one_wrong, solve_unknown

SHARES = list(made("3of5").dealt.shares.values()) + list(made("2 of: A 2of3, B 1of1").dealt.shares.values())
shares = st.sampled_from(SHARES)
places = st.integers(0, 32)
words = st.integers(0, 1023)


@given(shares, st.sets(places, min_size=1, max_size=MAX_UNKNOWN))
@settings(deadline=None)
def test_up_to_three_illegible_words_have_exactly_one_solution(share, unknown):
    holes = [None if place in unknown else index for place, index in enumerate(share.indices)]
    assert solve_unknown(holes) == share


@given(shares, places, words)
@settings(deadline=None)
def test_one_wrong_word_is_found_wherever_it_is(share, place, word):
    spoilt = [*share.indices[:place], word, *share.indices[place + 1 :]]
    found = solve_one_wrong(spoilt)
    if word == share.indices[place]:
        assert all(solved == share for _, solved in found)
    else:
        assert found == [(place, share)]


@given(shares, st.dictionaries(places, words, min_size=2, max_size=3))
@settings(deadline=None)
def test_two_or_three_wrong_words_are_never_taken_for_one_wrong_word_of_that_share(share, wrong):
    spoilt = [wrong.get(place, index) for place, index in enumerate(share.indices)]
    different = sum(a != b for a, b in zip(spoilt, share.indices, strict=True))
    if different >= 2:
        assert all(solved != share for _, solved in solve_one_wrong(spoilt))


@given(shares, st.sets(places, min_size=1, max_size=2), places, words)
@settings(deadline=None)
def test_a_wrong_word_beside_illegible_ones_never_gives_that_share(share, unknown, place, word):
    if place in unknown or word == share.indices[place]:
        return
    holes = [None if at in unknown else index for at, index in enumerate(share.indices)]
    holes[place] = word
    assert solve_unknown(holes) != share


@pytest.mark.parametrize("holes", [[], [0] * 33, [None] * 4 + [0] * 29, [None] + [0] * 31, [None] + [0] * 33])
def test_what_cannot_be_solved_is_refused(holes):
    with pytest.raises(ValueError, match="33 words"):
        solve_unknown(holes)


def test_a_solution_that_is_no_share_of_ours_is_none():
    """The iteration exponent stands in the second word; a solution with another one is not ours."""
    share = SHARES[0]
    holes = list(share.indices)
    holes[1] |= 15
    holes[30] = holes[31] = holes[32] = None
    assert solve_unknown(holes) is None
