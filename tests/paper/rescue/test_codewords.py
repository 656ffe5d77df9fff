"""The map of modules agrees with what is known of symbols elsewhere: lengths, drawings, and the parts that are fixed."""

from __future__ import annotations

import numpy as np
import pytest

from splitkit.paper import qr
from splitkit.paper.qr import CODEWORDS, Leftover
from splitkit.paper.rescue import codewords
from splitkit.paper.rescue.model import kinds
from tests.support.paper.rescues import envelope_text, modules_of, share, words_of

CAPACITY = {
    (6, "H"): 60,
    (11, "M"): 254,
    (12, "Q"): 206,
    (13, "M"): 334,
    (15, "M"): 415,
    (17, "M"): 507,
    (30, "M"): 1_373,
}
"""Data codewords of each symbol, from table 7 of ISO/IEC 18004."""


def test_leftovers_know_exactly_the_symbols_of_the_format() -> None:
    assert {(kind.name, kind.version): len(kind.codewords.block) for kind in kinds()} == CODEWORDS
    assert {version for _, version in CODEWORDS} == {6, 12, *qr.ENVELOPE_VERSIONS}


@pytest.mark.parametrize(("name", "version"), sorted(CODEWORDS))
def test_a_leftover_is_sound_at_its_own_length_only(name: str, version: int) -> None:
    bits = 8 * CODEWORDS[name, version]

    assert Leftover(0, name, version, bytes(bits)).sound()
    assert not any(Leftover(0, name, version, bytes(other)).sound() for other in (0, bits - 1, bits + 1))
    assert not Leftover(0, name, version + 1, bytes(bits)).sound()
    assert not Leftover(0, "recipient", version, bytes(bits)).sound()


@pytest.mark.parametrize(("version", "level"), sorted(codewords.BLOCKS))
def test_a_symbol_holds_as_many_data_codewords_as_the_standard_says(version: int, level: str) -> None:
    check, groups = codewords.BLOCKS[version, level]
    places = codewords.codeword_map(version, level)

    assert sum(count * data for count, data in groups) == CAPACITY[version, level]
    assert len(places.block) == CAPACITY[version, level] + check * places.blocks
    sizes = np.bincount(places.block)
    for block in range(places.blocks):
        assert sorted(places.position[places.block == block]) == list(range(sizes[block]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (words_of(share("1")), words_of(share("2"))),
        (share("1").digits, share("2").digits),
        *((envelope_text(length, 1), envelope_text(length, 2)) for length in qr.ENVELOPE_VERSIONS.values()),
    ],
)
def test_two_drawings_differ_only_where_data_lies(one: str, other: str) -> None:
    modules, others = modules_of(one), modules_of(other)
    version = (len(modules) - 17) // 4

    assert not ((modules != others) & codewords.function_modules(version)).any()
    assert ((modules != others) & ~codewords.function_modules(version)).mean() > 0.2


def test_the_format_has_no_other_symbol() -> None:
    with pytest.raises(KeyError):
        codewords.codeword_map(7, "M")
