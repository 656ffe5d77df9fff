"""Every printed page, as whoever has never seen one reads it: full, by name, in plain words, and what matters to a manager first."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import itertools
import math
import re

import pypdfium2
import pytest

from splitkit.ceremony.paperwork import Particulars, form, paperwork
from splitkit.ceremony.script import KINDS, MAKE
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from splitkit.plan.document import LEADERS, Custodian, Plan
from splitkit.quorum.mnemonic import public_words
from splitkit.quorum.policy import parse_policy
from tests.support.paper.fill import DARK, filled
from tests.support.paper.page_data import a_record
from tests.support.paper.pdfs import flattened, pages_of, text_of
from tests.support.places import ROOT
from tests.support.sampling import sampled

FOLDER = ROOT / "printouts" / "specimens"
SPECIMENS = sorted(path.name for path in FOLDER.glob("*.pdf"))
EACH_PAPER = pytest.mark.parametrize("paper", Paper)
SHA256 = "5a" * 32
BEFORE = Particulars("2026-11-24", SHA256, "C-0001", "2026-12-01")

ONE_PIECE = ("sheet-", "record-", "print-test-")
"""Pages on which places are part of the format: they are looked at below, and have no body that flows."""


@functools.cache
def read(name):
    return (FOLDER / name).read_bytes()


def plan(policy="3of5", paper=Paper.A4, **changes):
    """A plan that names everybody."""
    parsed = parse_policy(policy)
    seats = tuple((sheet, Custodian(f"Custodian{at} Example", "Chief")) for at, sheet in enumerate(parsed.sheet_ids()))
    leaders = {role: f"{role.capitalize()} Leading-Example" for role in LEADERS}
    return Plan(parsed, "Root password", paper=paper, **{"custodians": seats, **leaders, **changes})


def printed(name, planned, particulars=BEFORE):
    return paperwork(planned, particulars, [name])[f"{name}.pdf"]


def lines_of(page):
    return page.get_textpage().get_text_bounded().splitlines()


# --- full pages


@pytest.mark.parametrize("name", [name for name in SPECIMENS if not name.startswith(ONE_PIECE)])
def test_no_page_of_a_specimen_is_under_half_full(name):
    full = [filled(page) for page in pages_of(read(name))]
    assert min(full) >= 0.5, [f"{part:.0%}" for part in full]


SIZES = ["2of2", "2of3", "3of7", "5of9", "8of16", "2 of: Board 2of3, IT 3of5, Audit 1of1"]
FLOWING = ("plan", "script", "closeout")
"""Forms whose length follows from the number of people; the others are a page or two for each of them."""


@pytest.mark.parametrize(
    "kind",
    sampled(list(itertools.product(FLOWING, SIZES, Paper)), 0, always=[(name, size, Paper.LETTER) for name in FLOWING for size in ("2of3", "5of9")]),
    ids=str,
)  # fmt: skip
def test_no_page_is_under_half_full_whatever_the_number_of_people(kind):
    name, policy, paper = kind
    full = [filled(page) for page in pages_of(printed(name, plan(policy, paper)))]
    assert min(full) >= 0.5, [f"{part:.0%}" for part in full]


@EACH_PAPER
@pytest.mark.parametrize("script", KINDS, ids=lambda script: script.name)
def test_no_page_of_the_script_of_any_ceremony_is_under_half_full(script, paper):
    full = [
        filled(page)
        for page in pages_of(printed("script", plan(paper=paper), dataclasses.replace(BEFORE, script=script)))
    ]
    assert min(full) >= 0.5, [f"{part:.0%}" for part in full]


@EACH_PAPER
@pytest.mark.parametrize("sheets", [2, 5, 12])
def test_no_page_of_a_record_is_under_half_full(paper, sheets):
    pages = pages_of(Typesetter(paper).pdf(a_record(sheets=sheets)))
    assert min(filled(page) for page in pages) >= 0.5


@EACH_PAPER
def test_the_script_of_three_of_five_has_at_most_eight_pages(paper):
    assert len(pages_of(printed("script", plan(paper=paper)))) <= 8


SIGNING = re.compile(
    r"signature|initials|date|time|name|administrator|witness|scribe|approved by|place|\W|\d", re.IGNORECASE
)


@pytest.mark.parametrize("name", SPECIMENS)
def test_no_page_holds_signatures_alone(name):
    """On every page stand words that say what is signed, besides its head and its foot."""
    for page in pages_of(read(name)):
        body = " ".join(lines_of(page)[3:-1])
        words = [word for word in body.split() if SIGNING.sub("", word)]
        assert len(words) >= 20 or not re.search("signature", body, re.IGNORECASE)


# --- by name

SEAT = re.compile(r"\b(?:ADM|WIT|SCR|C[A-P]?\d{1,2}|[MPB][12])\b(?!-)")
TYPED = re.compile(r"splitkit (?:record|ceremony) |^--|^WIT$|stand for the administrator|and in them")
"""A line of a command is typed as it stands; the script says what the seats in it mean."""
SHEET_NUMBERS = ("groups",)
"""Sheets of several groups have numbers such as B2, which are no seats."""


@pytest.mark.parametrize("name", [name for name in SPECIMENS if not any(part in name for part in SHEET_NUMBERS)])
def test_people_have_names_and_seats_at_most_beside_them(name):
    for page in pages_of(read(name)):
        for line in lines_of(page):
            if SEAT.search(line) and not TYPED.search(line):
                assert "Example" in line, line


NAMED = {
    "script": LEADERS,
    "closeout": LEADERS,
    "plan": LEADERS,
    "by-hand": LEADERS[:1],
    "receipts": LEADERS[:1],
    "register": LEADERS[:1],
}


@pytest.mark.parametrize("name", NAMED)
def test_whoever_leads_is_called_by_name(name):
    text = flattened(text_of(printed(name, plan())))
    assert all(flattened(f"{role.capitalize()} Leading-Example") in text for role in NAMED[name])
    hidden = text_of(printed(name, plan(anonymous=True)))
    assert "Example" not in hidden
    nobody = text_of(printed(name, plan(administrator="", witness="", scribe="")))
    assert "Leading" not in nobody


def test_the_names_under_which_people_answered_count_most():
    told = dataclasses.replace(BEFORE, called={"administrator": "Zoe Example", "C1": "Yves Example"})
    made = form("closeout", plan(custodians=()), told)
    assert (made.leaders.administrator, made.leaders.witness) == ("Zoe Example", "Witness Leading-Example")
    assert made.holders[0].name == "Yves Example"
    assert not form("closeout", plan(anonymous=True), told).leaders.administrator


# --- what each page is for


@EACH_PAPER
def test_what_to_bring_stands_on_the_first_page_of_the_plan(paper):
    for policy in ("2of3", "3of5", "8of16"):
        first = pages_of(printed("plan", plan(policy, paper)))[0]
        text = flattened(" ".join(lines_of(first)))
        assert all(flattened(thing) in text for thing in ("What to bring", "numbered bags", "shredder", "USB sticks"))


def test_both_copies_of_a_receipt_are_printed():
    pages = [flattened(" ".join(lines_of(page))) for page in pages_of(printed("receipts", plan()))]
    assert len(pages) == 10
    for at in range(5):
        mine = [page for page in pages if f"Custodian{at}Example" in page]
        assert [("Copy1of2" in page, "Copy2of2" in page) for page in mine] == [(True, False), (False, True)]


def sizes(page, words):
    """How large some words are set, in points."""
    reader = page.get_textpage()
    for word in words:
        place = reader.search(word, match_case=True).get_next()
        assert place, word
        yield pypdfium2.raw.FPDFText_GetFontSize(reader.raw, place[0])


def test_the_words_that_name_the_set_are_as_large_as_those_of_the_ledger():
    head, names = (public_words(hashlib.sha256(what).digest()) for what in (b"head", b"set"))
    told = dataclasses.replace(BEFORE, head=head, fingerprint=names)
    page = pages_of(printed("closeout", plan(), told))[0]
    assert min(sizes(page, names)) >= max(sizes(page, head))


def where(page, text):
    """The top edge of a text, in points from the bottom of the page."""
    reader = page.get_textpage()
    place = reader.search(text, match_case=True).get_next()
    assert place, text
    return reader.get_charbox(place[0])[3]


SHEETS = [name for name in SPECIMENS if name.startswith("sheet")]
ENGINEER = ("HKDF", "CBOR", "SLIP-39", "AES", "epoch", "SHA-256 of")


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_says_first_what_its_custodian_does(name):
    (page,) = pages_of(read(name))
    lowest = min(where(page, said) for said in ("What this is", "Never copy", "To recover"))
    assert all(where(page, said) < lowest for said in ENGINEER)
    assert min(sizes(page, ["Never copy", "Compare the F"])) > 1.15 * max(sizes(page, ENGINEER[1:3]))


LABELS = {"SHARE, big": "words", "ENVELOPE": "envelope", "SHARE, small": "digits"}


@pytest.mark.parametrize("name", SHEETS)
def test_each_code_of_a_sheet_has_its_name_below_it(name):
    (page,) = pages_of(read(name))
    layout = (Paper.LETTER if "letter" in name else Paper.A4).layout
    height, reader = page.get_height(), page.get_textpage()
    for label, symbol in LABELS.items():
        square, found = getattr(layout, symbol), []
        search = reader.search(label, match_case=True)
        while place := search.get_next():
            left, _, _, top = reader.get_charbox(place[0])
            found.append((left / 72 * 25.4, (height - top) / 72 * 25.4))
        # Nothing is printed up to 8.4 mm from a symbol but its discs.
        assert any(x < square.x + 8 and 8.4 < y - square.y - square.size < 11 for x, y in found), (label, found)


DPI = 200
CLEAR_MM = 8.4


@pytest.mark.parametrize("name", [*SHEETS, "record-a4.pdf", "record-letter.pdf"])
def test_nothing_is_printed_near_a_symbol_but_its_discs(name):
    """As section 10 of docs/format.md promises to whoever looks for a symbol by its discs; the pale word of practice is no ink."""
    image = pages_of(read(name))[0].render(scale=DPI / 72, grayscale=True).to_pil()
    layout = (Paper.LETTER if "letter" in name else Paper.A4).layout
    for symbol in ("words", "digits", "envelope") if name in SHEETS else ("envelope",):
        square = getattr(layout, symbol)
        around = [
            square.x - CLEAR_MM,
            square.y - CLEAR_MM,
            square.x + square.size + CLEAR_MM,
            square.y + square.size + CLEAR_MM,
        ]
        near = image.crop([round(side / 25.4 * DPI) for side in around])
        within = [round(side / 25.4 * DPI) for side in (CLEAR_MM - 0.3, CLEAR_MM + square.size + 0.3)]
        near.paste(255, (within[0], within[0], within[1], within[1]))
        ink = sum(near.histogram()[:DARK]) * (25.4 / DPI) ** 2
        assert ink == pytest.approx(8 * math.pi, rel=0.04), symbol


def test_a_code_is_spoken_of_by_the_name_that_stands_below_it():
    said = [path.read_text("utf-8") for path in sorted((ROOT / "printouts").glob("*.typ"))] + [
        step.words for script in KINDS for step in script.steps
    ]
    loose = re.compile(r"(?:symbol|code)s? (?:at the|in the) (?:top|bottom|middle)|all three symbols")
    assert not [found.group() for text in said if (found := loose.search(text))]


@pytest.mark.parametrize("letter", "LFP")
@pytest.mark.parametrize("script", KINDS, ids=lambda script: script.name)
def test_words_with_a_letter_are_explained_where_they_are_asked_for(script, letter):
    """The first step that speaks of them says what they name."""
    steps = [step.words for step in script.steps if f"{letter} words" in step.words]
    assert not steps or re.search(rf"{letter} words[^.]* \((?:they|it) names?", steps[0]), steps[0]


def test_the_first_page_of_an_audit_begins_with_what_it_comes_to():
    text = " ".join(" ".join(lines_of(pages_of(read("report-audit-a4.pdf"))[0])).split())
    assert (
        text.index("In short")
        < text.index("5 people keep them")
        < text.index("What stands against it, by number")
        < text.index("Set f2e9fc85")
    )


def test_a_call_out_card_of_a_small_custody_is_one_page():
    assert {len(pages_of(read(f"report-call-out-{paper.value}.pdf"))) for paper in Paper} == {1}


PLAINLY = re.compile(
    r"reckon|\ball the same\b|gravest|\bthe own\b|looks that|bits of chance|who the plan says|last \w+ never|before two[;.,]|is made anew"
)


@pytest.mark.parametrize("name", SPECIMENS)
def test_pages_are_in_plain_english(name):
    text = " ".join(text_of(read(name)).split())
    assert not PLAINLY.search(text), PLAINLY.search(text)


def test_the_script_says_every_step_once_in_words():
    text = flattened(text_of(printed("script", plan())))
    for step in MAKE.steps:
        assert text.count(flattened(step.words)) == 1, step.code
