"""The auditor's pack: its first page says to somebody who knows no seats what is sound, and what is not; behind it stands everything."""

from __future__ import annotations

import datetime as dt
import io

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit.custody.overview.audit import SECTIONS, Audit
from splitkit.custody.overview.audit_report import annexes, audit_report
from splitkit.custody.overview.first_page import FirstPage
from splitkit.custody.records.holdings import Register
from splitkit.custody.records.lives import Life
from splitkit.custody.register import after
from splitkit.errors import AttentionError
from splitkit.ledger.chain import GENESIS, Happening, head_words, new_entry
from splitkit.ledger.events import EVENTS, told
from splitkit.ledger.verification import judge_ledger
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from tests.support.custody.custodies import (
    SET,
    asset,
    drilled,
    event,
    held,
    holdings,
    introduced,
    place,
    proven,
    read_back,
    sheet,
    stored,
)
from tests.support.paper.pdfs import prose_of

DAY = dt.date(2026, 4, 2)
NAMES = {"C1": "Cleo", "C2": "Dora", "C3": "Emil", "ADM": "Ada", "WIT": "Ben", "M1": "Mia", "P1": "Pia", "B1": "Bea"}
PEOPLE = [
    event("person.joined", person=seat, name=f"{name} Example", since="2026-01-10") for seat, name in NAMES.items()
]
SAFES = [
    event("place.added", place=f"safe-{at}", name=f"{city} vault", kind="safe", site=city)
    for at, city in enumerate(("Berlin", "Oslo", "Paris"), 1)
]
BEGUN = [*PEOPLE, *SAFES, *held("2of3", 3)]
ROOM = event("open", format=1, ceremony="C-0001", kind="custody", practice=False, version="0.1.0")
BACK = "BACK"


def audit_of(*happenings: Happening, vouched: bool = False, at: dt.date = DAY) -> Audit:
    entries, head = [], GENESIS
    for number, what in enumerate([ROOM, *happenings], 1):
        data = what.data
        if what.event == "withdrawn":
            data = event("withdrawn", entry=head, reason=data.reason, approved=list(data.approved)).data
        entry = new_entry(Happening(data, "ADM", "WIT", what.time), number, head)
        entries.append(entry)
        head = entry.hash
    content = b"".join(entry.line + b"\n" for entry in entries)
    judged = judge_ledger([content], head_words(head) if vouched else None)
    return Audit(judged, entries, {"01-c-0001.ledger": content}, at, at)


def said(audit: Audit) -> dict[str, str]:
    """The sentences of each part of the first page."""
    return {part.title: " ".join(one.text for one in part.statements) for part in FirstPage.of(audit).chapters}


def read(number: str, result: str, day: str = "2026-03-01") -> Happening:
    return sheet("sheet.read", number, day, use="inventory", source="camera", result=result)


def test_each_part_of_the_pack_lists_entries_that_exist_and_each_is_in_it():
    assert {name for names in SECTIONS.values() for name in names} <= EVENTS.keys()
    assert audit_of(*BEGUN).as_object().keys() >= SECTIONS.keys()


def test_the_data_of_the_pack_has_the_names_by_which_others_read_it():
    data = audit_of(*BEGUN).as_object()
    assert data.keys() - SECTIONS.keys() == {
        "format", "program", "made", "at", "files_as_of", "ledgers", "verification", "record", "withdrawn", "left_out", "contradictions",
        "register", "matters", "holdings", "actions", "due",
    } | audit_of().rules.as_object(DAY).keys()  # fmt: skip
    assert {*data["broken"][0]} == {"rule", "what", "why", "command", "overridden"}
    assert {*data["matters"][0]} == {"danger", "since", "what"}
    assert data["verification"].keys() == {"verdict", "fact", "vouched", "findings", "notes"}
    assert {*data["ledgers"][0]} == {
        "file", "sha256", "ceremony", "kind", "practice", "opened", "last", "closed", "entries", "head", "hash",
    }  # fmt: skip


def test_every_reading_is_on_paper_and_in_the_data_and_none_is_told_as_another():
    audit = audit_of(
        *BEGUN, read("1", "forged"), read("2", "damaged"), read("3", "foreign"), read("3", "sound"), read("3", "sound")
    )
    table = next(
        one for one in annexes(FirstPage.of(audit))["accesses.pdf"].tables if one.title.startswith("Every reading")
    )
    assert [row[:3] for row in table.rows] == [
        (f"sheet {at} of set {SET[:8]}", f"{name} Example", count)
        for at, name, count in ((1, "Cleo", "2"), (2, "Dora", "2"), (3, "Emil", "4"))
    ]
    assert table.rows[0][4] == "FORGED 2026-03-01 (inventory, camera)"
    assert table.rows[1][4] == "DAMAGED 2026-03-01 (inventory, camera)"
    assert table.rows[2][3:] == (
        "2026-01-15 (read-back, scan), 2026-03-01 (inventory, camera) x2",
        "FOREIGN 2026-03-01 (inventory, camera)",
    )
    results = [one["data"]["result"] for one in audit.as_object()["readings"] if one["event"] == "sheet.read"]
    assert sorted(results) == ["damaged", "foreign", "forged", *["sound"] * 5]
    told = said(audit)["Readings, drills and reviews"]
    assert "8 readings of sheets by the program: 5 sound, 1 forged, 1 damaged, 1 foreign." in told
    assert "FORGED: sheet 1 of set 5f3a0c11 on 2026-03-01, read by Ada Example and Ben Example." in told


def test_the_first_page_names_what_was_overruled_withdrawn_and_is_open_with_the_people():
    audit = audit_of(
        *BEGUN,
        event("override", check="disk", reason="no memory disk was there", approved=["ADM", "C1"]),
        event("lint.override", rule="SEP-1", reason="until May", approved=["ADM", "WIT"], until="2026-05-01"),
        sheet("sheet.lost", "1", circumstances="not in the drawer"),
        event("withdrawn", entry="0" * 64, reason="another drawer", approved=["C1", "WIT"]),
        event("incident.open", incident="I-1", cause="somebody asked for the vault", kind="password"),
        event("action", action="A-1", text="buy a key", owner="Mia", due="2026-03-01"),
        event("reveal", set=SET, purpose="the yearly change", released_by=["ADM"], seen_by=["M1"], seconds=30, way="screen"),
        event("intent", intent="N-1", act="reveal", purpose="the yearly change", set=SET),
    )  # fmt: skip
    told = said(audit)
    assert (
        "2026-01-15: 'disk', by Ada Example and Cleo Example: no memory disk was there" in told["Overruled by people"]
    )
    assert "rule SEP-1 until 2026-05-01, by Ada Example and Ben Example: until May" in told["Overruled by people"]
    gone = told["Withdrawn or left by two people, and confirmed by no review"]
    assert "not in the drawer" in gone
    assert "by Cleo Example and Ben Example on 2026-01-15: another drawer" in gone
    assert told["Open incidents"] == "I-1 (URGENT: the secret may be known): somebody asked for the vault"
    assert "action A-1" in told["Debts: due, or begun and never finished"]
    assert "begun, never finished: reveal" in told["Debts: due, or begun and never finished"]
    assert "shown to Mia Example: the yearly change" in told["When the secret was shown or used"]
    assert FirstPage.of(audit).verdict[0] == "NOT SOUND"
    assert "it opens" not in told["Open incidents"]
    assert (
        "Sheet and keeper: 1 Cleo Example, Berlin vault; 2 Dora Example, Oslo vault; 3 Emil Example, Paris vault."
        in told["The sheets"]
    )
    page = prose_of(Typesetter(Paper.A4).pdf(audit_report(FirstPage.of(audit))))
    assert "\u25a0 SEEN" in page
    assert "\u25a1 said" in page


def test_a_seat_is_nowhere_on_the_page_where_a_name_is_known():
    audit = audit_of(
        *BEGUN, read("1", "forged"), event("override", check="disk", reason="it was so", approved=["ADM", "C1"])
    )
    text = " ".join(said(audit).values()).split()
    assert not {"C1", "C2", "C3", "ADM", "WIT", "safe-1"} & {word.strip(".,;:()") for word in text}


NOTHING_WRONG = (
    *BEGUN, *drilled("1", "2", "3"), asset("key-1", "mfa", "M1", "2026-03-01"), asset("key-2", "mfa", "P1", "2026-03-01"),
    asset("box-1", "mailbox", "B1", "2026-03-01"), asset("box-2", "mailbox", "ADM", "2026-03-01"), asset("phone-1", "phone", "WIT", "2026-03-01"),
    asset("phone-2", "phone", "P1", "2026-03-01"), event("review", "2026-04-01", reviewers=["ADM", "WIT"], confirmed=9, removed=0),
    event("account.added", account="root", name="Production", pack="aws-root"), event("line.bound", line=SET, account="root"),
    event("receiver.added", person="WIT", account="root"), event("signin", password="new", accepted=True),
    *(event("lint.override", rule=rule, reason="it is a test", approved=["ADM", "WIT"]) for rule in ("ALONE-1", "NEEDED-1", "SITE-1", "PLACE-1")),
)  # fmt: skip


@pytest.mark.parametrize(("vouched", "word", "of_the_end"), [(False, "NOT PROVEN", "it may lack its end"), (True, "SOUND", "was compared with the words on paper")])  # fmt: skip
def test_sound_is_said_only_of_a_record_whose_end_was_compared_with_paper(vouched, word, of_the_end):
    audit = audit_of(*NOTHING_WRONG, vouched=vouched)
    assert audit.matters == []
    page = FirstPage.of(audit)
    assert page.verdict[0] == word
    assert of_the_end in said(audit)["What is not proven"]
    assert "any 2 of 3 sheets: SOUND." in said(audit)["The sheets"]
    assert (said(audit)["Open incidents"], said(audit)["Debts: due, or begun and never finished"]) == ("None.", "None.")
    kept = audit.as_object()["holdings"][0]
    assert (kept["where"], kept["since"], kept["until"]) == ("Berlin vault BAG-1", "2026-01-16", "")


@pytest.mark.parametrize("what", [read("2", "damaged", "2026-04-02"), read("2", "forged"), sheet("sheet.lost", "2", circumstances="x"), event("incident.open", incident="I-1", cause="x"),
                                  event("intent", intent="N-1", act="reveal", purpose="x", set=SET), event("action", action="A-1", text="x", due="2026-02-01")])  # fmt: skip
def test_one_thing_that_is_wrong_is_enough(what):
    page = FirstPage.of(audit_of(*NOTHING_WRONG, what, vouched=True))
    assert page.verdict[0] == "NOT SOUND"
    assert any(one.sound is False for part in page.chapters for one in part.statements)


def test_an_entry_that_the_list_does_not_allow_is_a_contradiction():
    audit = audit_of(
        *NOTHING_WRONG, Happening(told("sheet.lost", {"set": SET}), "ADM", "WIT", "2026-04-02T10:00:00Z"), vouched=True
    )
    page = FirstPage.of(audit)
    assert page.verdict[0] == "NOT SOUND"
    assert "sheet.lost" in said(audit)["Contradictions"]


@pytest.mark.parametrize("paper", list(Paper))
def test_the_first_page_is_one_page_whatever_has_happened(paper):
    long = "so it was decided by everybody who was there, after a long talk about all that may go wrong; " * 3
    troubles = []
    for at in range(1, 20):
        troubles += [
            read("1", "forged"), read("2", "damaged"), event("override", check="disk", reason=long.strip(), approved=["ADM", "C1"]),
            event("incident.open", incident=f"I-{at}", cause=long.strip(), kind="lost"), event("action", action=f"A-{at}", text="x", owner=f"Ada {at}", due="2026-02-01"),
            event("note", text=f"a slip {at} and {long[:180].strip()}"), event("withdrawn", entry="0" * 64, reason=long.strip(), approved=["C1", "WIT"]),
            event("reveal", set=SET, purpose=f"the change {at}", released_by=["ADM"], seen_by=["M1"], seconds=30, way="screen"),
            sheet("sheet.stored", "1", "2026-03-01", person="C2", bag="BAG-1", safe="safe-1"),
        ]  # fmt: skip
    audit = audit_of(*BEGUN, *troubles)
    page = FirstPage.of(audit)
    told = said(audit)
    assert "And 15 more" in " ".join(told.values()) or page.most < 4
    more = [one for part in page.chapters for one in part.statements if "more readings that were not sound" in one.text]
    assert [one.sound for one in more] == [False]
    document = pypdfium2.PdfDocument(io.BytesIO(Typesetter(paper).pdf(audit_report(FirstPage.of(audit)))))
    second = document[1].get_textpage().get_text_bounded()
    assert "Ledgers" in second
    assert "Rules of custody that are broken" not in second


def test_whoever_had_a_seat_then_is_named_in_the_entries_of_that_time():
    leaves = event("person.left", "2026-03-01", person="M1", until="2026-03-01", reason="moved on")
    joins = event("person.joined", "2026-03-02", person="M1", name="Mía Example", since="2026-03-02")
    used = [
        event("safe.opened", day, safe="safe-1", people=["M1"], purpose="a look")
        for day in ("2026-02-01", "2026-03-03")
    ]
    audit = audit_of(*BEGUN, used[0], leaves, joins, used[1])
    rows = next(one for one in annexes(FirstPage.of(audit))["accesses.pdf"].tables if one.title == "Every access").rows
    assert [row[4] for row in rows] == [
        f"safe Berlin vault; people {name}; purpose: a look" for name in ("Mia Example", "Mía Example")
    ]


# --- who held what ----------------------------------------------------------------------------------------------------

SEATS, NUMBERS = st.sampled_from(["C1", "C2"]), st.sampled_from(["1", "2"])
LIFE = st.one_of(
    st.builds(stored, NUMBERS, SEATS),
    st.builds(lambda n, a, b: sheet("sheet.handed", n, from_=a, to=b), NUMBERS, SEATS, SEATS),
    st.builds(lambda n: sheet("sheet.lost", n, circumstances="nobody knows"), NUMBERS),
    st.builds(lambda n: read_back(n, set_id=SET)[0], NUMBERS),
    st.builds(lambda s: asset("key-1", "mfa", s), SEATS),
    st.builds(lambda s: event("asset.moved", asset="key-1", person=s, reason="a test"), SEATS),
    st.builds(lambda s, n: event("person.joined", person=s, name=n, since="2026-01-01"), SEATS, st.sampled_from(["Ada", "Ben"])),
    st.builds(lambda s: event("person.left", person=s, until="2026-02-01", reason="retired"), SEATS),
    st.builds(lambda s, r: event("role", person=s, role=r, reason="it is so"), SEATS, st.sampled_from(["mfa", "phone"])),
    st.builds(lambda: event("set.void", set=SET, reason="it was wrong")),
)  # fmt: skip


def everything(register: Register):
    """What a register says of who holds what, all of it: what, who, by what name, where, in which state."""
    names = {seat: one.name for seat, one in register.people.items()}
    for record in register.sets.values():
        void = ", void set" if record.life is Life.VOID else ""
        for one in record.sheets.values():
            if one.holder or one.condition != "held":
                where = f"{one.safe} {one.bag}".strip()
                yield record.sheet_name(one.number), one.holder, names.get(one.holder, ""), where, one.condition + void
    for one in register.assets.values():
        yield one.name, one.holder, names.get(one.holder, ""), one.place, "in use"
    for one in register.people.values():
        if one.roles and not one.until:
            yield f"roles of {one.seat}", one.seat, one.name, ", ".join(one.roles), "in office"


@given(st.lists(LIFE, max_size=14))
def test_what_is_followed_row_by_row_is_what_each_register_says(happenings):
    first = introduced(*proven("1", "2"), place("safe-1"), place("safe-2"), people=["C1", "C2"])
    entries = audit_of(*first[1:], held("2of3", 1)[0], *happenings).entries
    register, since, expected = Register(), {}, []
    for entry in entries:
        try:
            register = after(register, entry)
        except AttentionError:
            continue
        facts = dict.fromkeys(everything(register), entry.day)
        expected += [(*fact, day, entry.day) for fact, day in since.items() if fact not in facts]
        since = facts | {fact: day for fact, day in since.items() if fact in facts}
    expected += [(*fact, day, None) for fact, day in since.items()]
    found = [(one.what, one.holder, one.name, one.where, one.state, one.since, one.until) for one in holdings(entries)]
    assert sorted(found, key=str) == sorted(expected, key=str)


ENTRIES = "UTC | Event | Seen or said | By, seen by | What"
HEADINGS = {
    "Ledgers": "File | Ceremony | Kind | Opened | Last entry | Entries | Closed | Head: the L words",
    "What stands against it on 2026-04-02, the worst first": "Since | What",
    "What does not agree": "What",
    "Withdrawn or left by two people, and no part of what follows": "What",
    "Overrides": ENTRIES,
    "Drills, and what they taught": ENTRIES,
    "Incidents": ENTRIES,
    "Exceptions, and what was begun and not done": ENTRIES,
    "Corrections": ENTRIES,
    "Set 5f3a0c11": "Sheet | Custodian | Deputy | Safe | Bag | Last seen | Last read | State",
    "People": "Name | Title | Roles | Deputy | From | To | Seat in the ledger",
    "Access reviews": ENTRIES,
    "Actions": "Code | What | By whom | Until | Done",
    "Rules of custody that are broken": "Rule | What breaks it | Overruled by two",
    "Every reading, sheet by sheet": "Sheet | Kept by | Readings | \N{BLACK SQUARE} SEEN, and sound | \N{BLACK SQUARE} SEEN, and not sound",
    "Every access": ENTRIES,
    "Who held what, and when": "What | Held by | Where | State | From | To",
    "Changes of people, sheets, sets and devices": ENTRIES,
}


def test_each_table_of_the_pack_stands_under_its_headings():
    page = FirstPage.of(audit_of(*BEGUN))
    tables = [table for report in (audit_report(page), *annexes(page).values()) for table in report.tables]
    assert {table.title: " | ".join(column.heading for column in table.columns) for table in tables} == HEADINGS
