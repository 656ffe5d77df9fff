"""Illegible words are solved by the checksum alone, and never into anything but a sound share."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import judge
from splitkit.quorum.release import release
from splitkit.quorum.share import MAX_UNKNOWN, _contribution, doubtful_words, solve_one_wrong, solve_unknown
from splitkit.quorum.textform import printed_lines
from splitkit.quorum.verdicts import Status
from tests.support.builders import lines, made, secret_of

SHARES = list(made("3of5").dealt.shares.values()) + list(made("2 of: A 2of3, B 1of1").dealt.shares.values())
shares = st.sampled_from(SHARES)
places = st.integers(0, 32)
words = st.integers(0, 1023)


@given(shares, st.sets(places, min_size=1, max_size=MAX_UNKNOWN))
@settings(deadline=None)
def test_up_to_three_illegible_words_have_exactly_one_solution(share, unknown):
    holes = [None if place in unknown else index for place, index in enumerate(share.indices)]
    assert solve_unknown(holes) == share


def test_three_words_are_solved_in_a_new_process():
    """What each bit of a word adds is worked out once in a process: here anew, whatever was solved before."""
    _contribution.cache_clear()
    assert solve_unknown([None, *SHARES[0].indices[1:15], None, *SHARES[0].indices[16:32], None]) == SHARES[0]


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


@given(shares, st.sets(places, max_size=2), st.sets(places, min_size=1, max_size=2), st.integers(1, 1023))
@settings(deadline=None, max_examples=40)
def test_the_words_that_are_wrong_are_named_and_no_others(share, unknown, wrong, by):
    if not (wrong := wrong - unknown):
        return
    spoilt = [None if at in unknown else index ^ by if at in wrong else index for at, index in enumerate(share.indices)]
    named = doubtful_words(spoilt, share.__eq__)
    assert set(named) == (wrong if len(unknown) + len(wrong) <= MAX_UNKNOWN else set())
    if len(wrong) == 1:
        assert doubtful_words(spoilt) == (tuple(wrong) if len(unknown) < 2 else ())


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


def words_line(share, holes=(), wrong=()):
    """The words of a share as somebody types them: '?' for an illegible one, another word where they misread."""
    typed = [*share.words]
    for place in holes:
        typed[place] = "?"
    for place in wrong:
        typed[place] = "academic" if typed[place] != "academic" else "acid"
    return " ".join(typed)


def judged(of, typed, anchored=True, envelope=True):
    texts = [*typed, *(printed_lines(of.envelope.raw) if envelope else ())]
    return judge(gather([], lines(*texts)), of.anchor if anchored else None)


@pytest.mark.parametrize("anchored", [True, False])
def test_a_quorum_with_illegible_and_misread_words_opens_and_says_what_was_solved(anchored):
    of = made()
    typed = [
        words_line(of.share("1"), holes=(0, 15, 32)),
        words_line(of.share("3"), wrong=(7,)),
        of.share("5").digits,
    ]
    judgement = judged(of, typed, anchored)
    assert [sheet.status for sheet in judgement.sheets] == [Status.SOUND] * 3
    assert [sheet.note for sheet in judgement.sheets] == [
        "solved and proven: words 1, 16, 33",
        "corrected and proven: word 8",
        "",
    ]
    assert secret_of(judgement.chosen) == of.record


def test_one_wrong_digit_is_found_too():
    of = made()
    digits = of.share("2").digits
    wrong = digits[:7] + str((int(digits[7]) + 1) % 10) + digits[8:]
    judgement = judged(of, [wrong])
    assert judgement.sheets[0].note == "corrected and proven: word 2"


def test_nothing_is_corrected_for_an_envelope_that_nobody_vouches_for():
    of = made()
    judgement = judged(of, [words_line(of.share("1"), holes=(4,)), of.share("2").mnemonic], anchored=False)
    assert [sheet.status for sheet in judgement.sheets] == [Status.DAMAGED, Status.SOUND]
    assert judgement.missing() == ("1", "3", "4", "5")


def test_nothing_is_corrected_without_an_envelope():
    of = made()
    judgement = judged(of, [words_line(of.share("1"), wrong=(4,))], envelope=False)
    assert [sheet.status for sheet in judgement.sheets] == [Status.DAMAGED]


@pytest.mark.parametrize("damage", [{"holes": (1, 2, 3, 4)}, {"wrong": (1, 2)}, {"holes": (1,), "wrong": (2,)}])
def test_more_damage_than_the_checksum_can_carry_stays_damage(damage):
    of = made()
    judgement = judged(of, [words_line(of.share("1"), **damage)])
    assert [sheet.status for sheet in judgement.sheets] == [Status.DAMAGED]


def test_a_solved_share_of_another_set_is_not_taken_for_ours():
    of, other = made(), made(seed="other")
    judgement = judged(of, [words_line(other.share("1"), holes=(9,))])
    assert [sheet.status for sheet in judgement.sheets] == [Status.DAMAGED]


def test_without_a_record_a_solved_share_counts_like_a_typed_one():
    of = made()
    typed = [words_line(of.share("1"), holes=(2,)), of.share("2").mnemonic, of.share("3").mnemonic]
    gathering = gather([], lines(*typed, *printed_lines(of.envelope.raw)))
    assert release(gathering, judge(gathering), practice=True, superseded=False).open() == of.record


def test_five_thousand_damaged_lines_are_not_five_thousand_riddles():
    of = made()
    typed = [words_line(of.share("1"), wrong=(place,)) for place in range(33)] * 100
    started = time.process_time()
    gather([], lines(*typed))
    assert time.process_time() - started < 20
