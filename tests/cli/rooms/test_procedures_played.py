"""Each procedure of each pack is played to its end as it is printed: every command is taken, and what it has promised is settled."""

from __future__ import annotations

import pytest

from splitkit.packs.commands import COMMANDS
from splitkit.packs.pack import all_packs, find_procedure
from splitkit.packs.procedures import Procedure
from tests.support.custody.played import Office
from tests.support.sampling import sampled

DESTROYED = {"--what": "destroyed", "--sheet": "1", "--way": "burnt", "--seen-by": "ada-example"}
SEEN = {"--what": "seen", "--sheet": "1"}

LEFT = {"C8": "no set of sheets in use is recorded"}
"""What is left at the end of a procedure, as its steps say: the authority is given up."""

BY_ITSELF = "(rule ALONE-1)"
"""Whoever can reset the account can enter it alone: two people overrule that, or change who it is."""


def cases_of(one: Procedure) -> list[tuple[str, ...]]:
    """The ways through a procedure: with all that may be met of it, where one does not shut out the other."""
    met = tuple(dict.fromkeys(step.only_if for step in one.steps if step.only_if and not step.go_on))
    if one.case == "sheet":
        return [met[:1], met[1:]]
    part = [[so for so in met if not so.startswith("only its keeper") and not so.startswith("only the owners")], met]
    return [*dict.fromkeys(map(tuple, part))]


PLAYS = [f"{one.code} {at}" for pack in all_packs() for one in pack.procedures for at, _ in enumerate(cases_of(one))]


def lost(office: Office, one: Procedure) -> None:
    """What was reported before people took up the page."""
    if one.case == "secret-lost":
        for number in "12":
            office.type("incident", DESTROYED | {"--sheet": number})
    elif one.case.startswith("lost-"):
        office.type("incident", {"--what": "device", "--asset": f"{one.case.removeprefix('lost-')}-1"})


def said(one: Procedure, met: tuple[str, ...]) -> dict:
    """With what a command is filled in here: what happened; and that the ceremony of a first set has shown the secret itself."""
    match one.case:
        case "secret-lost":
            lines = [line for step in one.steps for line in step.commands if not step.only_if or step.only_if in met]
            return {"recover": [[]] * lines.count(COMMANDS["recover"])}
        case "sheet":
            return {"incident": [[DESTROYED if met == cases_of(one)[0] else SEEN]]}
        case "compromise":
            return {"incident": [[{"--what": "password"}]]}
    return {}


@pytest.mark.parametrize("play", sampled(PLAYS, 1))
def test_every_command_is_taken_and_nothing_is_left(tmp_path, monkeypatch, play):
    code, at = play.split()
    pack, one = find_procedure(code)
    met = cases_of(one)[int(at)]
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    office = Office(tmp_path, pack.code, begun=one.case != "enrol")
    before = office.now() if office.begun else {}
    lost(office, one)
    office.play(code, met, said(one, met))
    left = {what: do for what, do in office.now().items() if what not in before and BY_ITSELF not in what}
    assert not {what for what in left if code not in LEFT or LEFT[code] not in what}, left
    assert all("splitkit " in do for do in left.values())
    soon = [one["what"] for one in office.status("--until", "2099-01-01")["coming"]]
    assert not [what for what in soon if "put back" in what or "is kept" in what], soon
