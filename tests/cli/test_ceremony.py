"""`splitkit ceremony` as people run it: documents for a plan, and where a ceremony stands by its ledger."""

from __future__ import annotations

import itertools
import json
import stat

import pypdfium2
import pytest

from splitkit.ledger.chain import GENESIS, head_words, new_entry
from splitkit.paper.forms import FORMS
from splitkit.plan.document import parse_plan
from splitkit.plan.plan_hash import plan_hash
from tests.support.ceremonies import happening, whole
from tests.support.kit import ESCAPES, run
from tests.support.paper.pdfs import text_of
from tests.support.sampling import sampled

PLAN = """label = "Root password"
policy = "2of3"
practice = true
[[custodian]]
name = "Ada Example"
[[custodian]]
name = "Ben Example"
[[custodian]]
name = "Cleo Example"
"""
HASH = plan_hash(parse_plan(PLAN.encode())).hex
PAGES = [f"{name}.pdf" for name in FORMS]


@pytest.fixture
def room(tmp_path):
    """A folder with a plan, and the ledgers of its ceremony: whole, half, one entry missing, one byte changed."""
    (tmp_path / "plan.toml").write_text(PLAN)
    plan = parse_plan(PLAN.encode())
    entries = whole(plan, HASH)
    (tmp_path / "whole.ledger").write_bytes(ledger(entries))
    (tmp_path / "half.ledger").write_bytes(ledger(entries[:23]))
    (tmp_path / "gap.ledger").write_bytes(
        ledger([entry for entry in entries if entry.event != "tally" or not entry.data.printed])
    )
    (tmp_path / "broken.ledger").write_bytes(ledger(entries).replace(b"C2", b"C9", 1))
    return tmp_path


def ledger(entries) -> bytes:
    lines, head = [], GENESIS
    for number, happened in enumerate(entries, start=1):
        entry = new_entry(happened, number, head)
        lines.append(entry.line)
        head = entry.hash
    return b"".join(line + b"\n" for line in lines)


def told(folder, *arguments, code=0):
    done = run(*arguments, cwd=folder)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def forms(folder, *arguments, code=0):
    """The forms of a ceremony are written."""
    return told(folder, "papers", "ceremony", *arguments, code=code)


def steps(folder, *plan, kind="make", code=0):
    return told(folder, "plan", "check", *plan, "--steps", kind, code=code)


def standing(folder, ledger, *more, plan="plan.toml", code=0):
    """Where the ceremony of a ledger stands."""
    return told(folder, "ledger", "show", ledger, "--where", *(("--plan", plan) if plan else ()), *more, code=code)


def test_all_documents_of_a_plan(room):
    done = forms(room, "plan.toml", "--out", "out", "--ceremony", "C-0001", "--date", "2026-12-01")
    assert done.stdout == f"plan hash {HASH}\n"
    assert sorted(path.name for path in (room / "out").iterdir()) == sorted(PAGES)
    for name in PAGES:
        path = room / "out" / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"<pdfaid:part>2</pdfaid:part>" in path.read_bytes()
        text = text_of(path.read_bytes())
        assert "C-0001" in text
        assert "PRACTICE" in text


POLICIES = ("3of5", "2 of: Board 5of8, Technology 4of8", "2 of: Board 2of3, IT 3of5, Audit 1of1")
KINDS = list(itertools.product(POLICIES, ("true", "false")))


@pytest.mark.parametrize(
    "kind", sampled(KINDS, 0, always=[(POLICIES[0], "true"), (POLICIES[2], "false")], ids="-".join)
)
def test_plans_of_every_kind(room, kind):
    policy, anonymous = kind
    (room / "other.toml").write_text(
        f'policy = "{policy}"\nlabel = "Zebra"\nanonymous = {anonymous}\npaper = "letter"\n'
    )
    forms(room, "other.toml", "--out", "out")
    pages = b"".join((room / "out" / name).read_bytes() for name in PAGES)
    assert len(pages) > 100_000
    shown = text_of((room / "out" / "plan.pdf").read_bytes())
    assert ("Zebra" in shown) == (anonymous == "false")
    assert "PRACTICE" not in shown
    width, _ = pypdfium2.PdfDocument(room / "out" / "script.pdf")[0].get_size()
    assert round(width / 72 * 25.4) == 216


def test_only_what_was_asked_for_on_the_paper_that_was_asked_for(room):
    forms(room, "plan.toml", "--out", "out", "--only", "exception", "--only", "labels", "--paper", "letter")
    assert sorted(path.name for path in (room / "out").iterdir()) == ["exception.pdf", "labels.pdf"]
    width, _ = pypdfium2.PdfDocument(room / "out" / "labels.pdf")[0].get_size()
    assert round(width / 72 * 25.4) == 216


def test_a_rehearsal_of_a_production_plan(room):
    (room / "real.toml").write_text(PLAN.replace("practice = true\n", ""))
    forms(room, "real.toml", "--out", "real", "--only", "exception")
    forms(room, "real.toml", "--out", "trial", "--only", "exception", "--practice")
    assert "PRACTICE" not in text_of((room / "real" / "exception.pdf").read_bytes())
    assert "PRACTICE" in text_of((room / "trial" / "exception.pdf").read_bytes())


def test_the_close_out_sheet_of_a_closed_ledger(room):
    forms(room, "plan.toml", "--out", "out", "--only", "closeout", "--ledger", "whole.ledger")
    text = text_of((room / "out" / "closeout.pdf").read_bytes())
    head = json.loads(run("ledger", "verify", "whole.ledger", "--json", cwd=room).stdout)["hash"]
    assert set(head_words(head)) <= set(text.split())
    assert "Order of the script kept" in " ".join(text.split())


def test_the_same_ledger_gives_the_same_bytes(room):
    for out in ("one", "two"):
        forms(room, "plan.toml", "--out", out, "--ledger", "whole.ledger")
    for name in PAGES:
        assert (room / "one" / name).read_bytes() == (room / "two" / name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "fact"),
    [
        (["plan.toml"], 2, "--out is missing"),
        (["missing.toml", "--out", "out"], 2, "the file 'missing.toml' does not exist"),
        (["whole.ledger", "--out", "out"], 2, "the plan is not valid TOML"),
        (["plan.toml", "--out", "."], 2, "the destination"),
        (["plan.toml", "--out", "out", "--only", "sheets"], 2, "the value of --only"),
        (["plan.toml", "--out", "out", "--paper", "a3"], 2, "the value of --paper"),
        (["plan.toml", "--out", "out", "--date", "tomorrow"], 2, "--date is not a date"),
        (["plan.toml", "--out", "out", "--date", "2026-02-30"], 2, "--date is not a date"),
        (["plan.toml", "--out", "out", "--ceremony", ESCAPES.replace("\0", "")], 2, "--ceremony is not a code"),
        (["plan.toml", "--out", "out", "--ledger", "whole.ledger", "--date", "2026-12-01"], 2, "--ledger was given"),
        (["plan.toml", "--out", "out", "--ledger", "half.ledger"], 9, "this ledger is not closed"),
        (["plan.toml", "--out", "out", "--ledger", "broken.ledger"], 8, "the ledgers fail verification"),
        (["plan.toml", "--out", "out", "--ledger", "plan.toml"], 3, "this is not a ledger"),
        (["plan.toml", "--out", "out", "--paper", "a4", "--paper", "letter"], 2, "an option was given twice"),
    ],
)
def test_what_is_refused(room, arguments, code, fact):
    done = forms(room, *arguments, code=code)
    assert f"error: {fact}" in done.stderr
    assert "\nhint: " in done.stderr
    assert "\x1b" not in done.stderr
    assert not (room / "out").exists()


def test_an_open_ledger_fills_in_what_is_printed_meanwhile(room):
    forms(room, "plan.toml", "--out", "out", "--only", "receipts", "--ledger", "half.ledger")
    words = next(
        entry for entry in whole(parse_plan(PLAN.encode())) if entry.event == "set.made"
    ).data.fingerprint.split()
    assert set(words) <= set(text_of((room / "out" / "receipts.pdf").read_bytes()).split())


def test_a_plan_of_other_people_is_another_plan(room):
    (room / "other.toml").write_text(PLAN.replace("Cleo", "Eve"))
    done = standing(room, "whole.ledger", plan="other.toml", code=9)
    assert "its hash differs" in done.stderr


def test_the_steps_of_a_plan(room):
    rows = steps(room, "plan.toml").stdout.splitlines()
    assert rows[0] == "People and room"
    assert "    1 11      Open the ledger                  open" in rows
    said = json.loads(steps(room, "plan.toml", "--json").stdout)["steps"]
    assert [step["number"] for step in said] == list(range(1, len(said) + 1))
    assert len(said) == len([row for row in rows if row.startswith("  ")])
    read_back = next(step for step in said if step["code"] == "53-2")
    assert (read_back["seat"], read_back["sheet"], read_back["secret"]) == ("C2", "2", True)


@pytest.mark.parametrize(
    ("kind", "after"), [("make", "14-1"), ("recover", "15"), ("drill", "21"), ("renew", "16"), ("review", "36")]
)
def test_steps_papers_and_standing_of_each_kind(room, kind, after):
    plan = () if kind == "review" else ("plan.toml",)
    rows = steps(room, *plan, kind=kind).stdout.splitlines()
    assert rows[0] == "People and room" and rows[-1].split()[1] == "94"
    forms(room, *plan, "--kind", kind, "--practice", "--out", kind, "--only", "script")
    assert f"Ceremony script: {kind}" in " ".join(text_of((room / kind / "script.pdf").read_bytes()).split())
    code = {"make": "split"}.get(kind, kind)
    opened = happening("open", format=1, ceremony="X-0001", kind=code, practice=True, version="0.1.0")
    clock = [] if kind == "review" else [happening("room.clock", time="14:05", agrees=True)]
    entries = [
        opened,
        *clock,
        *(happening("roll", person=seat, role=role) for seat, role in (("ADM", "administrator"), ("WIT", "witness"))),
    ]
    (room / f"{kind}.ledger").write_bytes(ledger([*entries, happening("note", text="a slip")]))
    said = json.loads(standing(room, f"{kind}.ledger", "--json", plan=next(iter(plan), None)).stdout)
    done = {step["code"] for step in json.loads(steps(room, *plan, "--json", kind=kind).stdout)["steps"]}
    assert said["wrong_entry"] is None and said["next"]["code"] == after and said["steps"] == len(done)


def test_what_a_kind_of_ceremony_does_not_have_is_refused(room):
    done = forms(room, "plan.toml", "--kind", "drill", "--out", "out", "--only", "receipts", code=2)
    assert "'drill' has no such form: receipts" in done.stderr
    done = forms(room, "plan.toml", "--kind", "drill", "--out", "out", "--ledger", "whole.ledger", code=2)
    assert "another kind of ceremony: make" in done.stderr
    assert "no plan was named" in steps(room, kind="drill", code=2).stderr
    assert "no plan was named" in standing(room, "whole.ledger", plan=None, code=2).stderr
    assert "one plan" in forms(room, "plan.toml", "plan.toml", "--out", "out", code=2).stderr
    assert "two answers" in standing(room, "whole.ledger", "--report", "report.pdf", code=2).stderr
    assert "add --where" in told(room, "ledger", "show", "whole.ledger", "--plan", "plan.toml", code=2).stderr


def test_where_a_ceremony_stands(room):
    assert standing(room, "half.ledger").stdout.splitlines() == [
        "15 of 46 steps done",
        "in the room: ADM, C1, C2, C3, SCR, WIT",
        "something secret is open",
        "next: step 53-1, Read back (C1)",
        "  it records: sheet.read",
    ]
    said = json.loads(standing(room, "half.ledger", "--json").stdout)
    assert (said["done"], said["next"]["code"], said["wrong_entry"]) == (15, "53-1", None)
    assert "the ceremony is complete" in standing(room, "whole.ledger").stdout


def test_where_a_ceremony_left_the_script(room):
    done = standing(room, "gap.ledger", code=9)
    assert "next: step 61, Count pages" in done.stdout
    assert "does not follow the script: 'lot' does not come here" in done.stderr
    said = json.loads(standing(room, "gap.ledger", "--json", code=9).stdout)
    assert said["wrong_entry"] > 20
    standing(room, "broken.ledger", code=8)
