"""What two people withdraw is as if it had never been said; what the program sees, nobody can withdraw."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit.custody.register import build, check_may_go, resting_on, standing_entries, withdrawals
from splitkit.custody.withdrawal import check_withdrawable, find_entry
from splitkit.errors import AttentionError, UsageError
from splitkit.ledger.chain import GENESIS, Entry, Happening, decode_line, new_entry
from splitkit.ledger.events import EVENTS, told
from tests.support.custody.custodies import EVER, SET, event, holdings, introduced, made, read_back, sheet, stored
from tests.support.custody.every_event import data_for
from tests.support.ledgers import SEEN

OPEN = event("open", format=1, ceremony="DESK", kind="desk", practice=False, version="0.1.0")
TWO = ("ada-example", "ben-example")
BEGUN = [*introduced(stored("1"), stored("2"), stored("3"), people=TWO)[:-3], made("2of3")]
"""Where everybody and every place is known."""


def ledger(*happenings: Happening, before: list[Entry] | None = None) -> list[Entry]:
    entries = list(before or [])
    for one in happenings:
        entries.append(new_entry(one, len(entries) + 1, entries[-1].hash if entries else GENESIS))
    return entries


def back(entry: Entry, *approved: str) -> Happening:
    return event("withdrawn", "2026-03-01", entry=entry.hash, reason="a slip", approved=list(approved or TWO))


PEOPLE = st.sampled_from(["C1", "C2", "C3"])
NUMBERS = st.sampled_from(["1", "2", "3"])
SAID = st.one_of(
    st.builds(stored, NUMBERS, PEOPLE),
    st.builds(lambda n, a, b: sheet("sheet.handed", n, from_=a, to=b), NUMBERS, PEOPLE, PEOPLE),
    st.builds(lambda n: sheet("sheet.lost", n, circumstances="nobody knows"), NUMBERS),
    st.builds(lambda n: sheet("sheet.destroyed", n, way="burnt", seen_by=["C1", "C2"]), NUMBERS),
    st.builds(lambda n, i: sheet("sheet.seen", n, person="C1", bag=f"BAG-{n}", intact=i), NUMBERS, st.booleans()),
    st.builds(
        lambda p, n: event("person.joined", person=p, name=n, since="2026-01-01"),
        PEOPLE,
        st.sampled_from(["Ada", "Ben"]),
    ),
    st.builds(lambda p: event("person.left", "2026-02-01", person=p, until="2026-02-01", reason="retired"), PEOPLE),
    st.builds(lambda: event("set.void", set=SET, reason="it was wrong")),
    st.builds(lambda: event("review", reviewers=["C1", "C2"], confirmed=1, removed=0)),
)
SEEN_TOO = st.builds(lambda n: read_back(n, set_id=SET)[0], NUMBERS)


@pytest.mark.parametrize(("person", "goes"), [("C9", True), ("C8", False)])
def test_nothing_is_taken_from_under_what_the_program_saw(person, goes):
    """One of two people witnessed a reading; of the other nothing more is said."""
    joined = [event("person.joined", person=one, name=f"{one} Example", since="2026-01-01") for one in ("C8", "C9")]
    said = ledger(OPEN, *BEGUN, *joined, replace(read_back("1", set_id=SET)[0], by=TWO[0], witness="C8"))
    slip = next(one for one in said if one.event == "person.joined" and one.data.person == person)
    before, then = build(said, EVER), build(ledger(back(slip), before=said), EVER)
    if goes:
        check_may_go(before, then)
    else:
        with pytest.raises(AttentionError, match=r"\(sheet\.read\) rests on it"):
            check_may_go(before, then)


def test_of_a_roll_call_that_was_withdrawn_the_seat_stays_where_anything_else_speaks_of_it():
    called = [event("roll", person=seat, role="custodian", sheet="1", name=f"{seat} Example") for seat in ("C7", "C8")]
    said = ledger(OPEN, *BEGUN, *called, event("bag.given", bag="B-9", person="C7"))
    rolls = [entry for entry in said if entry.event == "roll"]
    said = ledger(*map(back, rolls), before=said)
    standing = [entry.data for entry in standing_entries(said, EVER) if entry.event == "roll"]
    assert [(one.person, one.name, one.sheet) for one in standing] == [("C7", None, None)]


@given(st.lists(st.one_of(SAID, SAID, SEEN_TOO), min_size=1, max_size=12), st.data())
def test_what_was_withdrawn_is_as_if_it_had_never_been(happenings, data):
    begun = ledger(*BEGUN, *happenings)
    withdrawable = [entry for entry in begun[len(BEGUN) :] if entry.event not in SEEN]
    gone = data.draw(st.lists(st.sampled_from(withdrawable), unique_by=id, max_size=3)) if withdrawable else []
    whole = ledger(*map(back, gone), before=begun)
    names = {one.hash for one in gone}
    never = ledger(*(one for one in begun if one.hash not in names))
    built, without = build(whole, EVER), build(never, EVER)
    assert built.register == without.register
    assert len(built.findings) == len(without.findings)
    assert [one.entry for one in built.withdrawn] == gone
    assert len(built.unconfirmed) == len(gone)  # it stays visible
    assert set(resting_on(build(begun, EVER), built)) == set(built.findings) - set(build(begun, EVER).findings)
    assert holdings(whole) == holdings(standing_entries(begun + whole[len(begun) :], EVER))
    assert {one.hash for one in standing_entries(whole, EVER)} == {one.hash for one in whole} - names


@pytest.mark.parametrize("name", EVENTS)
def test_nobody_withdraws_what_the_program_sees(name):
    entries = ledger(*BEGUN, Happening(told(name, data_for(name)), "C1", "", "2026-02-01T10:00:00Z"))
    whole = ledger(back(entries[-1]), before=entries)
    built = build(whole, EVER)
    if name in SEEN or name == "withdrawn":
        with pytest.raises(AttentionError):
            check_withdrawable(entries[-1])
        assert built.withdrawn == ()
        assert any("(withdrawn): " in finding for finding in built.findings)
        assert built.register == build(entries, EVER).register
    else:
        assert [one.entry for one in built.withdrawn] == [entries[-1]]
        assert built.register == build(entries[:-1], EVER).register


@pytest.mark.parametrize("name", ["reveal", "intent", "outcome", "override"])
def test_what_was_entered_from_paper_of_what_the_program_sees_stays_too(name):
    said = Happening(told(name, data_for(name)), "C1", "", "2026-02-01T10:00:00Z", by_hand=True)
    with pytest.raises(AttentionError, match="nobody can withdraw it"):
        check_withdrawable(ledger(OPEN, said)[-1])


@pytest.mark.parametrize("approved", [[], ["ada-example"], ["ada-example", "ada-example"], ["ada-example", "SPLITKIT"]])
def test_fewer_than_two_people_withdraw_nothing(approved):
    entries = ledger(*BEGUN, stored("1"))
    slip = event("withdrawn", entry=entries[-1].hash, reason="a slip", approved=approved)
    built = build(ledger(slip, before=entries), EVER)
    assert (built.withdrawn, built.register) == ((), build(entries, EVER).register)
    assert any("fewer than two people" in one for one in built.findings)


@pytest.mark.parametrize("approved", [("ada-example", "zoe-example"), (*TWO, "zoe-example")])
@pytest.mark.parametrize("later", [False, True])
def test_whoever_nobody_had_introduced_by_then_withdraws_nothing(approved, later):
    entries = ledger(*BEGUN, stored("1"))
    slip = event("withdrawn", entry=entries[-1].hash, reason="a slip", approved=list(approved))
    zoe = event("person.joined", person="zoe-example", name="Zoe Example", since="2026-01-10")
    whole = ledger(slip, *([zoe] if later else []), before=entries)
    built = build(whole, EVER)
    assert built.withdrawn == () and built.register.sets[SET].sheets["1"].safe
    assert any('nobody is called "zoe-example"' in one for one in built.findings)
    assert build(ledger(zoe, back(entries[-1], *approved), before=entries), EVER).withdrawn


@pytest.mark.parametrize("corrected", [False, True])
def test_a_name_that_counts_for_nothing_makes_one_person_no_two(corrected):
    """Who is two follows from what stands: one person under two seats cannot call one of them somebody else, and take back alone what was said."""
    alias = event("person.joined", person="ada-2", name="ada-example Example", since="2026-01-10")
    entries = ledger(*BEGUN, alias, sheet("sheet.lost", "1", circumstances="nobody knows"))
    lost = entries[-1]
    other = replace(
        event("person.joined", person="ada-2", name="Zoe Example", since="2026-01-10"), by="ada-example", witness=""
    )
    entries = ledger(other, before=entries)
    if corrected:
        slip = replace(event("correction", seq=entries[-1].seq, text="a slip"), by="ada-example", witness="")
        entries = ledger(slip, before=entries)
    built = build(ledger(back(lost, "ada-example", "ada-2"), before=entries), EVER)
    assert built.withdrawn == () and built.register.sets[SET].sheets["1"].state.value == "lost"
    assert len(built.findings) == 2 - corrected


def test_what_is_not_there_comes_later_or_was_withdrawn_is_named_and_changes_nothing():
    entries = ledger(*BEGUN, stored("1"))
    unknown = event("withdrawn", entry="0" * 64, reason="a slip", approved=list(TWO))
    again = event("withdrawn", entry=entries[-1].hash, reason="once more", approved=list(TWO))
    whole = ledger(unknown, back(entries[-1]), again, before=entries)
    built = build(whole, EVER)
    assert [one.rpartition(": ")[2] for one in built.findings] == [
        "no entry before it has this hash",
        "this entry was withdrawn before",
    ]
    assert len(built.withdrawn) == 1


def said_of(entry: Entry, verdict: str = "keep") -> Happening:
    """A line of a review."""
    return by_two(event("review.line", REVIEWED, subject=f"withdrawn.{entry.hash[:12]}", person="C1", verdict=verdict))


REVIEWED = "2026-03-02"


def by_two(what: Happening) -> Happening:
    return replace(what, by=TWO[0], witness=TWO[1])


def review_of(*reviewers: str) -> Happening:
    return by_two(event("review", REVIEWED, reviewers=list(reviewers), confirmed=1, removed=0))


def test_a_review_of_two_that_still_stands_and_keeps_it_withdrawn_confirms_it():
    entries = ledger(*BEGUN, stored("1"))
    slip = entries[-1]
    review, lone = review_of("C1", "C2"), review_of("C1", "C1")
    gone = ledger(said_of(slip), review, back(slip), lone, before=entries)
    for more in ([], [review], [said_of(slip)], [said_of(slip), lone], [said_of(slip, "change"), review],
                 [said_of(slip), said_of(slip, "remove"), review], [said_of(entries[1]), review]):  # fmt: skip
        assert len(build(ledger(*more, before=gone), EVER).unconfirmed) == 1
    confirmed = ledger(said_of(slip), review, before=gone)
    assert build(confirmed, EVER).unconfirmed == []
    assert len(build(confirmed, EVER).withdrawn) == 1
    for last in confirmed[-2:]:
        assert "is what the program sees" in build(ledger(back(last), before=confirmed), EVER).findings[-1]


def test_a_review_confirms_by_its_own_lines_alone_that_are_later_than_the_withdrawal():
    """One that began with them and was never held says nothing, nor does one that was held before, and is taken up later."""
    entries = ledger(OPEN, *BEGUN, stored("1"))
    gone = ledger(back(entries[-1]), before=entries)
    line, held = said_of(entries[-1]), review_of("C1", "C2")
    opens = [
        by_two(event("open", REVIEWED, format=1, ceremony=code, kind="review", practice=False, version="0.1.0"))
        for code in ("R-1", "R-2")
    ]
    early = [replace(one, time=f"2026-02-28T1{at}:00:00Z") for at, one in enumerate([opens[1], line, held])]
    for ledgers, confirmed in (
        ([[opens[0], line], [opens[1], held]], False),
        ([[opens[0], line], early], False),
        ([[opens[0], line, held]], True),
        ([early, [opens[0], line, held]], True),
    ):
        assert (
            build([*gone, *(one for some in ledgers for one in ledger(*some))], EVER).unconfirmed == []
        ) is confirmed


def left(*by: str) -> Happening:
    what = event("person.left", "2026-02-20", person="C2", until="2026-02-20", reason="another post")
    return replace(what, by=by[0], witness="".join(by[1:]))


def joined(seat: str, name: str, *by: str) -> Happening:
    what = event("person.joined", "2026-02-25", person=seat, name=name, since="2026-02-25")
    return replace(what, by=by[0], witness="".join(by[1:]))


ALIAS = event("person.joined", person="c2-again", name="C2  EXAMPLE", since="2026-01-10")
BACK = joined("C2", "C2 Example", *TWO)
STANDS = {
    "here": ([], "C2", True),
    "two said they left": ([left(*TWO)], "C2", False),
    "one said so": ([left("C1")], "C2", False),
    "under another seat": ([ALIAS, left(*TWO)], "c2-again", False),
    "brought back by one": ([left(*TWO), joined("C2", "C2 Example", "C1")], "C2", False),
    "under a new seat by one": ([left(*TWO), joined("c2-new", "C2 Example", "C1")], "c2-new", False),
    "one who had left said they are back": ([left(*TWO), joined("C2", "C2 Example", "C1", "C2")], "C2", False),
    "brought back by two": ([left(*TWO), BACK], "C2", True),
    "their leaving taken back by two": ([left(*TWO)], "C2", True),
}
"""What is said of somebody, who they are called then, and whether they may stand behind what two settle."""


@pytest.mark.parametrize("what", ["withdrawal", "review", "incident", "correction"])
@pytest.mark.parametrize("case", STANDS)
def test_who_stands_behind_what_two_settle_is_one_question_whatever_it_is(case, what):
    """Somebody is one person under every seat and name, and whoever has left is gone under all."""
    said, seat, stands = STANDS[case]
    incident = event("incident.open", incident="I-1", cause="a stranger")
    wrong = event("sheet.lost", set="9" * 32, sheet="1", circumstances="gone")
    more = [replace(one, by=TWO[0], witness=TWO[1]) for one in (incident, wrong, event("note", text="x"))]
    entries = ledger(*BEGUN, *(one if one is not ALIAS else by_two(one) for one in said), *more)
    if "taken back" in case:
        (gone,) = [one for one in entries if one.event == "person.left"]
        entries = ledger(back(gone), before=entries)
    note = next(one for one in entries if one.event == "note")
    if what == "withdrawal":
        assert bool(built_with(entries, back(note, "C1", seat)).withdrawn[("taken back" in case) :]) is stands
    elif what == "review":
        entries = ledger(back(note), before=entries)
        kept = said_of(note), review_of("C1", seat)
        assert (len(built_with(entries, *kept).unconfirmed) == ("taken back" in case)) is stands
    elif what == "incident":
        over = event("incident.close", REVIEWED, incident="I-1", cause="x", outcome="y", approved=["C1", seat])
        assert ("I-1" not in built_with(entries, by_two(over)).register.incidents) is stands
    else:
        number = next(one.seq for one in entries if one.event == "sheet.lost")
        right = replace(event("correction", REVIEWED, seq=number, text="a slip"), by="C1", witness=seat)
        assert any("sheet.lost" in one for one in built_with(entries, right).findings) is not stands


def built_with(entries: list[Entry], *more: Happening):
    return build(ledger(*more, before=entries), EVER)


def test_a_review_that_people_say_was_held_confirms_nothing():
    entries = ledger(*BEGUN, stored("1"))
    held = said_of(entries[-1]), review_of("C1", "C2")
    said = [
        decode_line(one.line)
        for one in ledger(
            *(replace(one, by_hand=True) for one in held), before=ledger(back(entries[-1]), before=entries)
        )
    ]
    built = build(said, EVER)
    assert len(built.unconfirmed) == 1
    assert sum("counts only where the program saw it" in one for one in built.findings) == 2


def test_before_its_day_it_was_not_withdrawn():
    entries = ledger(*BEGUN, stored("1"))
    whole = ledger(back(entries[-1]), before=entries)
    day = entries[-1].day
    assert build(whole, day).register == build(entries, EVER).register
    assert withdrawals(whole, day) == ([], {})


def test_an_entry_is_named_by_its_number_its_ceremony_or_its_hash():
    desk = ledger(OPEN, made("2of3"), stored("1"))
    other = ledger(
        event("open", format=1, ceremony="C-0001", kind="split", practice=False, version="0.1.0"), stored("2")
    )
    entries = [*desk, *other]
    for name, wanted in (("3", desk[2]), ("C-0001/2", other[1]), ("c-0001/2", other[1]), ("DESK/2", desk[1]),
                         (other[1].hash, other[1]), (desk[2].hash[:8], desk[2])):  # fmt: skip
        assert find_entry(entries, name, desk[0].hash) is wanted
    for name in ("4", "0", "", "C-0002/1", desk[2].hash[:7], "x"):
        with pytest.raises(UsageError):
            find_entry(entries, name, desk[0].hash)
