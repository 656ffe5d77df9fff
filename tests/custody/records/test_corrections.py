"""A correction settles a contradiction: by two people, or by the one who said what was wrong."""

from __future__ import annotations

import dataclasses

import pytest

from splitkit.custody.register import build
from tests.support.custody.custodies import EVER, chained, event, held, introduced, sheet

PEOPLE = ("SCR", "WIT", "ADM", "ADM2", "BEN")
LEFT = event("person.left", "2026-02-02", person="WIT", until="2026-02-02", reason="another post")
NOBODY = "9" * 32
DAY = "2026-02-03"


def by(what, who, witness=""):
    return dataclasses.replace(what, by=who, witness=witness)


LOST = sheet("sheet.lost", "1", set_id=NOBODY, circumstances="gone")
WRONG = {
    "said": by(LOST, "ADM"),
    "two": by(LOST, "ADM", "WIT"),
    "seen": by(sheet("sheet.read", "1", set_id=NOBODY, use="drill", source="scan", result="sound"), "ADM", "WIT"),
}


def corrected(wrong, *corrections, before=()):
    """What is still wrong; each correction is that of the entry so many places before it."""
    told = [*introduced(*held(), people=PEOPLE), *before, wrong]
    told = [event("person.joined", person=one.data.person, name="ADM Example", since="2026-01-10")
            if one.event == "person.joined" and one.data.person == "ADM2" else one for one in told]  # fmt: skip
    for back, who, witness in corrections:
        told.append(by(event("correction", DAY, seq=len(told) + 1 - back, text="it was a slip"), who, witness))
    return build(chained(told), EVER).findings


@pytest.mark.parametrize(
    ("who", "witness", "said", "seen"),
    [
        ("ADM", "", True, False),
        ("ADM2", "", True, False),
        ("BEN", "", False, False),
        ("WIT", "", False, False),
        ("ADM", "ADM2", False, False),
        ("BEN", "ADM", True, True),
        ("BEN", "WIT", True, True),
    ],
)
def test_one_person_corrects_only_what_they_said_themselves(who, witness, said, seen):
    assert bool(corrected(WRONG["said"], (1, who, witness))) is not said
    assert bool(corrected(WRONG["seen"], (1, who, witness))) is not seen
    assert bool(corrected(WRONG["two"], (1, who, witness))) is not seen  # what two said, two take back


def test_a_correction_that_counts_for_nothing_corrects_nothing():
    """Else the one who wrote it corrects that one, alone."""
    for witness, before in (("NONE", ()), ("WIT", (LEFT,))):
        assert len(corrected(WRONG["said"], (1, "BEN", witness), before=before)) == 2
        assert len(corrected(WRONG["said"], (1, "BEN", witness), (1, "BEN", ""), before=before)) == 1


def test_two_who_each_say_so_alone_are_two_words_and_not_one():
    assert corrected(WRONG["said"], (1, "BEN", ""), (2, "WIT", ""))


def test_what_two_stand_behind_is_not_corrected_by_the_one_who_says_that_the_other_had_left():
    left = by(event("person.left", DAY, person="WIT", until="2026-01-20", reason="another post"), "ADM")
    told = [*introduced(*held(), people=PEOPLE), WRONG["two"]]
    wrong = len(told)
    told += [left, by(event("correction", DAY, seq=wrong, text="it was a slip"), "ADM")]
    assert build(chained(told), EVER).findings
    told[-2] = by(left, "ADM", "BEN")  # two say so
    assert not build(chained(told), EVER).findings
