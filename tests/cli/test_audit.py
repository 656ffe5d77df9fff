"""`splitkit audit`: a pack that an auditor can check, and that holds no secret."""

from __future__ import annotations

import hashlib
import json
import re

import pypdfium2
import pytest

from splitkit.ledger.chain import hash_of
from splitkit.quorum.textform import symbol_text
from tests.support.custody.company import begun, event, joined, office, opened, sheet, written
from tests.support.custody.custodies import changed, made, stored
from tests.support.custody.drilled import OURS, SET_ID
from tests.support.custody.practice_set import run
from tests.support.ledgers import head_of, words
from tests.support.paper.pdfs import prose_of

DAY = "2026-11-23"
MORE = (
    event("safe.opened", DAY, safe="safe-2", people=["C2", "WIT"], purpose="a look at the bag"),
    event("exception", DAY, expected="two witnesses", happened="one was late", decision="we waited"),
    event("drill", DAY, set=sheet("sheet.taken", "1").data.fields()["set"], sheets=["1", "2"], way="verify", result="pass", not_proven=["3"]),
    event("debrief", DAY, went_wrong="nothing", surprising="how long it took"),
    event("action", DAY, action="A-1", text="buy a second key", owner="M1", due="2027-01-31"),
    event("person.left", DAY, person="C3", until=DAY, reason="retired"),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return office(tmp_path, *MORE)


def audit(folder, *arguments):
    return run("audit", "c1", "c2", "--out", "pack", *arguments, cwd=folder)


def head(folder):
    lines = (folder / "c2").read_bytes().splitlines()
    return " ".join(head_of(lines))


def test_the_pack_answers_who_held_what_and_whether_it_worked(folder):
    done = audit(folder, "--head", head(folder))
    assert done.returncode == 0, done.stderr
    assert "drills 1, reviews 0, accesses 6, exceptions 1, overrides 0, readings 5" in done.stdout
    assert done.stdout.startswith("NOT SOUND: ")
    assert sorted(path.name for path in (folder / "pack").iterdir()) == [
        "01-c-0001.ledger", "02-c-0002.ledger", "accesses.pdf", "audit.json", "audit.pdf", "holdings.pdf",
    ]  # fmt: skip
    data = json.loads((folder / "pack" / "audit.json").read_text())
    assert data["verification"]["verdict"] == "sound"
    assert data["verdict"] == "NOT SOUND"
    assert data["why"].startswith(f"{len(data['matters'])} things stand against it on ")
    assert [one["file"] for one in data["ledgers"]] == ["01-c-0001.ledger", "02-c-0002.ledger"]
    for one in data["ledgers"]:
        copy = (folder / "pack" / one["file"]).read_bytes()
        assert hashlib.sha256(copy).hexdigest() == one["sha256"]
        assert " ".join(words(one["hash"])) == one["head"]
    assert {"LEFT-1", "NEEDED-1"} <= {one["rule"] for one in data["broken"]}
    assert [one["what"] for one in data["holdings"] if one["holder"] == "C3" and not one["until"]] == [
        "sheet 3 of set 5f3a0c11"
    ]
    assert data["register"]["sets"][0]["case"] == "one short"
    page = " ".join(
        prose_of((folder / "pack" / name).read_bytes()) for name in ("audit.pdf", "accesses.pdf", "holdings.pdf")
    )
    for said in ("sound", "one was late", "how long it took", "buy a second key", "a look at the bag", "LEFT-1", "Emil Example",
                 head(folder).split()[0]):  # fmt: skip
        assert said in page, said


def test_the_copies_verify_by_themselves(folder):
    assert audit(folder).returncode == 0
    done = run("ledger", "verify", "pack/01-c-0001.ledger", "pack/02-c-0002.ledger", "--head", head(folder), cwd=folder)
    assert done.returncode == 0, done.stdout


def test_an_earlier_day_shows_the_register_of_that_day(folder):
    assert audit(folder, "--at", DAY).returncode == 0
    assert json.loads((folder / "pack" / "audit.json").read_text())["at"] == DAY
    done = run("audit", "c1", "c2", "--out", "early", "--at", "2026-01-01", cwd=folder)
    assert (done.returncode, "hold nothing up to that day" in done.stderr) == (2, True)


def test_a_ledger_that_was_altered_gives_no_pack(folder):
    altered = (folder / "c1").read_bytes().replace(b"BAG-1", b"BAG-9", 1)
    (folder / "c1").write_bytes(altered)
    done = audit(folder)
    assert (done.returncode, "the ledgers fail verification" in done.stderr) == (8, True)
    assert not (folder / "pack").exists()


def test_another_head_on_paper_gives_no_pack(folder):
    done = audit(folder, "--head", " ".join(words("ab" * 32)))
    assert done.returncode == 8
    assert not (folder / "pack").exists()


def test_a_contradiction_is_told_and_the_pack_is_written(tmp_path):
    folder = office(tmp_path, sheet("sheet.stored", "1", DAY, person="C2", bag="BAG-1", safe="safe-1"))
    done = audit(folder)
    assert (done.returncode, "contradict themselves" in done.stderr) == (9, True), done.stderr
    found = json.loads((folder / "pack" / "audit.json").read_text())["contradictions"]
    assert len(found) == 1
    assert "C1 keeps this sheet, not C2" in found[0]
    assert "C1 keeps this sheet, not C2" in prose_of((folder / "pack" / "audit.pdf").read_bytes())


def test_a_text_that_no_font_has_does_not_keep_an_auditor_from_the_rest(tmp_path):
    folder = office(
        tmp_path, event("exception", DAY, expected="no birds", happened="a \U0001f426 in the room", decision="go on")
    )
    done = audit(folder)
    assert done.returncode == 0, done.stderr
    assert "unusual characters are written as their numbers" in done.stderr
    assert "a <U+1F426> in the room" in prose_of((folder / "pack" / "audit.pdf").read_bytes())


def test_a_folder_with_something_in_it_is_left_alone(folder):
    (folder / "pack").mkdir()
    (folder / "pack" / "mine").write_text("x")
    assert audit(folder).returncode == 2
    assert [path.name for path in (folder / "pack").iterdir()] == ["mine"]


def test_it_is_pdf_a_and_lies_on_its_side(folder):
    assert audit(folder, "--paper", "letter").returncode == 0
    data = (folder / "pack" / "audit.pdf").read_bytes()
    assert b"<pdfaid:part>2</pdfaid:part>" in data
    size = pypdfium2.PdfDocument(data)[0]
    assert (round(size.get_width()), round(size.get_height())) == (792, 612)


def test_what_is_printed_of_custody_holds_no_secret(tmp_path):
    """A real set, drilled: neither its password nor five words of a sheet stand in anything that is written of it."""
    split = changed(made("3of5", SET_ID, day=DAY), fingerprint=" ".join(OURS.envelope.fingerprint))
    stores = [stored(str(number), set_id=SET_ID, day=DAY) for number in range(1, 6)]
    written(tmp_path / "c1", begun(split, *stores, kind="drill", day=DAY))
    sheets = "".join(f"{OURS.share(number).digits}\n" for number in "123") + symbol_text(OURS.envelope.raw)
    signed = " ".join(OURS.envelope.fingerprint)
    assert (
        run("ceremony", "drill", "-", "--ledger", "c1", "--fingerprint", signed, cwd=tmp_path, stdin=sheets).returncode
        == 0
    )
    debrief = ("debrief", "went_wrong=nothing", "surprising=nothing")
    assert run("record", "--ledger", "c1", *debrief, "--by", "WIT", cwd=tmp_path).returncode == 0
    assert run("ceremony", "drill", "--ledger", "c1", "--certificate", "drill.pdf", cwd=tmp_path).returncode == 0
    assert run("papers", "register", "--ledger", "c1", "--out", "register.pdf", cwd=tmp_path).returncode == 0
    assert run("audit", "c1", "--out", "pack", cwd=tmp_path).returncode == 0
    papers = [
        tmp_path / "drill.pdf",
        tmp_path / "register.pdf",
        *(tmp_path / "pack" / f"{one}.pdf" for one in ("audit", "accesses", "holdings")),
    ]
    text = (tmp_path / "pack" / "audit.json").read_text() + " ".join(prose_of(paper.read_bytes()) for paper in papers)
    assert OURS.record.password not in text
    flat = " ".join(text.lower().split())
    for number in "123":
        share = OURS.share(number).mnemonic.split()
        assert not any(" ".join(share[at : at + 5]) in flat for at in range(len(share) - 4))
    assert " ".join(OURS.envelope.fingerprint)[:20] in flat


def test_who_had_a_seat_keeps_it_and_nobody_of_another_name_takes_it(tmp_path):
    folder = office(tmp_path, event("person.left", DAY, person="C1", until=DAY, reason="moved on"),
                    event("person.joined", "2026-11-24", person="C1", name="Zoe Example", since="2026-11-24"))  # fmt: skip
    assert audit(folder).returncode == 9
    data = json.loads((folder / "pack" / "audit.json").read_text())
    held = {one["name"] for one in data["holdings"] if one["what"] == "sheet 1 of set 5f3a0c11"}
    assert "Cleo Example" in held and "Zoe Example" not in held
    (cleo,) = [one for one in data["register"]["people"] if one["seat"] == "C1"]
    assert (cleo["name"], cleo["until"]) == ("Cleo Example", DAY)


def test_corrections_are_on_the_paper_and_acknowledge_a_contradiction(tmp_path):
    folder = office(tmp_path, event("action.done", DAY, action="NONE"))
    assert audit(folder).returncode == 9
    seq = len((folder / "c2").read_text().splitlines())
    done = run(
        "record",
        "--ledger",
        "c1",
        "--ledger",
        "c2",
        "correction",
        f"seq={seq}",
        "text=that action was never recorded",
        "--by",
        "SCR",
        "--wit",
        "WIT",
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    again = run("audit", "c1", "c2", "--out", "again", cwd=folder)
    assert again.returncode == 0, again.stderr
    assert "that action was never recorded" in prose_of((folder / "again" / "audit.pdf").read_bytes())


@pytest.mark.parametrize("code", ["../../x", "a/b", "X" * 300, 7])
def test_nothing_of_a_ledger_names_a_file_unchecked(tmp_path, code):
    first = opened()
    written(
        tmp_path / "c1",
        [changed(first, ceremony=code), *joined(day=DAY)],
    )
    run("audit", "c1", "--out", "pack", cwd=tmp_path)
    assert sorted(path.name for path in (tmp_path / "pack").iterdir()) == [
        "01-ledger.ledger",
        "accesses.pdf",
        "audit.json",
        "audit.pdf",
        "holdings.pdf",
    ]


def test_a_day_at_the_edge_of_the_calendar(tmp_path):
    folder = office(tmp_path, event("asset.added", DAY, asset="key-9", kind="mfa", person="M1", expires="0001-01-01"))
    assert audit(folder).returncode == 0
    assert run("status", "c1", "c2", cwd=folder).returncode == 9


def test_a_day_to_come_is_refused_with_the_reason(folder):
    for command in (
        ("audit", "c1", "c2", "--out", "x"),
        ("papers", "register", "--ledger", "c1", "--ledger", "c2", "--out", "x"),
    ):
        refused = run(*command, "--at", "2099-01-01", cwd=folder)
        assert refused.returncode == 2 and "error: --at 2099-01-01 has not come: of a day after " in refused.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("status", "c1", "c2", "--at"),
        ("status", "c1", "c2", "--until"),
        ("audit", "c1", "c2", "--out", "x", "--at"),
        ("papers", "register", "--ledger", "c1", "--ledger", "c2", "--out", "x", "--at"),
        ("incident", "--ledger", "c1", "--ledger", "c2", "--what", "leaver", "--person", "C1", "--text", "x", "--day"),
    ],
)
def test_a_day_after_which_no_other_comes_is_refused_wherever_one_is_named(folder, words):
    for day in ("9999-12-31", "9997-01-01"):
        refused = run(*words, day, cwd=folder)
        assert refused.returncode == 2 and f"error: {day} is no day to reckon with" in refused.stderr, refused.stderr
        assert "hint: name one until 9996-" in refused.stderr


@pytest.mark.parametrize("option", ["--at", "--until"])
def test_the_last_day_that_is_taken_and_the_first_have_a_status(folder, option):
    for day in ("9996-12-28", "0001-01-01"):
        assert run("status", "c1", "c2", option, day, cwd=folder).returncode == 9


def test_of_a_day_to_come_status_says_what_will_be_to_be_done_if_nothing_happens(folder):
    today = run("status", "c1", "c2", "--json", cwd=folder)
    told = run("status", "c1", "c2", "--at", "2099-01-01", cwd=folder)
    assert told.returncode == 9 and told.stdout.startswith("AS IF nothing happened until 2099-01-01\nNOW (")
    then = json.loads(run("status", "c1", "c2", "--at", "2099-01-01", "--json", cwd=folder).stdout)
    assert len(then["now"]) > len(json.loads(today.stdout)["now"])
    assert not run("status", "c1", "c2", "--at", DAY, cwd=folder).stdout.startswith("AS IF")


def test_a_label_that_no_font_has(tmp_path):
    made_one = event("set.made", DAY, set="6" * 32, fingerprint=" ".join(words("ab" * 32)), policy="2of3", epoch=1,
                     recipient="0" * 32, practice=False, sheets=3, kind="first", label="\u0e23\u0e2b\u0e31\u0e2a\U0001f426")  # fmt: skip
    folder = office(tmp_path, made_one)
    assert audit(folder).returncode == 0
    assert (
        run("papers", "register", "--ledger", "c1", "--ledger", "c2", "--out", "register.pdf", cwd=folder).returncode
        == 0
    )
    assert "<U+1F426>" in prose_of((folder / "register.pdf").read_bytes())


def test_a_policy_with_millions_of_coalitions_gives_a_pack_like_any_other(tmp_path):
    big = event("set.made", DAY, set="6" * 32, fingerprint=" ".join(words("ab" * 32)), policy="2 of: North 8of16, South 8of16",
                epoch=1, recipient="0" * 32, practice=False, sheets=32, kind="first")  # fmt: skip
    stores = [sheet("sheet.stored", f"{group}{number}", DAY, set_id="6" * 32, person=f"{group}X{number}", bag=f"BAG-{group}{number}",
                    safe=f"s-{group.lower()}{number}") for group in "AB" for number in range(1, 17)]  # fmt: skip
    folder = office(tmp_path, big, *stores)
    assert audit(folder).returncode == 0
    assert "ALONE-1" not in prose_of((folder / "pack" / "audit.pdf").read_bytes())
    card = run("papers", "call-out", "--ledger", "c1", "--ledger", "c2", "--out", "card.pdf", cwd=folder)
    assert card.returncode == 0
    assert "any 8 of" in prose_of((folder / "card.pdf").read_bytes())


OWN = """code = "our-bank"
title = "What our bank asks for"
source = "bank.example.org/keys"
looked_up = 2026-11-27

[[criterion]]
code = "1.2"
asks = "Every sheet lies in a safe, and somebody has brought it there."

[[criterion.entry]]
event = "sheet.stored"
each = "sheet"

[[criterion]]
code = "1.3"
asks = "Whoever keeps a sheet was vetted."
unseen = "nobody's past is recorded"
"""


def test_criteria_of_others_are_answered_one_by_one(folder):
    (folder / "bank.toml").write_text(OWN)
    done = audit(folder, "--against", "aws-page", "--against", "bank.toml")
    assert done.returncode == 0, done.stderr
    assert re.search(
        r"^against aws-page: [0-9]+ met, [0-9]+ not seen by splitkit, [0-9]+ not met$", done.stdout, re.MULTILINE
    )
    assert "against our-bank: 1 met, 1 not seen by splitkit, 0 not met\n" in done.stdout
    page, bank = json.loads((folder / "pack" / "audit.json").read_text())["against"]
    assert sum(page["count"].values()) == len(page["criteria"])
    stored, vetted = bank["criteria"]
    lines = (folder / "c2").read_bytes().splitlines()
    hashes = {hash_of(line) for line in lines if b'"sheet.stored"' in line}
    assert (stored["verdict"], set(stored["entries"])) == ("met", hashes)
    assert (vetted["verdict"], vetted["why"]) == ("not seen by splitkit", "nobody's past is recorded")
    told = prose_of((folder / "pack" / "audit.pdf").read_bytes())
    assert "Asked for by: What our bank asks for" in told
    assert "Whoever keeps a sheet was vetted." in told


@pytest.mark.parametrize(
    ("text", "code", "owed"),
    [
        (None, 2, "error: "),
        (OWN.replace("our-bank", "aws-page"), 2, "have the code of these"),
        (re.sub("looked_up = .*", "looked_up = 2999-01-01", OWN), 2, "a day that has not come"),
        (
            OWN.replace("sheet.stored", "sheet.eaten"),
            2,
            "criterion 1.2, entry 1 (line 11): 'event' names 'sheet.eaten', which is not there",
        ),
        (OWN.replace("Whoever keeps", "Who\\u001b[31mever keeps"), 2, "'asks' has the character U+001B"),
    ],
)
def test_criteria_that_cannot_be_read_are_refused_before_anything_is_written(folder, text, code, owed):
    if text:
        (folder / "bank.toml").write_text(text)
    done = audit(folder, "--against", "bank.toml")
    assert done.returncode == code
    assert owed in done.stderr
    assert "hint: " in done.stderr
    assert not (folder / "pack").exists()


def test_what_is_dated_later_than_today_stands_against_it_for_all_readers(tmp_path):
    folder = office(tmp_path, sheet("sheet.lost", "1", "2099-01-01", circumstances="the train"))
    done = audit(folder, "--head", head(folder))
    assert (done.returncode, done.stdout.partition(":")[0]) == (9, "NOT SOUND"), done.stderr
    told = [json.loads((folder / "pack" / "audit.json").read_text())["matters"]]
    status = run("status", "c1", "c2", "--json", cwd=folder)
    assert status.returncode == 9
    for matters in (*told, json.loads(status.stdout)["now"]):
        assert sum("is dated later than today" in one["what"] for one in matters) == 1
