"""What people read before the day: how long a rehearsal took, and the papers that say so."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest

from splitkit.ceremony.beforehand import ESTIMATED, PAPERS, beforehand
from splitkit.ceremony.course import begin
from splitkit.ceremony.hours import SILENCE, as_said, hours_of
from splitkit.errors import AttentionError, LedgerError, UsageError
from splitkit.ledger.chain import GENESIS, new_entry
from splitkit.ledger.verification import read_ledger
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter, templates
from splitkit.plan.document import Custodian
from splitkit.quorum.policy import parse_policy
from tests.support.ceremonies import happening, plan_of, whole
from tests.support.custody.custodies import changed
from tests.support.paper.pdfs import pages_of, prose_of

EACH = pytest.mark.parametrize("name", PAPERS)
EACH_PAPER = pytest.mark.parametrize("paper", Paper)
MOST_PAGES = {"board": 2, "custodian": 1, "week": 2}
MINUTE = dt.timedelta(minutes=1)
START = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


def people(policy="3of5", name="Ada Example", title="Chief executive", site="Berlin", **more):
    parsed = parse_policy(policy)
    return plan_of(parsed, custodians=tuple((one, Custodian(name, title, site)) for one in parsed.sheet_ids()), **more)


PLAN = people(label="Root password")


def ledger(entries, gaps=()):
    """A ledger whose entries are a minute apart, unless *gaps* says how long before which of them."""
    lines, head, now = [], GENESIS, START
    for number, one in enumerate(entries, start=1):
        now += dict(gaps).get(number, MINUTE) if number > 1 else dt.timedelta()
        entry = new_entry(dataclasses.replace(one, time=now.strftime("%Y-%m-%dT%H:%M:%SZ")), number, head)
        lines.append(entry.line + b"\n")
        head = entry.hash
    return read_ledger(b"".join(lines))


def test_a_rehearsal_is_measured_phase_by_phase():
    told = whole(PLAN)
    hours = hours_of(ledger(told, {5: 10 * MINUTE}))
    assert (hours.kind, hours.day, hours.practice) == ("split", START.date(), True)
    assert hours.people == 8
    assert hours.at_work == (len(told) - 1 + 9) * MINUTE
    assert dict(hours.phases)["People and room"] >= 10 * MINUTE
    assert not hours.breaks


def test_a_break_is_no_work_and_neither_is_a_silence():
    told = whole(PLAN)
    at = next(number for number, one in enumerate(told) if one.event == "set.made")
    pause = [happening("break", reason="lunch", bags=[]), happening("resume", bags_agree=True, present=["ADM", "WIT"])]
    around = [*told[:at], *pause, *told[at:]]
    hours = hours_of(ledger(around, {at + 2: 25 * MINUTE, len(around): SILENCE}))
    assert hours.breaks == 25 * MINUTE + SILENCE
    assert hours.at_work == (len(around) - 3) * MINUTE


def test_a_clock_that_was_set_back_takes_no_time_away():
    hours = hours_of(ledger(whole(PLAN), {9: -30 * MINUTE}))
    assert hours.at_work == (len(whole(PLAN)) - 2) * MINUTE


def test_what_is_no_whole_ceremony_is_not_measured():
    told = whole(PLAN)
    with pytest.raises(UsageError, match="not come to its end"):
        hours_of(ledger(told[:-1]))
    with pytest.raises(UsageError, match="of no ceremony"):
        hours_of(ledger([changed(told[0], kind="desk"), *told[1:]]))
    with pytest.raises(LedgerError):
        hours_of(dataclasses.replace(ledger(told), broken="entry 3 is missing"))
    with pytest.raises(LedgerError):
        hours_of(dataclasses.replace(ledger(told), torn=b"x"))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "no time"), (1, "1 minute"), (60, "1 minute"), (61, "2 minutes"), (3600, "1 hour"), (3601, "1 hour 1 minute"), (9000, "2 hours 30 minutes")],
)  # fmt: skip
def test_a_length_of_time_is_said_in_whole_minutes(seconds, said):
    assert as_said(dt.timedelta(seconds=seconds)) == said


def test_a_break_is_offered_only_where_the_ceremony_can_pause():
    pauses = {part.phase for part in beforehand("week", PLAN, (), "2026-11-24").parts if part.pause}
    course, phase, tried = begin(PLAN), "", set()
    for entry in whole(PLAN):
        course = course.advance(entry)
        now = course.next_step.step.phase.title if course.next_step else ""
        if now != phase and phase in pauses:
            tried.add(phase)
            assert course.advance(happening("break", reason="lunch", bags=[])).room.paused
        phase = now
    assert tried == pauses and len(pauses) == 2


def test_no_break_is_offered_while_something_secret_is_open():
    course = begin(PLAN)
    for entry in whole(PLAN):
        course = course.advance(entry)
        if course.secret:
            with pytest.raises(AttentionError, match="cannot pause"):
                course.advance(happening("break", reason="lunch", bags=[]))


@EACH
@EACH_PAPER
@pytest.mark.parametrize(
    "plan", [PLAN, people("2of2"), people(anonymous=True), plan_of("3of5", practice=False)], ids=str
)
def test_a_paper_has_no_more_pages_than_people_read(name, paper, plan):
    for rehearsed in ((), (hours_of(ledger(whole(PLAN))),)):
        pdf = Typesetter(paper).pdf(beforehand(name, plan, rehearsed, "2026-11-24"))
        assert len(pages_of(pdf)) == MOST_PAGES[name]


@EACH
def test_the_longest_names_of_the_largest_set_are_all_on_it(name):
    widest = people("2 of: Board of Directors 24 ch 5of8, Information + Technology 4of8", "Maximiliana-Alexandrina Example-Examplesonova",
                    "Executive vice president, digital foundations", "Frankfurt am Main, the building at the river")  # fmt: skip
    pdf = Typesetter(Paper.LETTER).pdf(beforehand(name, widest, (), "2026-11-24"))
    assert prose_of(pdf).count("Maximiliana-Alexandrina") == (16 if name == "board" else 0)


@EACH
def test_hours_are_called_a_guess_until_a_rehearsal_has_measured_them(name):
    guessed = prose_of(Typesetter(Paper.A4).pdf(beforehand(name, PLAN, (), "2026-11-24")))
    assert "guess: not rehearsed yet" in guessed or "A guess: rehearse" in guessed
    assert as_said(ESTIMATED["split"]) in guessed
    hours = hours_of(ledger(whole(PLAN)))
    measured = prose_of(Typesetter(Paper.A4).pdf(beforehand(name, PLAN, (hours,), "2026-11-24")))
    assert "rehearsal of 2026-11-23 with 8 people" in measured
    assert as_said(hours.at_work) in measured
    assert "A guess: rehearse" not in measured


def test_two_rehearsals_of_one_kind_are_not_both_the_measure():
    hours = hours_of(ledger(whole(PLAN)))
    with pytest.raises(UsageError, match="one kind"):
        beforehand("board", PLAN, (hours, hours), "2026-11-24")


@EACH
def test_an_anonymous_plan_names_nobody(name):
    hidden = people(anonymous=True, label="Root password")
    text = prose_of(Typesetter(Paper.A4).pdf(beforehand(name, hidden, (), "2026-11-24")))
    assert not {"Ada", "Berlin", "Root"} & set(re.findall(r"\w+", text))


@pytest.mark.parametrize("name", ["board", "custodian"])
def test_who_leads_is_called_by_name(name):
    led = people(administrator="Fay Example", witness="Gus Example", scribe="Hana Example")
    text = prose_of(Typesetter(Paper.A4).pdf(beforehand(name, led, (), "2026-11-24")))
    assert "Fay Example" in text and "Gus Example" in text
    hidden = prose_of(
        Typesetter(Paper.A4).pdf(beforehand(name, dataclasses.replace(led, anonymous=True), (), "2026-11-24"))
    )
    assert "Example" not in hidden


@EACH
def test_nobody_reads_a_code_of_a_seat(name):
    assert not re.search(r"\b(?:ADM|WIT|SCR|C[0-9])\b", (templates() / PAPERS[name][0]).read_text(encoding="utf-8"))
