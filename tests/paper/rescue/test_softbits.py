"""From grey to soft bits: light, stains, blur and noise, and pictures that show nothing."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from splitkit.paper.rescue.neighbourhood import blurred
from splitkit.paper.rescue.softbits import MOST, soft_bits
from tests.support.paper.rescues import dice, envelope_text, kind_of, modules_of, share, words_of

TEXTS = [words_of(share()), share().digits, envelope_text(590)]
EVERY = pytest.mark.parametrize("text", TEXTS, ids=["words", "digits", "envelope"])


def _grey(text: str, dark: float = 40.0, light: float = 220.0) -> np.ndarray:
    return np.where(modules_of(text), dark, light)


def _soften(text: str, grey: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return soft_bits(grey, kind_of(text).known)


def _errors(text: str, grey: np.ndarray) -> int:
    """Data modules that are taken for the other colour."""
    return int((((_soften(text, grey) > 0) != modules_of(text)) & (kind_of(text).known < 0)).sum())


def _plain_errors(text: str, grey: np.ndarray) -> int:
    """The same for a decision at the middle between the darkest and the lightest."""
    wrong = (grey < (grey.min() + grey.max()) / 2) != modules_of(text)
    return int((wrong & (kind_of(text).known < 0)).sum())


@EVERY
@pytest.mark.parametrize(("dark", "light"), [(0, 255), (40, 220), (120, 150), (5, 25), (230, 245)])
def test_two_levels_are_told_apart_with_certainty(text: str, dark: float, light: float) -> None:
    soft = _soften(text, _grey(text, dark, light))
    given = kind_of(text).known >= 0
    unsure = (np.abs(soft) < 3) & ~given

    assert (((soft > 0) == modules_of(text)) | (soft == 0))[~given].all()
    assert unsure.mean() < 0.03, "but for squares of one colour that chance made"
    assert np.abs(soft).max() <= MOST


@EVERY
@pytest.mark.parametrize("colour", [0.0, 40.0, 130.0, 255.0])
def test_a_stain_of_one_colour_is_an_erasure(text: str, colour: float) -> None:
    grey = _grey(text)
    size = len(grey)
    stain = (slice(size // 2, size // 2 + 14), slice(size // 3, size // 3 + 14))
    grey[stain] = colour
    soft = _soften(text, grey)
    free = kind_of(text).known < 0
    inner = np.zeros_like(free)
    inner[size // 2 + 1 : size // 2 + 13, size // 3 + 1 : size // 3 + 13] = True

    assert np.abs(soft[inner & free]).mean() < 0.5 * MOST
    outside = np.ones_like(free)
    outside[size // 2 - 2 : size // 2 + 16, size // 3 - 2 : size // 3 + 16] = False
    assert (((soft > 0) == modules_of(text)) | (soft == 0))[outside & free].all()


@EVERY
def test_a_stain_in_either_level_leaves_no_lie(text: str) -> None:
    """
    What is painted over in black or white is nowhere sure of the wrong colour, the edges of the stain aside.
    """
    for colour in (40.0, 220.0):
        grey, size = _grey(text), len(modules_of(text))
        top, left = size // 2, size // 3
        grey[top : top + 14, left : left + 14] = colour
        soft = _soften(text, grey)
        lies = (soft != 0) & ((soft > 0) != modules_of(text)) & (kind_of(text).known < 0)
        assert lies.sum() <= 0.1 * 14 * 14


@EVERY
@pytest.mark.parametrize("turn", range(4))
def test_a_gradient_of_light_turns_no_module(text: str, turn: int) -> None:
    """
    In the dim corner white is darker than black is in the bright one.
    """
    size = len(modules_of(text))
    light = np.rot90(np.linspace(0.15, 1.0, size)[:, None] * np.linspace(0.6, 1.0, size)[None, :], turn)

    assert _plain_errors(text, _grey(text) * light) > 50
    assert _errors(text, _grey(text) * light) == 0


@EVERY
def test_a_soft_shadow_turns_no_module(text: str) -> None:
    size = len(modules_of(text))
    light = np.ones((size, size))
    light[:, : size // 2] = 0.3
    light = blurred(light, 3.0)

    assert _plain_errors(text, _grey(text, 60, 200) * light) > 50
    assert _errors(text, _grey(text, 60, 200) * light) <= 2


@EVERY
@pytest.mark.parametrize("deviation", [0.7, 0.85])
def test_blur_of_about_a_module_is_undone(text: str, deviation: float) -> None:
    grey = blurred(_grey(text), deviation) + dice(1).normal(0, 2, modules_of(text).shape)

    assert _plain_errors(text, grey) > 30
    assert _errors(text, grey) < _plain_errors(text, grey) / 3


@EVERY
def test_noise_is_weighed_where_it_is(text: str) -> None:
    """
    Where there is none everything is sure; where it is strong, what is wrong is much less sure than what is right.
    """
    size = len(modules_of(text))
    noise = dice(2).normal(0, 1, (size, size)) * np.linspace(0, 90, size)[None, :]
    soft = _soften(text, np.clip(_grey(text) + noise, 0, 255))
    free = (kind_of(text).known < 0) & (np.arange(size) > size // 2)
    wrong = (soft > 0) != modules_of(text)

    assert np.mean(np.abs(soft[:, : size // 4])) > 0.97 * MOST
    assert (wrong & free).sum() > 10
    assert np.abs(soft[wrong & free]).mean() < 0.75 * np.abs(soft[~wrong & free]).mean()


@EVERY
@pytest.mark.parametrize("level", [np.nan, 0.0, 128.0, 255.0])
def test_a_picture_that_shows_nothing_says_nothing(text: str, level: float) -> None:
    """
    Neither does it warn, nor find anything in the least of noises.
    """
    size = len(modules_of(text))

    assert (_soften(text, np.full((size, size), level)) == 0).all()
    if np.isfinite(level):
        assert (_soften(text, level + dice(1).normal(0, 0.3, (size, size))) == 0).all()


@EVERY
@pytest.mark.parametrize("seen", [0.0005, 0.02, 0.5, 0.97])
def test_what_is_not_seen_is_an_erasure(text: str, seen: float) -> None:
    grey = _grey(text)
    hidden = dice(3).random(grey.shape) > seen
    grey[hidden] = np.nan
    soft = _soften(text, grey)

    assert (soft[hidden] == 0).all()
    assert np.isfinite(soft).all()


def test_half_a_symbol_torn_away_leaves_the_other_half_as_it_is() -> None:
    text = TEXTS[0]
    grey = _grey(text)
    grey[:, :33] = np.nan
    soft = _soften(text, grey)

    assert (soft[:, :33] == 0).all()
    assert ((soft[:, 33:] > 0) == modules_of(text)[:, 33:])[(soft != 0)[:, 33:]].all()
    assert (np.abs(soft[:, 35:]) > 3).mean() > 0.9


@EVERY
def test_noise_is_not_evidence(text: str) -> None:
    """
    Pure noise, in which nothing of the symbol is: hardly anything is sure.
    """
    size = len(modules_of(text))
    soft = _soften(text, np.clip(dice(4).normal(128, 60, (size, size)), 0, 255))

    assert np.mean(np.abs(soft)) < 0.5 * MOST


@EVERY
def test_the_grey_that_is_given_is_not_changed(text: str) -> None:
    grey = _grey(text)
    before = grey.copy()
    _soften(text, grey)

    assert (grey == before).all()
