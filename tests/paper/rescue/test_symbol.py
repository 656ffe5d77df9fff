"""A symbol as codewords: where its data lies, what is restored of it, and what stays secret."""

from __future__ import annotations

import numpy as np
import pytest

from splitkit.paper.rescue.search import envelope_restored
from splitkit.paper.rescue.softbits import MOST
from splitkit.paper.rescue.symbol import SURE, blocks, restored
from tests.support.paper.rescues import (
    codewords_of,
    dice,
    envelope_text,
    erased,
    modules_of,
    noisy,
    reading_of,
    share,
    words_of,
)

TEXTS = [words_of(share()), share().digits, *(envelope_text(length) for length in (300, 450, 590, 734))]
EVERY = pytest.mark.parametrize("text", TEXTS, ids=len)


@EVERY
def test_codewords_come_block_after_block(text: str) -> None:
    """
    The same as the plain map of codewords says, by another way.
    """
    reading = reading_of(text)
    plain = codewords_of(modules_of(text), reading.kind.codewords)

    assert np.packbits(reading.soft > 0, axis=1).tobytes() == b"".join(plain)
    starts = [start for start, _, _ in blocks(reading.kind)]
    assert starts == np.cumsum([0, *map(len, plain)])[:-1].tolist()
    data = b"".join(block[: len(block) - reading.kind.codewords.check] for block in plain)
    assert np.packbits(reading.data() > 0).tobytes() == data


@EVERY
def test_a_clean_symbol_is_whole_with_all_its_margin(text: str) -> None:
    reading = restored(reading_of(text))

    assert not reading_of(text).whole
    assert (reading.whole, reading.margin) == (True, 1.0)
    assert set(np.abs(reading.soft).ravel().tolist()) == {SURE}
    assert text[:4] not in repr(reading)
    assert "soft" not in repr(reading)


def test_a_third_of_the_modules_lost_anywhere_is_restored() -> None:
    for text in TEXTS[:2]:
        reading = restored(erased(text, 0.3, dice(1)))
        assert reading.whole
        assert ((reading.soft > 0) == (reading_of(text).soft > 0)).all()


def test_blocks_that_are_lost_leave_the_others_as_they_are() -> None:
    text = words_of(share())
    clean, reading = reading_of(text), reading_of(text)
    start, data, check = blocks(reading.kind)[3]
    reading.soft[start : start + data + check] = noisy(dice(1).random((data + check, 8)) < 0.5, dice(2), 1.0)
    spoiled = reading.soft.copy()
    done = restored(reading)

    assert done.solved == tuple(number != 3 for number in range(10))
    assert not done.whole
    assert (done.soft[start : start + data + check] == spoiled[start : start + data + check]).all()
    assert (reading.soft == spoiled).all(), "what was given is not changed"
    filled = done.with_data(clean.data())
    assert (filled.data() > 0).tolist() == (clean.data() > 0).tolist()


def test_other_data_never_touches_blocks_that_are_solved() -> None:
    done = restored(reading_of(TEXTS[0]))

    assert (done.with_data(-done.data()).soft == done.soft).all()


def test_the_margin_is_that_of_the_worst_block() -> None:
    """
    Half of what a block can bear is half a margin; the other blocks do not help.
    """
    reading = reading_of(TEXTS[1])
    start, _, check = blocks(reading.kind)[2]
    reading.soft[start : start + check // 4] *= -0.1

    assert restored(reading).margin == pytest.approx(1 - 2 * (check // 4) / check)


def test_a_margin_that_is_used_up_stays_used_up() -> None:
    """
    A block restored at the very limit, then another one in a second round: the worst one still counts.
    """
    reading = reading_of(TEXTS[1])
    (first, _, check), (second, data, _) = blocks(reading.kind)[:2]
    reading.soft[first : first + check // 2] *= -0.1
    truth = reading_of(TEXTS[1])
    reading.soft[second : second + data + check] = 0.0
    once = restored(reading)
    assert once.solved == (True, False, True, True)
    assert once.margin == 0.0
    once.soft[second : second + data + check] = truth.soft[second : second + data + check]

    assert restored(once).whole
    assert restored(once).margin == 0.0


def test_a_symbol_that_needed_the_rules_of_its_text_has_no_margin_of_its_own() -> None:
    """
    What was restored only by knowing what an envelope can say had nothing to spare.
    """
    text = envelope_text(560, 4)
    reading = reading_of(text, noisy(modules_of(text), dice(0), 0.64))
    assert not restored(reading).whole

    assert envelope_restored(reading).margin <= restored(reading).margin


def test_what_is_lost_altogether_is_not_restored() -> None:
    reading = restored(reading_of(TEXTS[0], np.zeros((65, 65))))

    assert not any(reading.solved)
    assert (reading.soft == 0).all()
    assert not reading.whole


def test_only_thorough_restoring_goes_beyond_plain_correction() -> None:
    reading = erased(TEXTS[1], 0.3, dice(4))

    assert not any(restored(reading, thorough=False).solved)
    assert restored(reading).whole
    assert np.abs(reading.soft).max() == MOST
