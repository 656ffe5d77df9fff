"""The files of a set: one share a page, the record holds none, names say which sheet is which."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pypdfium2
import pytest

import splitkit
from splitkit.issue import artefacts, make
from splitkit.issue.artefacts import record_page, recover_sha256, sheet_file, sheet_page
from splitkit.issue.make import on_paper
from splitkit.plan.document import Custodian, Plan
from splitkit.plan.policy_words import needed, position, rule
from splitkit.quorum.anchor import anchor_of_record
from splitkit.quorum.gathering import gather
from splitkit.quorum.policy import Policy, SheetId, parse_policy
from splitkit.quorum.scan import Line, Scan
from tests.support.builders import made
from tests.support.kit import plan_of
from tests.support.paper.pdfs import prose_of


@pytest.fixture(scope="module")
def written():
    of = made("2of3")
    return of, on_paper(plan_of(of), of.dealt, 0).files()


def test_the_names(written):
    _, files = written
    assert [name for name in files if name != "recover.html"] == [f"share-{n}-of-3.pdf" for n in (1, 2, 3)] + [
        "record.pdf",
        "envelope.sk1",
        "recipient.txt",
    ]


def test_a_sheet_holds_its_share_and_no_other(written):
    of, files = written
    shares = {sheet: of.dealt.shares[sheet] for sheet in of.sheets}
    for sheet, share in shares.items():
        assert len(pypdfium2.PdfDocument(files[sheet_file(of.policy, sheet)])) == 1
        text = prose_of(files[sheet_file(of.policy, sheet)])
        assert all(word.upper() in text for word in share.words)
        for other in shares.values():
            if other != share:
                own = set(share.words)
                assert not {word for word in other.words[4:] if word not in own and f" {word.upper()} " in text}


def test_the_public_files_hold_no_share(written):
    of, files = written
    for name in ("record.pdf", "envelope.sk1", "recipient.txt"):
        text = prose_of(files[name]) if name.endswith("pdf") else files[name].decode("ascii")
        for share in of.dealt.shares.values():
            assert share.digits[:20] not in text
            assert not [word for word in share.words[4:] if f" {word.upper()} " in text]


def test_the_envelope_file_is_a_record(written):
    of, files = written
    lines = [Line("line 1", Scan(line)) for line in files["envelope.sk1"].decode().splitlines()]
    anchor, envelope = anchor_of_record(gather([], lines))
    assert anchor == of.anchor
    assert envelope == of.envelope


def test_the_recipients_file_is_one_that_age_takes(written):
    of, files = written
    *comments, recipient = files["recipient.txt"].decode("ascii").splitlines()
    assert all(line.startswith("# ") for line in comments)
    assert recipient.startswith("age1pq1")
    assert " ".join(of.envelope.fingerprint) in comments[1]


def test_the_same_set_gives_the_same_bytes(written):
    of, files = written
    assert on_paper(plan_of(of), of.dealt, 0).files() == files


def test_each_page_is_counted(written):
    of, _ = written
    ticks = []
    on_paper(plan_of(of), of.dealt, 0, lambda: ticks.append(1))
    assert len(ticks) == of.policy.sheets + 1


@pytest.mark.parametrize(
    ("policy", "sheet", "name"),
    [
        ("3of5", SheetId(0, 1), "share-2-of-5.pdf"),
        ("2 of: Board 2of3, Audit 1of1", SheetId(0, 2), "share-board-3-of-3.pdf"),
        ("2 of: Board 2of3, Audit 1of1", SheetId(1, 0), "share-audit-1-of-1.pdf"),
        ("2 of: \u5f79\u54e1 2of3, B 2of2", SheetId(0, 0), "share-group-a-1-of-3.pdf"),
        ("2 of: \u00c4mter 2of3, Amter 2of2", SheetId(1, 0), "share-group-b-1-of-2.pdf"),
        ("2 of: ../etc 2of3, B 2of2", SheetId(0, 0), "share-etc-1-of-3.pdf"),
        ("2 of: A/B & C 2of3, B 2of2", SheetId(0, 0), "share-a-b-c-1-of-3.pdf"),
    ],
)
def test_names_of_sheets(policy, sheet, name):
    assert sheet_file(parse_policy(policy), sheet) == name


@pytest.mark.parametrize(
    "policy",
    ["2of2", "16of16", "2 of: a 2of2, A! 2of2, a? 2of3", "2 of: A 1of1, B 1of1, group a 2of3", "2 of: - 2of2, B 2of2"],
)
def test_no_two_sheets_have_one_name(policy):
    policy: Policy = parse_policy(policy)
    names = [sheet_file(policy, sheet) for sheet in policy.sheet_ids()]
    assert len(set(names)) == len(names)
    assert all(Path(name).name == name and name.isascii() for name in names)


def test_the_rule_in_words():
    flat, grouped = parse_policy("3of5"), parse_policy("2 of: Board 2of3, Audit 1of1")
    assert rule(flat) == "Any 3 of the 5 sheets together give the password back. Fewer than 3 give nothing."
    assert needed(flat) == "any 3 of 5"
    assert needed(grouped) == "2 of 2 groups"
    assert "Board (any 2 of 3 sheets), Audit (its one sheet)" in rule(grouped)
    assert position(flat, SheetId(0, 0)) == "sheet 1 of 5"
    assert position(grouped, SheetId(1, 0)) == "Audit, sheet 1 of 1"


def test_custodians_stand_on_their_own_sheet_only():
    of = made("2of3")
    seats = tuple(zip(of.sheets, [Custodian("Ada"), Custodian("Ben", "CFO"), Custodian("Cleo")], strict=True))
    plan = Plan(policy=of.policy, label="Test", practice=True, custodians=seats)
    page = sheet_page(plan, of.dealt, of.sheets[1])
    assert (page.custodian, page.title) == ("Ben", "CFO")
    assert not {"Ada", "Cleo"} & {str(value) for value in vars(page).values()}
    assert [line.custodian for line in record_page(plan, of.dealt).sheets] == ["Ada", "Ben", "Cleo"]


def test_the_sheets_name_the_second_implementation_by_its_hash():
    file = Path(splitkit.__file__).parent / "recover.py"
    assert recover_sha256() == hashlib.sha256(file.read_bytes()).hexdigest()
    of = made("2of2")
    assert sheet_page(plan_of(of), of.dealt, of.sheets[0]).recover_sha256 == recover_sha256()


@pytest.mark.parametrize("page", [b"<!doctype html>", b""])
def test_the_page_for_a_browser_lies_beside_the_record_that_names_its_hash(page, monkeypatch):
    for module in (artefacts, make):
        monkeypatch.setattr(module, "browser_page", lambda: page)
    of = made("2of2")
    issued = make.on_paper(plan_of(of), of.dealt, 1)
    told = "".join(prose_of(issued.public_record).split())
    assert issued.public_files().get("recover.html", b"") == page
    assert (hashlib.sha256(page).hexdigest() in told) == bool(page)
    assert ("camewithoutrecover.html" in told) == (not page)


def test_an_anonymous_set_names_nobody_on_paper():
    of = made("2of3", label="")
    seats = tuple(
        zip(of.sheets, [Custodian("Adalovelace"), Custodian("Benfranklin"), Custodian("Cleopatra")], strict=True)
    )
    plan = Plan(policy=of.policy, label="Root of all evil", practice=True, anonymous=True, custodians=seats)
    files = on_paper(plan, of.dealt, 0).files()
    files.pop("recover.html", None)  # the same for everybody, with the words of the list
    for name, content in files.items():
        text = prose_of(content) if name.endswith(".pdf") else content.decode()
        for word in ("Adalovelace", "Benfranklin", "Cleopatra", "evil"):
            assert word not in text, name
