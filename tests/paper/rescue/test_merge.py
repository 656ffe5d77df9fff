"""Several pictures of one sheet: together they give what none gives, and never what is on no sheet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from splitkit.paper.qr import CODEWORDS, Leftover
from splitkit.paper.reading.reader import put_together
from splitkit.paper.rescue.merge import merged, packed
from splitkit.paper.rescue.softbits import MOST
from splitkit.quorum.textform import symbol_text
from tests.support.builders import made
from tests.support.paper.rescues import dice, modules_of, reading_of, share, words_of
from tests.support.sampling import sampled

ENVELOPE = symbol_text(made("3of5", 0).envelope.raw)


def _seen(text: str, picture: int, columns: slice, wrong: float = 0.0) -> Leftover:
    """What a picture shows of a symbol: some columns of it, and some modules there as their opposite."""
    soft = np.zeros(modules_of(text).shape)
    soft[:, columns] = np.where(modules_of(text), MOST, -MOST)[:, columns]
    soft[dice(picture).random(soft.shape) < wrong] *= -0.4
    reading = reading_of(text, soft)
    return Leftover(picture, reading.kind.name, reading.kind.version, packed(reading))


def _texts(*leftovers: Leftover) -> set[str]:
    return {found.text for found in merged(leftovers, lambda: True)}


LEFT, RIGHT, THIRD = slice(0, 24), slice(41, 65), slice(20, 45)


def test_what_is_packed_is_as_long_as_it_must_be_and_shown_nowhere() -> None:
    for text in (words_of(share()), share().digits, ENVELOPE):
        left = _seen(text, 0, slice(None))
        assert left.sound()
        assert set(np.frombuffer(left.soft, np.int8).tolist()) == {48, -48}
        assert repr(left) == f"Leftover(picture=0, name='{left.name}', version={left.version})"
    strong = reading_of(share().digits, np.full((41, 41), 100.0))
    assert set(np.frombuffer(packed(strong), np.int8).tolist()) == {127, -127}


def test_two_pictures_give_words_that_neither_gives() -> None:
    """
    The middle is seen in both, so that they know each other; a picture twice is one picture.
    """
    text = words_of(share())
    one, other = _seen(text, 0, slice(0, 29)), _seen(text, 1, slice(8, 37), 0.02)

    assert _texts(one, other) == {text}
    assert _texts(one) == _texts(other) == set()
    assert _texts(one, replace(other, picture=0)) == set()


def test_digits_alone_and_words_alone_are_put_together() -> None:
    """
    Digits of another sheet than the words are not forgotten because there are words.
    """
    words, digits = words_of(share("1")), share("2").digits
    of_words = [_seen(words, 0, slice(0, 29)), _seen(words, 1, slice(8, 37))]
    of_digits = [_seen(digits, 2, slice(0, 18)), _seen(digits, 3, slice(5, 23))]

    assert _texts(*of_digits) & {digits, words_of(share("2"))}
    both = _texts(*of_words, *of_digits)
    assert words in both
    assert both & {digits, words_of(share("2"))}
    assert both <= {words, digits, words_of(share("2"))}


def test_two_sheets_of_a_set_never_mix() -> None:
    """
    Halves of two sheets agree with each other by chance only: nothing is put together of them.
    """
    one, other = words_of(share("1")), words_of(share("2"))

    assert _texts(_seen(one, 0, slice(0, 33)), _seen(other, 1, slice(20, 65))) <= {one, other}
    assert _texts(_seen(one, 0, slice(0, 29)), _seen(other, 1, slice(8, 37))) == set()
    halves = [_seen(share("1").digits, 0, slice(0, 18)), _seen(share("2").digits, 1, slice(5, 23))]
    assert _texts(*halves) == set()


def test_pictures_of_two_sheets_help_each_other_with_the_envelope() -> None:
    """
    The shares of the two are seen too, and stay apart.
    """
    size = len(modules_of(ENVELOPE))
    left = [
        _seen(ENVELOPE, 0, slice(0, round(0.55 * size))),
        _seen(words_of(share("1")), 0, slice(0, 20)),
        _seen(ENVELOPE, 1, slice(round(0.3 * size), round(0.85 * size))),
        _seen(words_of(share("2")), 1, slice(10, 30)),
    ]

    assert _texts(left[0]) == _texts(left[2]) == set()
    assert _texts(*left) == {ENVELOPE}


@pytest.mark.parametrize("seed", sampled(range(2), 1, ids=str))
def test_garbage_gives_nothing(seed: int) -> None:
    rng = dice(seed)
    left = [
        Leftover(picture, name, version, rng.integers(-40, 41, 8 * count).astype(np.int8).tobytes())
        for picture in range(4)
        for (name, version), count in CODEWORDS.items()
    ]

    assert _texts(*left) == set()
    same = [replace(one, picture=one.picture + 10) for one in left[:2]]
    assert _texts(*left[:2], *same) == set(), "garbage that agrees with itself"


@pytest.mark.parametrize("level", sampled([0, 127, -128], 0, always=[0, -128], ids=str))
def test_leftovers_of_one_level_give_nothing_that_is_a_share_or_an_envelope(level: int) -> None:
    left = [
        Leftover(picture, name, version, np.full(8 * count, level, np.int8).tobytes())
        for picture in range(2)
        for (name, version), count in CODEWORDS.items()
    ]

    assert _texts(*left) == set()


def test_without_time_nothing_is_put_together() -> None:
    text = words_of(share())
    left = [_seen(text, 0, slice(0, 29)), _seen(text, 1, slice(8, 37))]

    assert list(merged(left, lambda: False)) == []
    assert put_together(left, 0.0, lambda: 1.0) == []
    assert [scan.text for scan in put_together(left, 5.0, lambda: 1.0)] == [text]


def test_an_order_of_pictures_is_as_good_as_another() -> None:
    text = share("2").digits
    left = [_seen(text, 0, slice(0, 18)), _seen(text, 1, slice(5, 23)), _seen(text, 2, slice(9, 26))]

    found = [_texts(*left), _texts(*left[::-1]), _texts(left[1], left[2], left[0])]
    assert found[0]
    assert found[0] == found[1] == found[2]
