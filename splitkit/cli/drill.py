"""`splitkit drill`: prove that a quorum still works, and record it.  Nothing here can show a secret."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from splitkit.ceremony.drills import next_drill
from splitkit.ceremony.holdings import Life
from splitkit.ceremony.ledger import open_ledger
from splitkit.cli.ledgers import built_from, live_set
from splitkit.cli.sources import SheetsCommand, camera_option, check_named, read_scans
from splitkit.cli.talk import result, safe, say, sheet_list
from splitkit.errors import AttentionError, ForgedError, NoQuorumError
from splitkit.host import clock, hardening
from splitkit.quorum.anchor import parse_fingerprint
from splitkit.quorum.judge import judge
from splitkit.quorum.verdicts import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from splitkit.ceremony.holdings import SetRecord
    from splitkit.ceremony.ledger import Ledger
    from splitkit.quorum.judge import Judgement
    from splitkit.quorum.verdicts import SheetVerdict

_RESULTS = {Status.SOUND: "sound", Status.DUPLICATE: "sound", Status.FORGED: "forged", Status.DAMAGED: "damaged"}
_NOT_OURS = (Status.OTHER_SET, Status.UNMATCHED)


@click.command(cls=SheetsCommand, name="drill")
@click.argument("scans", nargs=-1, metavar="[SCAN...]")
@click.option("--ledger", "ledgers", multiple=True, required=True, metavar="FILE",
              help="Every ledger, from the oldest to the newest; the last one is written to.")  # fmt: skip
@click.option("--set", "set_id", metavar="ID", help="The beginning of the set id, where several sets are live.")
@click.option("--who", is_flag=True, help="Only say whose turn it is.")
@click.option("--type", "typing", is_flag=True, help="Type sheets from the paper, word by word; no camera needed.")
@camera_option
@click.option("--by", default="ADM", metavar="SEAT", help="Who holds the drill; ADM if not given.")
@click.option("--wit", default="WIT", metavar="SEAT", help="Who has seen it; WIT if not given.")
def command(
    scans: Sequence[str],
    ledgers: Sequence[str],
    set_id: str | None,
    who: bool,  # noqa: FBT001
    typing: bool,  # noqa: FBT001
    camera: int | None,
    by: str,
    wit: str,
) -> None:
    """Prove that a quorum still opens the set, and show nothing of it.

    The sheets are judged by the fingerprint that the ledger holds.  What was read, and whether the set opens, is recorded.
    Fewer sheets than a quorum are read and recorded all the same: each custodian can look after a sheet alone.
    """
    hardening.harden()
    built = built_from(ledgers)
    register = built.register
    of = live_set(register, set_id, pending=True)
    if who:
        _say_who(of)
        return
    check_named(scans, typing=typing, camera=camera)
    gathering = read_scans(scans, typing=typing, camera=camera)
    judgement = judge(gathering, parse_fingerprint(built.fingerprint(of.set_id)))
    with open_ledger(Path(ledgers[-1])) as ledger:
        sound = _record_sheets(ledger, of, judgement, by, wit)
        opens = _record_drill(ledger, of, judgement, sound, by, wit)
    _conclude(judgement, of, sound, opens=opens)


def _say_who(of: SetRecord) -> None:
    numbers = next_drill(of)
    if not numbers:
        raise AttentionError("no quorum of this set is left", "see 'splitkit custody status'")
    result(f"set {of.set_id[:8]}.., the next drill:")
    for number in numbers:
        sheet = of.sheets[number]
        result(
            f"  sheet {number:<4} {sheet.holder or '-':<8} bag {sheet.bag or '-'}, last read {sheet.proven or 'never'}"
        )


def _record_sheets(ledger: Ledger, of: SetRecord, judgement: Judgement, by: str, wit: str) -> list[str]:
    """Record every sheet that was read; return those that are sound."""
    sound: list[str] = []
    use = "drill" if judgement.chosen and judgement.chosen.quorum else "inventory"
    use = "read-back" if of.life is Life.PENDING else use
    for sheet in judgement.sheets:
        number = f"{sheet.group or ''}{sheet.number}" if sheet.number else ""
        outcome = _RESULTS.get(sheet.status)
        say(f"{sheet.name or safe(sheet.source)}: {sheet.status.value}" + (f" ({sheet.note})" if sheet.note else ""))
        if number in of.sheets and outcome and number not in sound:
            margin = {} if sheet.margin is None else {"margin": int(100 * sheet.margin)}
            data = {
                "set": of.set_id,
                "sheet": number,
                "use": use,
                "source": _source(sheet),
                "result": outcome,
                **margin,
            }
            ledger.append("sheet.read", data, by=by, witness=wit, at=clock.stamp())
            sound += [number] if outcome == "sound" else []
    return sound


def _source(sheet: SheetVerdict) -> str:
    return "scan" if sheet.margin is not None else "typed"


def _record_drill(
    ledger: Ledger, of: SetRecord, judgement: Judgement, sound: list[str], by: str, wit: str
) -> bool | None:
    """Record whether the set opened; nothing where fewer sheets than a quorum were read.  Return the same."""
    case = judgement.chosen
    if case is None or case.quorum is None:
        return None
    opens = case.proof is not None and not judgement.unsound()
    rest = [number for number in of.sheets if number not in sound and of.sheets[number].may_be_used]
    data = {
        "set": of.set_id,
        "sheets": sorted(sound),
        "way": "verify",
        "result": "pass" if opens else "fail",
        "not_proven": rest,
    }
    ledger.append("drill", data, by=by, witness=wit, at=clock.stamp())
    return opens


def _conclude(judgement: Judgement, of: SetRecord, sound: list[str], *, opens: bool | None) -> None:
    if any(sheet.status is Status.FORGED for sheet in judgement.sheets) or opens is False:
        raise ForgedError(
            "the set does not open, or a sheet is not what was printed",
            "keep these sheets apart; 'splitkit custody status' says what follows",
        )
    if any(sheet.status in _NOT_OURS for sheet in judgement.sheets):
        raise ForgedError("a sheet of another set was among them", "keep the sets apart, and read the right sheets")
    if not sound:
        raise NoQuorumError(
            "no sheet of this set was read", "scan the whole page, flat and in different light, or use --type"
        )
    if opens is None:
        result(f"{sheet_list(sound)} of set {of.set_id[:8]}: sound; too few for a quorum, which was not tried")
        return
    result(f"set {of.set_id[:8]} opens with {sheet_list(sound)}; nothing was shown")
    say("record how it went: splitkit ledger add FILE debrief went_wrong=... surprising=...")
