"""What a procedure says is typed is taken as it stands, once people have put in what stands in capitals."""

from __future__ import annotations

import re
import shlex

import pytest

from splitkit.packs.commands import COMMANDS
from splitkit.packs.pack import all_packs
from tests.support.kit import run
from tests.support.sampling import sampled

TWO = "Ada Example,Ben Example"
FILLED = {"PERSON,PERSON": TWO, "PERSON": "Ada Example", "SHEET": "3", "PLACE": "Berlin safe", "TAG": "key-1", "NEW-TAG": "key-2", "ACTION": "D-1", "KIND": "mfa",
          "DAY": "2030-01-31", "NAME": "Zoe Example", "SITE": "Munich", "ROLE": "mail-admin", "PACK": "aws-root", "MINUTES": "2",
          "SET": "Root user", "OLD-SET": "Root user", "NEW-SET": "Changed root user", "CODE": "I-1",
          "WHO-WAS-TOLD": "Ada Example", "INCIDENT": "I-1", "SERIAL": "HW-101", "BAG": "A10009", "WAY": "burnt", "WITNESS": "Max Example"}  # fmt: skip
"""What people put in; anything else in capitals are words of theirs."""

OTHERWISE = {
    "bound": {"NAME": "Root 123456789012"},
    "account-ended": {"NAME": "Root 123456789012"},
    "refreshed": {"NEW-SET": "New root user"},
    "receiver-left": {"PERSON": "Ben Example"},
    "stored": {"SHEET": "1", "BAG": "A10001"},
    "stored-new": {"SET": "Root user", "SHEET": "2"},
    "sealed": {"SET": "New root user", "BAG": "A10019"},
}
"""The same where the folder has something else of the kind."""

RECORDS = [key for key, line in COMMANDS.items() if line.startswith("splitkit record ") and key != "take"]


def typed(key: str) -> list[str]:
    filled = FILLED | OTHERWISE.get(key, {})

    def put_in(found: re.Match[str]) -> str:
        return filled.get(found[0], "in words of our own")

    return [re.sub("[A-Z]+(?:[-,][A-Z]+)*", put_in, word) for word in shlex.split(COMMANDS[key])[2:]]


@pytest.mark.parametrize("key", sampled(RECORDS, 10))
def test_an_entry_is_recorded(folder, key):
    """Whoever types it as it stands is asked who does it, as the page says, and nothing more: what would be asked is refused here."""
    words = typed(key)
    done = run("record", *words, "--by", "Ada Example", cwd=folder)
    assert done.returncode == 0, done.stderr
    last = (folder / "ledgers" / "desk.ledger").read_text().splitlines()[-1]
    assert re.search(rf'"ev":"(\w+\.)?{words[0]}(\.\w+)?"', last) or words[0] in ("bound", "left", "used", "seen"), last


def test_a_sheet_of_a_leaver_ends_in_the_safe_of_the_successor():
    """Else the register asks a week later where it is."""
    steps = [step for pack in all_packs() for one in pack.procedures if one.case == "leaver" for step in one.steps]
    handing = [step for step in steps if COMMANDS["handed"] in step.commands]
    assert handing and all(COMMANDS["stored"] in step.commands for step in handing)


def test_what_the_live_drill_records_is_taken_up_and_settled_and_typed_by_nobody():
    for one in [one for pack in all_packs() for one in pack.procedures]:
        lines = [line for step in one.steps for line in step.commands]
        if COMMANDS["drill-live"] in lines:
            after = lines[lines.index(COMMANDS["drill-live"]) :]
            assert {COMMANDS[key] for key in ("take", "use-kept", "done")} <= {*after}, one.code
            assert COMMANDS["bag-opened"] not in lines, one.code


def test_what_happened_to_a_sheet_is_reported_once():
    """The procedure for a sheet begins with it, and nobody opens a second incident on the way there, or from there."""
    for pack in all_packs():
        sheet = pack.procedure_for("sheet")
        assert COMMANDS["incident"] in sheet.steps[0].commands
        onward = [step for one in pack.procedures for step in one.steps if step.go_on == sheet.code]
        assert not any(COMMANDS["incident"] in step.commands for step in (*onward, *sheet.steps[1:])), sheet.code


OPENS = {COMMANDS["incident"], COMMANDS["taken"]}


def closes(steps) -> bool:
    return any(COMMANDS["incident-closed"] in step.commands for step in steps)


def test_whatever_opens_an_incident_is_gone_on_with_until_it_is_closed():
    """By a later step, or by the procedure that is gone on with; else it stands under NOW when the page is done."""
    by_code = {one.code: one for pack in all_packs() for one in pack.procedures}
    for one in by_code.values():
        for at, step in enumerate(one.steps):
            if OPENS & {*step.commands}:
                on = by_code[step.go_on].steps if step.go_on else ()
                assert closes(on) or (closes(one.steps[at:]) and not step.instead), (one.code, at)


def test_where_the_password_or_sheets_are_lost_the_incident_of_the_loss_is_closed():
    """People come here with an incident that 'splitkit incident' opened for it."""
    for pack in all_packs():
        assert closes(pack.procedure_for("sheet").steps), pack.code
        assert closes(pack.procedure_for("secret-lost").steps), pack.code


def test_from_the_procedure_for_a_sheet_nobody_comes_back_once_it_is_a_compromise():
    """That makes new sheets, and closes the incident: those of this one are gone then."""
    for pack in all_packs():
        worse = [step for step in pack.procedure_for("sheet").steps if step.go_on]
        assert worse and all(step.instead for step in worse), pack.code


def test_the_record_of_each_review_is_taken_up():
    for one in [one for pack in all_packs() for one in pack.procedures]:
        for step in [step for step in one.steps if COMMANDS["review"] in step.commands]:
            assert step.commands[-1] == COMMANDS["take"], one.code


def test_whatever_stands_in_a_pack_is_one_of_them():
    """No pack has another line, and each that stands in one is in the closed list by that spelling."""
    lines = {
        line for pack in all_packs() for one in pack.procedures for _, step in one.numbered for line in step.commands
    }
    assert lines <= set(COMMANDS.values())
