"""The forms of a ceremony, as they are printed."""

from __future__ import annotations

import dataclasses
import io
import itertools
from functools import cache

import pypdfium2
import pytest

from splitkit.ceremony.paperwork import (
    Particulars,
    blocks,
    check_closed,
    first_out_of_order,
    form,
    forms_of,
    from_ledger,
    paperwork,
)
from splitkit.ceremony.script import DRILL, MAKE, RECOVER, RENEW, REVIEW
from splitkit.ceremony.script import KINDS as KINDS_OF_CEREMONY
from splitkit.ceremony.steps import expand
from splitkit.errors import AttentionError, LedgerError, UsageError
from splitkit.ledger.chain import GENESIS, head_words, new_entry
from splitkit.ledger.verification import read_ledger
from splitkit.paper.forms import FORMS
from splitkit.paper.geometry import Paper
from splitkit.plan.document import LEADERS, MAX_NAME, Custodian
from splitkit.quorum.policy import parse_policy
from tests.support.ceremonies import SHA256, plan_of, whole
from tests.support.custody.custodies import changed
from tests.support.paper.pdfs import flattened, pages_of, text_of
from tests.support.sampling import sampled

MOST_WIDE = "W" * MAX_NAME
EACH_FORM = pytest.mark.parametrize("name", list(FORMS))
EACH_PAPER = pytest.mark.parametrize("paper", Paper)
FORMS_ON_PAPER = list(itertools.product(FORMS, Paper))
KINDS = [(paper, practice) for paper in Paper for practice in (True, False)]
OCCASION = Particulars("2026-11-24", SHA256, "C-0001", "2026-12-01")
GROUPS = "2 of: Board of Directors 24 ch 5of8, Information + Technology 4of8"
LABEL = "Management account of the whole Example group, Mmmmmmm and Wwwww"


def people(policy: str, name: str, title: str = "", **changes):
    parsed = parse_policy(policy)
    seats = tuple((sheet, Custodian(name, title)) for sheet in parsed.sheet_ids())
    return plan_of(parsed, custodians=seats, **{**dict.fromkeys(LEADERS, name), **changes})


FLAT = people("3of5", "Ada Example", "Chief executive", label="Root password")


@cache
def made(name, plan=FLAT):
    return paperwork(plan, OCCASION, [name])[f"{name}.pdf"]


def ledger_of(plan, entries=None):
    lines, head = [], GENESIS
    for number, happened in enumerate(entries or whole(plan), start=1):
        entry = new_entry(happened, number, head)
        lines.append(entry.line)
        head = entry.hash
    return read_ledger(b"".join(line + b"\n" for line in lines))


@EACH_FORM
@pytest.mark.parametrize("kind", sampled(KINDS, 0, always=[(Paper.A4, True), (Paper.LETTER, False)]), ids=str)
def test_every_page_says_what_it_is_and_which_of_how_many(name, kind):
    paper, practice = kind
    pages = pages_of(made(name, dataclasses.replace(FLAT, paper=paper, practice=practice)))
    for number, page in enumerate(pages, start=1):
        text = flattened(page.get_textpage().get_text_bounded())
        assert flattened(FORMS[name][1] + f" ceremony C-0001 page {number} of {len(pages)}") in text
        assert ("PRACTICE" in text) == practice
        assert SHA256[:16] in text
        width, height = page.get_size()
        assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (
            (210, 297) if paper is Paper.A4 else (216, 279)
        )


@EACH_FORM
def test_the_same_plan_gives_the_same_bytes(name):
    assert made.__wrapped__(name) == made(name)


@pytest.mark.parametrize(
    "form_of", sampled(FORMS_ON_PAPER, 0, always=[(name, Paper.LETTER) for name in FORMS]), ids=str
)
def test_the_longest_names_fit_and_nothing_lies_outside(form_of):
    name, paper = form_of
    name_of = "Maximiliana-Alexandrina Example-Examplesonova IV"
    plan = people(GROUPS, name_of, "Executive vice president, digital foundations XII", label=LABEL, paper=paper)
    pdf = made(
        name,
        dataclasses.replace(
            plan, custodians=tuple((s, Custodian(name_of, "W" * MAX_NAME)) for s, _ in plan.custodians)
        ),
    )
    for page in pages_of(pdf):
        assert ink_near_the_edge(page) == 0
    assert name == "exception" or shown_words(pdf).count(flattened(name_of)) >= 16


def ink_near_the_edge(page, mm: float = 9.0) -> int:
    """Dark pixels nearer to the edge of the paper than a printer reaches safely; the pale word is not dark."""
    image = page.render(scale=60 / 72, grayscale=True).to_pil()
    edge = round(mm * 60 / 25.4)
    inner = image.crop((edge, round(edge * 0.8), image.width - edge, image.height - round(edge * 0.8)))
    return sum(image.histogram()[:128]) - sum(inner.histogram()[:128])


@pytest.mark.parametrize(
    "longest", sampled([MOST_WIDE, "Å" * MAX_NAME], 0, always=[MOST_WIDE], ids=lambda words: words[0])
)
@EACH_FORM
def test_words_without_an_end_are_set_smaller_or_broken_and_never_cut(name, longest):
    plan = people(f"2 of: {'W' * 24} 2of3, {'M' * 24} 2of3", longest, longest, label="W" * 64)
    pdf = made(name, plan)
    assert name == "exception" or shown_words(pdf).count(longest) >= 6
    assert all(ink_near_the_edge(page) == 0 for page in pages_of(pdf))


def shown_words(pdf):
    """The text without spaces, without hyphens at line ends (U+0002 in pdfium), and without zero-width spaces."""
    return flattened(text_of(pdf)).replace("\u200b", "").replace("\x02", "")


@EACH_FORM
def test_anonymous_forms_hold_no_name_and_no_label(name):
    plan = dataclasses.replace(people("3of5", "Zoe Nobody", "Zarathustra", label="Zebra"), anonymous=True)
    text = text_of(made(name, plan))
    assert not {"Zoe", "Zarathustra", "Zebra"} & set(text.replace(",", " ").split())
    assert "Zebra" not in text


@EACH_FORM
def test_a_plan_without_names_has_all_forms(name):
    assert pages_of(made(name, plan_of("2 of: Board 2of3, IT 3of5, Audit 1of1")))


def test_every_step_is_on_the_script_once_and_in_order():
    plan = people(GROUPS, "Ada Example")
    rows = [row.code for block in blocks(plan) for row in block.rows]
    assert rows == [step.code for step in expand(plan, MAKE)]
    text = text_of(made("script", plan))
    for code in rows:
        assert text.split().count(code) == 1 or len(code) == 2, code
    for step in expand(plan, MAKE):
        assert flattened(step.step.words) in flattened(text)


@pytest.mark.parametrize("script", KINDS_OF_CEREMONY, ids=lambda script: script.name)
@EACH_PAPER
def test_the_script_of_each_kind_has_its_steps_and_says_nothing_of_others(script, paper):
    occasion = dataclasses.replace(OCCASION, script=script, plan_hash="" if script is REVIEW else SHA256)
    pdf = paperwork(dataclasses.replace(FLAT, paper=paper), occasion, ["script"])["script.pdf"]
    text = flattened(text_of(pdf))
    assert flattened(f"Ceremony script: {script.name}") in text
    assert [row.code for block in blocks(FLAT, script) for row in block.rows] == [
        step.code for step in expand(FLAT, script)
    ]
    assert all(flattened(step.step.words) in text for step in expand(FLAT, script))
    assert (flattened("begin again at step 41") in text) == (script is MAKE)
    assert (flattened("Plan hash") in text, "Chief" in text_of(pdf)) == ((script is not REVIEW,) * 2)
    assert all(ink_near_the_edge(page) == 0 for page in pages_of(pdf))


def test_a_kind_without_printing_has_no_form_of_what_is_printed():
    assert forms_of(MAKE) == forms_of(RENEW) == tuple(FORMS)
    assert forms_of(RECOVER) == forms_of(DRILL) == ("script", "labels", "exception")
    assert forms_of(REVIEW) == ("script", "exception")


def test_a_custodian_of_the_script_is_on_one_page():
    pages = [
        page.get_textpage().get_text_bounded().split()
        for page in pages_of(made("script", people(GROUPS, "Ada Example")))
    ]
    for number in ("A1", "A8", "B8"):
        (at,) = [at for at, words in enumerate(pages) if f"51-{number}" in words]
        assert {f"{code}-{number}" for code in range(51, 57)} <= set(pages[at])


@pytest.mark.parametrize(("name", "each"), [("receipts", 2), ("register", 1)])
@EACH_PAPER
def test_there_are_as_many_pages_a_custodian_as_copies(name, each, paper):
    long = people(GROUPS, "Maximiliana-Alexandrina Example-Examplesonova", "Executive vice president of foundations",
                  label=LABEL, paper=paper)  # fmt: skip
    assert len(pages_of(made(name, long))) == 16 * each
    assert len(pages_of(made(name, dataclasses.replace(FLAT, paper=paper)))) == 5 * each


@EACH_PAPER
def test_an_exception_sheet_is_one_page_with_every_field_of_the_event(paper):
    pdf = made("exception", dataclasses.replace(FLAT, paper=paper))
    assert len(pages_of(pdf)) == 1
    text = flattened(text_of(pdf))
    for field in ("Step of the script", "Time of the room clock", "Expected", "Happened", "Decision", "Approved by",
                  "Who left", "Taken out", "Who came back", "Brought in", "Entry in the ledger"):  # fmt: skip
        assert flattened(field) in text


def test_a_label_says_nothing_of_what_the_sheet_opens():
    text = text_of(made("labels"))
    assert "Root password" not in text
    assert "password" not in text
    assert text.count("Ada Example") == 5


def test_a_closed_ledger_fills_in_the_close_out_sheet():
    reading = ledger_of(FLAT)
    particulars = from_ledger(reading, FLAT, "2026-11-24", SHA256)
    text = text_of(paperwork(FLAT, particulars, ["closeout"])["closeout.pdf"])
    for word in (*head_words(reading.head), *particulars.fingerprint):
        assert word in text.split()
    assert f"Entries {len(reading.entries)}" in " ".join(text.split())
    assert "Order of the script kept" in " ".join(text.split())
    for number in "123":
        assert f"NEW-{number}" in text
    assert "BAG-4" in text and "BAG-1" not in text
    assert getattr(reading.entries[14].data, "set", particulars.set_id) == particulars.set_id
    assert particulars.set_id in text


def test_without_a_ledger_there_are_lines_to_write_on():
    text = " ".join(text_of(made("closeout")).split())
    assert "the words with which the ledger ends – may be read aloud; write the words" in text
    assert dict(form("closeout", FLAT, OCCASION).facts)["Entries"] == ""


def test_what_does_not_follow_the_script_stands_on_the_close_out_sheet():
    entries = whole(FLAT)
    without_lot = [entry for entry in entries if entry.event != "lot"]
    reading = ledger_of(FLAT, without_lot)
    at = next(number for number, entry in enumerate(without_lot, start=1) if entry.event == "bag.opened")
    assert first_out_of_order(reading.entries, FLAT, SHA256) == f"not kept at entry {at}"
    cut = ledger_of(FLAT, entries[:-1])
    assert first_out_of_order(cut.entries, FLAT, SHA256) == "ends before step 94"
    with pytest.raises(AttentionError, match="not closed"):
        check_closed(cut)
    assert from_ledger(cut, FLAT, "2026-11-24", SHA256).head == ()


def test_a_ledger_of_something_else_fills_in_nothing():
    reading = ledger_of(FLAT)
    with pytest.raises(UsageError, match="mixed up"):
        from_ledger(reading, dataclasses.replace(FLAT, practice=False), "2026-11-24", SHA256)
    with pytest.raises(UsageError, match="another policy"):
        from_ledger(reading, plan_of("2of3"), "2026-11-24", SHA256)
    desk = [changed(entry, kind="desk") if entry.event == "open" else entry
             for entry in whole(FLAT)]  # fmt: skip
    with pytest.raises(UsageError, match="of no ceremony"):
        from_ledger(ledger_of(FLAT, desk), FLAT, "2026-11-24", SHA256)
    with pytest.raises(LedgerError):
        from_ledger(dataclasses.replace(reading, broken="entry 3 is missing"), FLAT, "2026-11-24", SHA256)


@EACH_FORM
def test_a_name_that_cannot_be_printed_is_refused(name):
    with pytest.raises(UsageError, match="emoji"):
        made(name, people("2of3", "Ada \U0001f512"))


def test_pages_are_black_and_white():
    for name in FORMS:
        for page in pypdfium2.PdfDocument(io.BytesIO(made(name))):
            picture = page.render(scale=0.4).to_pil().convert("RGB")
            assert all(r == g == b for _, (r, g, b) in picture.getcolors(1_000_000))
