"""Every view of a custody judges the same entries up to the same day, and so says the same: on random lives, with entries dated in days to come."""

from __future__ import annotations

import datetime as dt
import random
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.cli.ui import ledger_reading
from splitkit.cli.ui.hints import worded
from splitkit.custody.folder import FOLDERS, Settings, settings_toml
from splitkit.custody.overview.audit import Audit
from splitkit.custody.overview.first_page import FirstPage
from splitkit.custody.overview.glance import Overview
from splitkit.custody.overview.page import status_page
from splitkit.custody.overview.statement import custody_statement
from splitkit.custody.register import build
from splitkit.custody.review import lines_of
from splitkit.host import clock
from splitkit.host.home import LEDGERS, SETTINGS, Ledgers
from splitkit.ledger.comparison import record_standing
from splitkit.ledger.events import Note, Withdrawn
from tests.support.custody.custodies import chained
from tests.support.custody.house import CLEO, SET, TWO, ago, entry, of_sheet, sound
from tests.support.custody.lives import DEEDS, START, Life
from tests.support.sampling import examples

AT = st.sampled_from([0, 0, 0, -40, -1, 30])
"""How many days after today a custody is judged."""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("custody")
    home.chmod(0o700)
    for name in FOLDERS:
        (home / name).mkdir(mode=0o700)
    (home / SETTINGS).write_bytes(settings_toml(Settings("Example AG")))
    return home


class AtTheDesk(Life):
    """The same in the ledger of a desk."""

    def write(self, event, /, **data):
        super().write(event, **(data | {"kind": "desk"} if event == "open" else data))


def lived(dice):
    """A life, some of it dated in days to come."""
    life = AtTheDesk("2of3")
    life.begin()
    for _ in range(dice.randint(3, 12)):
        life.today += dt.timedelta(dice.choice([0, 0, 1, 7, 30, 93]))
        life.do(dice.choice(DEEDS), dice)
        if dice.random() < 0.3:
            later = life.today + dt.timedelta(dice.choice([1, 20, 400]))
            two = {"approved": ["ADM", "WIT"]}
            event, data = dice.choice([
                ("sheet.lost", {"set": life.sets[0], "sheet": "1", "circumstances": "gone"}),
                ("incident.open", {"incident": "I-77", "cause": "a theft"}),
                ("incident.close", {"incident": dice.choice(life.open_codes()), "cause": "x", "outcome": "y", **two}),
                ("withdrawn", {"entry": dice.choice(life.said).name, "reason": "a slip", **two}),
                ("person.left", {"person": "C1", "until": str(later), "reason": "another post"}),
                ("person.joined", {"person": "NEW", "name": "Nat Example", "since": str(later)}),
                ("review", {"reviewers": ["ADM", "WIT"], "confirmed": 1, "removed": 0}),
                ("correction", {"seq": max(1, len(life.said) - 2), "text": "it is otherwise"}),
            ])  # fmt: skip
            life.write(event, day=later, **data)
    return life


@settings(max_examples=examples(400, 10), deadline=None)
@given(pick=st.integers(0, 2**32), days=AT)
def test_every_view_says_the_same_of_a_folder_on_a_day(home, pick, days):
    life = lived(random.Random(pick))
    desk = home / LEDGERS / "desk.ledger"
    desk.unlink(missing_ok=True)
    desk.write_bytes(b"".join(line + b"\n" for line in life.lines))
    desk.chmod(0o600)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clock, "day", lambda: life.today)
        agree(home, max(START, life.today + dt.timedelta(days)), life.today)


def said_first(statement):
    """What must be done, as a statement says it before all else."""
    return [value for key, value in statement.facts if key.startswith("To be done")]


def agree(home, day, today):
    reading = ledger_reading.find(Ledgers(home=str(home)))
    reading = replace(reading, lost="")  # each life is another desk
    status = Overview(reading.built_at(day), reading.standing, day, doubts=reading.all_doubts)
    now = [(one.danger, one.what) for one in status.pressing]

    text = " ".join(" ".join(status.lines(worded, day)).split())
    assert all(" ".join(what.split()) in text for _, what in now)
    assert [one["what"] for one in status.as_object(worded)["now"]] == [what for _, what in now]

    page = status_page(status, "Example AG", worded, today)
    assert page.sound == (not now)
    assert {one.what for one in page.pressing} <= {what for _, what in now}
    assert len(page.pressing) + page.more == len(now)

    audit = Audit(
        reading.judged(), reading.entries, dict(reading.contents), day, today, reading.packs, reading.all_doubts
    )
    assert [(one.danger, one.what) for one in audit.matters] == now
    assert (FirstPage.of(audit).verdict[0] == "NOT SOUND") == bool(now or audit.verification.findings)
    assert audit.as_object()["contradictions"] == status.as_object(worded)["findings"]

    left = [
        one.what
        for one in lines_of(status.built.register, reading.entries, day)
        if one.what.startswith(("WITHDRAWN", "LEFT OUT"))
    ]
    assert [one.partition(": ")[2] for one in left] == [*status.built.unconfirmed, *status.built.left_out]

    statement = custody_statement(status, audit.entries, "Example AG", today)
    assert dict(statement.facts)["Verdict"] == page.verdict
    assert said_first(statement) == [one.what for one in page.pressing]
    rules = next(table for table in statement.tables if table.title == "Rules of custody")
    broken = {code for code, _, stands, _ in rules.rows if stands.startswith("BROKEN")}
    if status.rules.targets:
        assert broken == {one.rule for one in status.rules.broken if not status.rules.overruled(one, day)}

    if day == today:  # the door, and whatever else takes the register of the folder
        assert reading.built.register == status.built.register
        assert next(iter(status.in_short(7))) == (f"NOW ({len(now)})" if now else "NOW: nothing")
    known = status.built.corrected  # of whatever is dated later it was said by then that it had happened
    named = {one.data.entry for one in reading.entries if isinstance(one.data, Withdrawn)}
    """What somebody takes back is looked at, whatever its day: nobody can withdraw a withdrawal, or what the program saw."""
    later = {one.hash for one in reading.entries if one.day > day and one.hash not in {*known, *named}}
    unheard = [replace(one, data=Note(text="x")) if one.hash in later else one for one in reading.entries]
    then = build(unheard, day, reading.packs)
    assert (then.register, then.findings) == (status.built.register, status.built.findings)


def read(number, result):
    return of_sheet("sheet.read", str(number), 4, use="drill", source="scan", result=result)


BAD = {
    "a sheet is lost": ([of_sheet("sheet.lost", "1", 4, circumstances="x")], "one short"),
    "a sheet was read forged": ([read(1, "forged")], "FORGED-.* is open"),
    "two sheets are damaged": ([read(1, "damaged"), read(2, "damaged")], "dead"),
    "the last drill failed": ([entry("drill", 4, set=SET, sheets=["1", "2"], way="verify", result="fail")], "it failed on"),
    "the secret was shown": ([entry("reveal", 4, set=SET, purpose="x", released_by=TWO, seen_by=TWO, seconds=9, way="screen")], "change the password"),
    "a step is left": ([entry("procedure", 5, pack="aws-root", procedure="R8", step=1, steps=1, state="left", owner="Ben Example")], "left is step 1 to Ben Example"),
    "somebody who keeps a sheet has left": ([entry("person.left", 4, person=CLEO, until=ago(4), reason="x")], "one short"),
    "the record says two things": ([entry("place.added", 4, place="safe-1", name="Safe 1", kind="safe", site="X")], "there is such a place already"),
    "what was begun is not ended": ([entry("intent", 4, intent="N-1", act="recover", purpose="x", set=SET)], "begun, never finished"),
}  # fmt: skip
"""What may be bad, and how it is told."""


@pytest.mark.parametrize("name", BAD)
def test_the_statement_says_first_what_is_bad(name):
    more, said = BAD[name]
    entries = chained(sorted([*sound(), *more], key=lambda one: one.time))
    overview = Overview(build(entries, ago(0)), record_standing(entries, entries[-1].hash, ()), ago(0))
    statement = custody_statement(overview, entries, "Example AG", ago(0))
    facts = dict(statement.facts)
    assert "must be done now" in facts["Verdict"]
    assert ("FAILED" in facts["Last drill"]) == (name == "the last drill failed")
    told = said_first(statement)
    assert told and told == [one.what for one in overview.pressing][: len(told)]
    assert re.search(said, "\n".join(told)), told


def test_a_drill_that_failed_is_not_told_as_the_last_one():
    def told(*more):
        entries = chained(sorted([*sound(), *more], key=lambda one: one.time))
        overview = Overview(build(entries, ago(0)), record_standing(entries, entries[-1].hash, ()), ago(0))
        statement = custody_statement(overview, entries, "Example AG", ago(0))
        (row,) = [row for table in statement.tables for row in table.rows if row[0].startswith("A drill;")]
        return row[2]

    assert told() == told(*BAD["the last drill failed"][0]) == "never"
