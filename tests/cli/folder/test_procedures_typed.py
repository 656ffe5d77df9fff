"""What a procedure says is typed is taken as it stands, once people have put in what stands in capitals."""

from __future__ import annotations

import re
import shlex

import pytest

from splitkit.cli.guide.questions import TRIED
from splitkit.packs.commands import COMMANDS
from splitkit.packs.pack import all_packs, find_procedure
from tests.support.kit import run
from tests.support.sampling import sampled

TWO = "Ada Example,Ben Example"
FILLED = {"PERSON,PERSON": TWO, "PERSON": "Ada Example", "SHEET": "3", "PLACE": "Berlin safe", "TAG": "key-1", "NEW-TAG": "key-2", "ACTION": "D-1",
          "DAY": "2030-01-31", "NAME": "Zoe Example", "SITE": "Munich", "ROLE": "mail-admin", "PACK": "aws-root", "MINUTES": "2",
          "SET": "Root user", "OLD-SET": "Root user", "NEW-SET": "Changed root user", "CODE": "I-1",
          "WHO-WAS-TOLD": "Ada Example", "INCIDENT": "I-1", "SERIAL": "HW-101", "BAG": "A10009", "WAY": "burnt", "WITNESS": "Max Example", "INTACT": "yes", "EXPECTED": "yes"}  # fmt: skip
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
            assert not {COMMANDS[key] for key in ("bag-opened", "signed-in", "alert", "checked")} & {*lines}, one.code


PROCEDURES = [(pack, one) for pack in all_packs() for one in pack.procedures]


def lines_of(one) -> list[str]:
    return [line for step in one.steps for line in step.commands]


def typed_after(one, first: str) -> set[str]:
    """What is typed from the step on in which a command stands first, after it."""
    lines = lines_of(one)
    return {*lines[lines.index(COMMANDS[first]) + 1 :]}


def closes(steps) -> bool:
    return any(COMMANDS["incident-closed"] in step.commands for step in steps)


def test_whoever_leads_to_another_procedure_opens_no_incident():
    """The one that is led to opens its own, once: what cannot wait is never kept waiting for an entry."""
    for _, one in PROCEDURES:
        assert not [step for step in one.steps if step.go_on and COMMANDS["incident"] in step.commands], one.code


def test_what_happened_is_reported_once_where_it_is_dealt_with():
    """By the procedure for a sheet at its beginning, by that for a compromise when it is contained; whoever reported it before leaves it out."""
    for pack in all_packs():
        for case in ("sheet", "compromise"):
            one = pack.procedure_for(case)
            opening = [step for step in one.steps if COMMANDS["incident"] in step.commands]
            assert len(opening) == 1 and re.search(
                "unless (that was reported|its incident is open) already", opening[0].do
            ), one.code
        assert pack.procedure_for("sheet").steps[0].commands == (COMMANDS["incident"],)
        assert COMMANDS["incident"] not in pack.procedure_for("compromise").steps[0].commands


def test_the_rest_falls_away_where_a_compromise_takes_its_place():
    """That makes new sheets, and closes the incident; but whoever leaves still has what they kept."""
    for pack, one in PROCEDURES:
        worst = pack.procedure_for("compromise").code
        assert all(step.instead for step in one.steps if step.go_on == worst) or one.case == "leaver", one.code


def test_whatever_an_incident_may_lead_to_closes_it():
    """Whoever reports what happened is led to one of these; else its incident stands under NOW when the page is done."""
    for _, one in PROCEDURES:
        if one.case in ("sheet", "compromise", "secret-lost", "leaver", "alert") or one.case.startswith("lost-"):
            assert closes(one.steps), one.code


def test_a_first_set_is_planned_taken_up_and_bound_and_no_other_set_takes_its_place():
    for _, one in PROCEDURES:
        if COMMANDS["make"] in lines_of(one):
            assert {COMMANDS[key] for key in ("plan", "documents")} <= {*lines_of(one)}, one.code
            assert {COMMANDS[key] for key in ("take", "bound")} <= typed_after(one, "make"), one.code
        if COMMANDS["rotated"] in lines_of(one):
            assert COMMANDS["rotate"] in lines_of(one), one.code
        if one.case == "enrol":
            assert {COMMANDS["account"], COMMANDS["make"]} <= {*lines_of(one)}, one.code


@pytest.mark.parametrize(("makes", "then"), [("rotate", ("read-back", "rotated", "signed-in-new", "set-retired", "destroyed")),
                                            ("refresh", ("read-back", "refreshed", "destroyed")), ("reissue", ("read-back", "old-copy"))])  # fmt: skip
def test_a_new_set_is_read_back_takes_over_and_leaves_no_old_paper(makes, then):
    for _, one in PROCEDURES:
        if COMMANDS[makes] in lines_of(one):
            assert {COMMANDS[key] for key in then} <= typed_after(one, makes), one.code


def test_whatever_shows_a_secret_that_is_in_use_has_its_use_settled():
    """A new secret is shown to be set, and leaves no such debt."""
    for _, one in PROCEDURES:
        lines = lines_of(one)
        new_alone = one.case in ("enrol", "secret-lost") or (one.at_once and COMMANDS["signed-in"] not in lines)
        if COMMANDS["recover"] in lines and not new_alone:
            settled = "use-reviewed" if one.case == "compromise" else "use-kept"  # there it is changed
            assert {COMMANDS[settled], COMMANDS["use-kept"]} & {*typed_after(one, "recover")}, one.code


def test_a_device_that_was_reported_is_entered_as_the_page_says(folder):
    """Whoever was led there by the report types the page from its first line: nothing of it is refused."""
    by = ("--by", "Ada Example")
    told = run("incident", "--what", "device", "--asset", "key-1", "--text", "not in its bag", *by, cwd=folder)
    assert (told.returncode, "\nR4  " in told.stdout) == (0, True), told.stderr
    for words in (("checked", "key-1", "fail"), ("asset.retired", "key-1", "off the account")):
        done = run("record", *words, *by, cwd=folder)
        assert done.returncode == 0, done.stderr


def test_nothing_that_an_incident_has_recorded_is_refused_on_the_page():
    """A thing that was reported as lost fails; it is retired when it is off the account, and not twice."""
    for _, one in PROCEDURES:
        if one.case.startswith("lost-"):
            assert lines_of(one).count(COMMANDS["retired"]) <= 1, one.code


def test_a_live_drill_has_receivers_from_the_first_day_on():
    """Where nobody is to be told, the drill is none with a sign-in; and whoever leaves is told no more."""
    for pack in all_packs():
        lines = {case: lines_of(pack.procedure_for(case)) for case in ("enrol", "drill", "leaver")}
        if COMMANDS["drill-live"] in lines["drill"]:
            assert COMMANDS["receiver"] in lines["enrol"], pack.code
            assert {COMMANDS["receiver-left"], COMMANDS["receiver"]} <= {*lines["leaver"]}, pack.code
            assert any("receiver" in step.actors for step in pack.procedure_for("drill").steps), pack.code


def test_what_the_drill_is_said_to_ask_for_it_asks_for():
    """It tries every kind of thing that opens something, and asks for no bag but that of a sheet."""
    kinds = {kind for pack in all_packs() for kind in pack.things} - {"password"}
    assert kinds <= {*TRIED}
    for _, one in PROCEDURES:
        for step in [step for step in one.steps if "the drill asks for" in step.proof]:
            assert {*step.actors} & {*TRIED} and "bag" not in step.do, (one.code, step.do)


def test_an_alert_that_somebody_vouches_for_ends_there():
    """'That is all' is true: every step but the first has a case of its own."""
    for pack, one in PROCEDURES:
        if one.case == "alert":
            assert all(step.only_if for step in one.steps[1:]), pack.code


def test_whoever_comes_back_from_where_a_set_was_made_makes_no_other_one():
    """The steps that make one are then for a case of their own."""
    making = {COMMANDS["rotate"], COMMANDS["make"]}
    for pack, one in PROCEDURES:
        made = False
        for step in one.steps:
            assert not (made and making & {*step.commands} and not step.only_if), one.code
            if step.go_on and not step.instead:
                _, other = find_procedure(step.go_on, (pack,))
                made |= any(making & {*there.commands} for _, there in other.numbered[step.span[0] - 1 : step.span[1]])


def test_whatever_takes_the_place_of_a_device_is_entered_and_the_old_one_retired():
    """Else one that opens nothing any more still counts, or one that does never; where all is new, enrolment enters it."""
    entering = {COMMANDS[key] for key in ("mfa-device", "other", "laptop", "mailbox", "phone")}
    for pack, one in PROCEDURES:
        anew = pack.procedure_for("enrol").code in [step.go_on for step in one.steps]
        if one.case not in ("enrol", "end") and not anew:
            assert bool(entering & {*lines_of(one)}) == (COMMANDS["retired"] in lines_of(one)), one.code


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
