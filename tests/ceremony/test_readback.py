"""The gate of a ceremony: only the very page that was made passes it."""

from __future__ import annotations

import dataclasses
import functools
import io
import itertools

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from splitkit.ceremony.readback import ASKED_WORDS, challenge, judge_page, size_fault
from splitkit.errors import UsageError
from splitkit.issue.make import IssuedSet, make
from splitkit.paper.damage import office_scan, phone_photo, render
from splitkit.paper.geometry import Paper
from splitkit.paper.reading.reader import is_drawn
from splitkit.quorum.policy import SheetId
from splitkit.quorum.scan import Page, Scan
from splitkit.secret.record import SecretRecord
from tests.support.builders import altered, envelope_code, pages, seeded, share_codes
from tests.support.builders import made as dealt
from tests.support.ceremonies import plan_of
from tests.support.kit import page_pdf
from tests.support.sampling import examples, sampled

OTHER = dealt("2of3", seed="other")


@functools.cache
def live() -> IssuedSet:
    """A set and its pages."""
    plan = plan_of("2of3")
    return make(plan, plan.facts(20_000), SecretRecord("not a real password"), seeded("live"))


def symbols(number: str, *but: str) -> tuple[Scan, ...]:
    texts = live().symbols(number)
    return tuple(Scan(text, 0.9) for name, text in texts.items() if name not in but)


def judged(*scans: Scan, **more):
    return judge_page(live(), "2", [Page("scan", scans, **more)])


def test_the_page_that_was_made_passes():
    verdict = judged(*symbols("2"))
    assert (verdict.result, verdict.margin) == ("sound", 90)
    assert live().quorums == 3
    assert set(live().pages) == {"1", "2", "3"}


def forged() -> tuple[Scan, ...]:
    """A share of the same place, with a sound checksum and another value, on the envelope of the set."""
    made = dealt("2of3", seed="for a share")
    share = altered(made.dealt.shares[SheetId(0, 1)])
    return (*share_codes(share), symbols("2")[2])


WRONG = {
    "a swapped sheet": lambda: (symbols("1"), "foreign", "this is sheet 1"),
    "a blank page": lambda: ((), "damaged", "nothing of a sheet"),
    "a code of somebody else": lambda: ((Scan("https://example.org"),), "damaged", "nothing of a sheet"),
    "a sheet of another set": lambda: (pages(OTHER, ["2"])[0].scans, "foreign", "not of this set"),
    "an envelope of another set": lambda: ((*symbols("2", "envelope"), envelope_code(OTHER.envelope.raw)), None, ""),
    "a share of another set": lambda: ((*share_codes(OTHER.share("2")), symbols("2")[2]), None, ""),
    "a forged share": lambda: (forged(), None, ""),
    "two sheets in one picture": lambda: ((*symbols("2"), *symbols("3")), "foreign", "this is sheet 3"),
    "the digits of another sheet": lambda: ((*symbols("2", "digits"), symbols("1")[1]), "foreign", "this is sheet 1"),
    "no words": lambda: (symbols("2", "words"), "damaged", "missing: words"),
    "no digits": lambda: (symbols("2", "digits"), "damaged", "missing: digits"),
    "no envelope": lambda: (symbols("2", "envelope"), "damaged", "missing: envelope"),
    "only the envelope": lambda: (symbols("2", "words", "digits"), "damaged", "missing: words, digits"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_nothing_else_passes(name):
    scans, outcome, fact = WRONG[name]()
    verdict = judged(*scans)
    assert verdict.result != "sound"
    assert outcome in (None, verdict.result)
    assert fact in verdict.fact
    assert verdict.margin is None


def test_a_page_that_a_program_drew_passes_only_in_a_rehearsal_without_a_printer():
    page = Page("scan", symbols("2"), drawn=True)
    verdict = judge_page(live(), "2", [page])
    assert (verdict.result, "a program drew this picture" in verdict.fact) == ("damaged", True)
    assert judge_page(live(), "2", [page], drawn=True).result == "sound"


def test_a_file_that_cannot_be_read_says_why():
    assert judged(problem="encrypted PDF").fact == "encrypted PDF"


@settings(max_examples=examples(200), deadline=None)
@given(
    st.deferred(lambda: st.lists(st.sampled_from([scan for number in "123" for scan in symbols(number)]), max_size=9))
)
def test_only_the_three_symbols_of_the_sheet_and_no_others_pass(scans):
    texts = {scan.text for scan in scans}
    right = texts == {scan.text for scan in symbols("2")}
    assert (judged(*scans).result == "sound") is right


# --- typing and measuring ---------------------------------------------------------------------------------------------


def test_four_different_words_and_one_line_are_asked_for_and_each_can_be():
    entropy, places, lines = seeded("asked"), set(), set()
    for _ in range(400):
        asked = challenge(live().sheets["2"], entropy)
        assert len(set(asked.words)) == ASKED_WORDS
        places.update(asked.words)
        lines.update(asked.lines)
    assert places == set(range(1, 34))
    assert lines == set(range(1, len(live().sheets["2"].envelope_lines) + 1))


@pytest.mark.parametrize("typed", [False, True])
def test_another_part_of_the_sheet_is_asked_for_each_time_and_more_of_what_was_typed(typed):
    """No word and no line comes twice until all others have come; of what is typed nobody knows from where, so more is asked."""
    sheet, asked = live().sheets["2"], []
    for _ in range(12):
        asked.append(challenge(sheet, seeded(len(asked)), asked, typed=typed))
    times = 2 if typed else 1
    for last, drawn, count in (
        (33, [one.words for one in asked], 4 * times),
        (len(sheet.envelope_lines), [one.lines for one in asked], times),
    ):
        whole = last // count
        for at in range(len(drawn) - whole + 1):
            several = [number for one in drawn[at : at + whole] for number in one]
            assert len(several) == len(set(several)) == whole * count


def test_as_many_words_are_typed_as_were_asked_for():
    asked, sheet = asked_of()
    assert asked.words_of(" ".join(sheet.words[:4])) == dict(enumerate(sheet.words[:4], 1))
    for typed in ("", *(" ".join(sheet.words[:count]) for count in (1, 3, 5, 33))):
        with pytest.raises(UsageError, match="4 words are asked for"):
            asked.words_of(typed)


def asked_of(number: str = "2"):
    sheet = live().sheets[number]
    return dataclasses.replace(challenge(sheet, seeded(1)), words=(1, 2, 3, 4), lines=(3,)), sheet


def test_a_word_is_known_by_four_letters_and_no_other_word_is_taken():
    asked, sheet = asked_of()
    word = sheet.words[3].upper()
    assert not any(asked.word_fault(4, typed) for typed in (word, word.lower(), word[:4], f" {word[:5].lower()} "))
    assert not any(right(asked.word_fault, 4, typed) for typed in ("", word[:3], word + "S", "?", "4"))
    assert all(asked.word_fault(4, other) for other in sheet.words if other.upper() != word)


def right(fault, *typed) -> bool:
    """Whether something typed is right; a slip is not."""
    try:
        return not fault(*typed)
    except UsageError:
        return False


def test_a_line_is_typed_as_it_is_printed_and_no_other_is_taken():
    asked, sheet = asked_of()
    line = sheet.envelope_lines[2]
    bare = line.partition(" ")[2]
    assert all(
        right(asked.line_fault, 3, typed)
        for typed in (line, bare, bare.lower(), bare.replace(" ", ""), bare.replace("O", "0").replace("I", "1"))
    )
    assert not any(
        right(asked.line_fault, 3, other)
        for other in (*sheet.envelope_lines[:2], *sheet.envelope_lines[3:], "", bare[:-1], bare[1:])
    )


def test_every_wrong_character_of_a_line_is_seen():
    asked, sheet = asked_of()
    bare = sheet.envelope_lines[2].partition(" ")[2].replace(" ", "")
    for at, letter in enumerate(bare):
        assert not right(asked.line_fault, 3, bare[:at] + ("A" if letter != "A" else "C") + bare[at + 1 :])


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("typed", ["75", "75.0", "75,5", " 74 ", "73.5", "76.5"])
def test_a_size_within_two_percent_passes(paper, typed):
    assert size_fault(typed, paper) == ""


@pytest.mark.parametrize("typed", ["73.4", "76.6", "67.5", "72.7", "80"])
def test_a_size_that_is_off_does_not(typed):
    assert "should measure 75 mm" in size_fault(typed, Paper.A4)


@pytest.mark.parametrize(
    "typed", ["", "mm", "0", "7.5", "750", "7 5", "-75", "7.5e1", "75mm", "nan", "inf", "\u0667\u0665", "75.555"]
)
def test_what_is_no_size_is_said_to_be_none(typed):
    with pytest.raises(UsageError, match="not the width"):
        size_fault(typed, Paper.A4)


# --- drawn or scanned -------------------------------------------------------------------------------------------------


DRAWN = list(itertools.product([100, 150, 200, 300, 600], [0, 90, 180]))


@pytest.mark.parametrize("drawn", sampled(DRAWN, 3, always=[(100, 0), (300, 90)]), ids=str)
def test_a_drawn_page_is_seen(drawn):
    dpi, turn = drawn
    picture = pypdfium2.PdfDocument(live().pages["1"])[0].render(scale=dpi / 72, grayscale=True).to_pil()
    assert is_drawn(picture.rotate(turn, expand=True))


@functools.cache
def printed() -> Image.Image:
    return render(page_pdf(OTHER, "1"), 0)


TAKEN = list(itertools.product([office_scan, phone_photo], range(4)))


@pytest.mark.parametrize(
    "taken", sampled(TAKEN, 0, always=[TAKEN[0], TAKEN[-1]], ids=lambda one: f"{one[0].__name__} {one[1]}")
)
def test_a_scan_and_a_photo_of_paper_are_not(taken):
    way, turn = taken
    picture = Image.open(io.BytesIO(way(printed(), turn))).convert("L")
    assert not is_drawn(picture)
    assert not is_drawn(picture.point(lambda level: 255 if level > 190 else level)), "a scanner that makes paper white"


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3), (100, 100)])
def test_of_a_blank_or_tiny_picture_nothing_is_said(size):
    assert not is_drawn(Image.new("L", size, 255))
