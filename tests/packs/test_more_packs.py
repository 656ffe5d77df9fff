"""The packs beside that of AWS: each is whole, can be kept without breaking a rule, and tells truly who can get in."""

from __future__ import annotations

import datetime as dt
import re
from itertools import combinations

import pytest

from splitkit.custody.review import accesses
from splitkit.custody.ways.access import met
from splitkit.custody.ways.rules import Rules
from splitkit.custody.ways.targets import Target
from splitkit.ledger.ceremony_events import ROLES
from splitkit.packs.pack import SHEETS, Pack, all_packs, find_pack
from tests.support.custody.company import event, office
from tests.support.custody.custodies import SET, asset, held, register_of
from tests.support.custody.practice_set import run
from tests.support.places import ROOT

NEW = (
    "disk-or-backup-key",
    "domain-registrar",
    "entra-emergency",
    "generic-password",
    "github-owner",
    "google-super-admin",
    "offline-ca",
    "okta-super-admin",
    "security-key-pin",
    "vault-recovery",
)
CASES = {"enrol", "use", "secret-lost", "secret-changed", "drill", "leaver", "sheet", "compromise", "end"}
"""What every whole pack has a procedure for, whatever its target."""
TELLS = {
    "aws-root",
    "domain-registrar",
    "entra-emergency",
    "generic-password",
    "github-owner",
    "google-super-admin",
    "okta-super-admin",
    "vault-recovery",
}
"""The packs whose target tells somebody of its use."""
DAY = dt.date(2026, 3, 1)
KEEPERS = {"mfa": ("M1", "M2"), "mailbox": ("B1", "B2"), "other": ("O1", "O2")}
PEOPLE = ("C1", "C2", "C3", "T1", *(seat for seats in KEEPERS.values() for seat in seats))


@pytest.fixture(params=NEW)
def pack(request: pytest.FixtureRequest) -> Pack:
    found = find_pack(request.param)
    assert found
    return found


def company(pack: Pack, *more):
    """Three people with a sheet each, of which two open the set; and two of everything else that the pack needs, with two others."""
    people = [event("person.joined", person=seat, name=f"{seat} Example", since="2026-01-01") for seat in PEOPLE]
    things = [asset(f"{kind}-{at}", kind, seat)
              for kind, seats in KEEPERS.items() if kind in pack.things for at, seat in enumerate(seats, 1)]  # fmt: skip
    bound = [
        event("account.added", account="it", name="It", pack=pack.code),
        event("line.bound", line=SET, account="it"),
    ]
    return register_of(*people, *held("2of3", 3), *things, *bound, *more)


def target(*entries) -> Target:
    return next(one for one in Rules(company(*entries)).targets if one.account == "it")


# --- the data ---------------------------------------------------------------------------------------------------------


def test_every_pack_is_whole():
    for pack in all_packs():
        cases = {one.case for one in pack.procedures}
        assert CASES <= cases, pack.code
        assert ("alert" in cases) == (pack.code in TELLS), pack.code
        assert {f"{what}-{kind}" for kind in pack.things if kind != SHEETS for what in ("lost", "changed")} <= cases
        assert pack.questions, "nobody has found everything"


def test_no_pack_of_ours_has_the_letters_of_those_of_others():
    assert not [one.code for pack in all_packs() for one in pack.procedures if one.code.startswith(("X", "Y", "Z"))]


def test_no_two_packs_have_a_procedure_of_one_code():
    codes = [one.code for pack in all_packs() for one in pack.procedures]
    assert len(set(codes)) == len(codes)


def test_what_cannot_wait_begins_with_what_contains_it():
    for pack in all_packs():
        now = {one.case for one in pack.procedures if one.at_once}
        assert now >= {"compromise", "alert"} & {one.case for one in pack.procedures}, pack.code
        for one in [one for one in pack.procedures if one.at_once]:
            assert not one.steps[0].go_on, f"{one.code} begins with what another procedure does"


def test_a_compromise_comes_to_what_is_done_about_it_from_every_branch():
    """From whatever case it may be one, a step goes on with it."""
    for pack in all_packs():
        worst = pack.procedure_for("compromise").code
        sheet = pack.procedure_for("sheet")
        assert worst in {step.go_on for step in sheet.steps}, pack.code
        if alert := pack.procedure_for("alert"):
            assert worst in {step.go_on for step in alert.steps}, pack.code


def test_whoever_has_a_thing_by_a_role_can_be_recorded():
    for pack in all_packs():
        assert {role for thing in pack.things.values() for role in thing.also} <= set(ROLES), pack.code


# --- who can get in ---------------------------------------------------------------------------------------------------


def test_a_company_can_keep_every_rule(pack):
    assert Rules(company(pack)).broken == []


def test_who_can_get_in_is_what_every_group_of_people_tried_shows(pack):
    """Two sheets where the way needs them, and one of each other thing that it needs: said here by hand, and asked of the register."""
    for way, said in zip(target(pack).ways, pack.ways, strict=True):
        for size in range(len(PEOPLE) + 1):
            for group in map(set, combinations(PEOPLE, size)):
                sheets = len(group & {"C1", "C2", "C3"}) >= 2 or SHEETS not in said.needs
                gets_in = sheets and all(group & {*KEEPERS[kind]} for kind in said.needs if kind != SHEETS)
                assert met(way.able, lambda item, group=group: item.brought_by(group)) == gets_in, (said.name, group)
        assert (way.open, way.enough(), way.indispensable()) == (True, [], [])


def test_whoever_may_reset_the_account_needs_neither_sheet_nor_key():
    tim = event("role", person="T1", role="reset-admin", reason="a Global Administrator")
    (way,) = target(find_pack("entra-emergency"), tim).ways
    assert [one.value for one in way.enough() if one.kind == "person"] == ["T1"]
    assert not met(way.able, lambda item: item.brought_by({"T1"})), "nobody counts on it to be open"
    told = [(one.rule, one.what) for one in Rules(company(find_pack("entra-emergency"), tim)).broken]
    assert ("ALONE-1", "It: T1 Example alone can sign in") in told


@pytest.mark.parametrize("code", ["generic-password", "offline-ca"])
def test_that_role_opens_nothing_where_the_pack_does_not_say_so(code):
    tim = event("role", person="T1", role="reset-admin", reason="a Global Administrator")
    assert Rules(company(find_pack(code), tim)).broken == []


def test_who_has_a_sheet_and_stands_in_for_another_is_enough_where_nothing_else_is_asked_for():
    deputy = event("deputy", person="C2", deputy="C1")
    told = {one.rule for one in Rules(company(find_pack("generic-password"), deputy)).broken}
    assert "ALONE-1" in told
    assert "ALONE-1" not in {one.rule for one in Rules(company(find_pack("offline-ca"), deputy)).broken}


def test_nobody_uses_the_key_of_an_authority_when_its_only_medium_cannot_be_read():
    failed = [event("asset.checked", asset=f"other-{at}", result="fail") for at in (1, 2)]
    (first, *_) = Rules(company(find_pack("offline-ca"), *failed)).broken
    assert (first.rule, first.what) == (
        "PATH-1", "It: no medium with the key works: other-1 has failed, other-2 has failed: nobody can use the key"
    )  # fmt: skip


def test_a_review_asks_for_what_nobody_has(pack):
    """The first two of everything are retired; what is left of each is a line that nobody is on."""
    gone = [event("asset.retired", asset=f"{kind}-{at}", reason="old")
            for kind in pack.things if kind != SHEETS for at in (1, 2)]  # fmt: skip
    lines = {one.subject for one in accesses(company(pack, *gone), DAY) if not one.seat}
    assert {f"needed.{kind}" for kind in pack.things if kind != SHEETS} <= lines


# --- at the command line ----------------------------------------------------------------------------------------------


def test_status_and_procedures_of_an_account_of_each_pack(tmp_path, pack):
    missing = {"mfa": ("P1",), "other": ("B1", "B2")}
    things = [asset(f"{kind}-{at}", kind, seat, "2026-11-23")
              for kind, seats in missing.items() if kind in pack.things for at, seat in enumerate(seats, 8)]  # fmt: skip
    folder = office(
        tmp_path,
        event("account.added", "2026-11-23", account="it", name="It", pack=pack.code),
        event("line.bound", "2026-11-23", line=SET, account="it"),
        event("receiver.added", "2026-11-23", person="ADM", account="it"),
        *things,
    )
    status = run("status", "c1", "c2", cwd=folder)
    assert status.returncode == 0, status.stderr
    assert pack.ways[0].name in status.stdout
    use = pack.procedure_for("use")
    shown = run("packs", "show", use.code, "--ledger", "c1", "--ledger", "c2", cwd=folder)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith(use.heading)


def incident(folder, *arguments):
    return run(
        "incident",
        "--ledger",
        "c1",
        "--ledger",
        "c2",
        "--only-say",
        *arguments,
        "--text",
        "noticed on Monday",
        cwd=folder,
    )


def test_what_follows_is_done_by_the_pack_of_the_account_that_it_is_about(tmp_path):
    day = "2026-11-23"
    accounts = [event("account.added", day, account="aws", name="Aws", pack="aws-root"),
                event("account.added", day, account="ca", name="Root CA", pack="offline-ca")]  # fmt: skip
    media = [asset(f"other-{at}", "other", seat, day, account="ca") for at, seat in ((8, "P1"), (9, "B1"))]
    folder = office(tmp_path, *accounts, event("line.bound", day, line=SET, account="ca"), *media)
    sheet = incident(folder, "--what", "destroyed", "--sheet", "2", "--way", "fire")
    assert sheet.stdout.count("A sheet is lost, destroyed, or may have been seen") == 1, sheet.stderr
    assert "\nC9  A sheet" in sheet.stdout
    medium = incident(folder, "--what", "device", "--asset", "other-8")
    assert "C4  A medium with the key is lost or broken\n  because whoever has the medium with the key" in medium.stdout
    key = incident(folder, "--what", "device", "--asset", "key-1")
    assert "\nR4  " in key.stdout
    known = incident(folder, "--what", "password")
    assert {"R14", "C8"} <= {line.split()[0] for line in known.stdout.splitlines() if line}


def test_the_page_lists_every_pack_with_what_it_has():
    page = (ROOT / "docs" / "packs.md").read_text("utf-8")
    rows = re.findall(
        r"^\| `([a-z-]+)` \| .* \| ([A-Z][0-9]+) to ([A-Z][0-9]+) \| ([0-9]+) \| ([0-9]+) \|$", page, re.MULTILINE
    )
    assert sorted(rows) == sorted(
        (pack.code, pack.procedures[0].code, pack.procedures[-1].code, str(len(pack.ways)), str(len(pack.questions)))
        for pack in all_packs()
    )
