"""`splitkit check`: the verdict on every sheet; with a quorum, the proof that it opens.  Reveals nothing."""

import sys
from typing import Any

import click

from splitkit.cli.options import SheetsCommand, fingerprint_option, json_option, record_option, sheets_options
from splitkit.cli.ui.sheet_input import SheetInput, read_anchor
from splitkit.cli.ui.table import Judged
from splitkit.cli.ui.talk import json_result
from splitkit.host import hardening
from splitkit.quorum.anchor import Anchor
from splitkit.quorum.judge import Case, Judgement, judge
from splitkit.quorum.verdicts import VERDICTS, SheetVerdict, sheet_margin

_PRECEDENCE = (5, 3, 4, 9)


@click.command(cls=SheetsCommand, name="check")
@sheets_options
@json_option
@click.option("--all", "every", is_flag=True, help="Name each page that is not a sheet, however many there are.")
@click.option("--quorum", "need_quorum", is_flag=True, help="Exit 4 when the sheets are not a quorum.")
@record_option
@fingerprint_option()
def command(
    sheets: SheetInput, as_json: bool, every: bool, need_quorum: bool, record: str | None, fingerprint: Anchor | None
) -> int:
    """Judge sheets, alone or together; reveals nothing.

    With a quorum, prove that it opens.

    SCAN is a picture (PNG, JPEG), a PDF, a folder, or - for lines as a hand-held scanner types them.

    Example: splitkit check scans
    """
    hardening.harden()
    gathering = sheets.read()
    judgement = judge(gathering, read_anchor(fingerprint, record, gathering))
    if as_json:
        json_result(as_object(judgement))
    else:
        Judged(judgement, sys.stdout, every).show(shown="  Nothing was shown.")
    return exit_code(judgement, need_quorum=need_quorum)


def exit_code(judgement: Judgement, *, need_quorum: bool) -> int:
    """Return the exit code of a check: 5 beats 3 beats 4 beats 9."""
    codes = {VERDICTS[sheet.status].exit_code for sheet in judgement.sheets}
    chosen = judgement.chosen
    if judgement.anchor_missing or (chosen and chosen.has_quorum and not chosen.proof):
        codes.add(5)
    if chosen and chosen.proof and (chosen.proof.unsound or chosen.proof.impostors):
        codes.add(5)
    if judgement.bad_envelopes or (judgement.left_out and not judgement.anchored):
        codes.add(3)
    if need_quorum and not (chosen and chosen.has_quorum):
        codes.add(4)
    if judgement.newer:
        codes.add(9)
    return next((code for code in _PRECEDENCE if code in codes), 0)


def as_object(judgement: Judgement) -> dict[str, Any]:
    """Return the judgement as plain data for --json."""
    chosen = judgement.chosen
    header = chosen.envelope.header if chosen else None
    return {
        "set": header.set_id.hex() if header else None,
        "fingerprint": " ".join(chosen.envelope.fingerprint) if chosen else None,
        "practice": header.practice if header else None,
        "label": header.label if header else None,
        "policy": str(header.policy) if header else None,
        "sheets": [_sheet_object(sheet) for sheet in judgement.sheets],
        "missing": list(judgement.missing()),
        "unproven": list(judgement.unproven()),
        "unsound": list(judgement.unsound()),
        "quorum": bool(chosen and chosen.has_quorum),
        "anchored": judgement.anchored,
        "superseded": bool(judgement.newer),
        "opens": opens(judgement),
        "envelopes": [_envelope_object(case) for case in judgement.cases],
        "notes": [*judgement.warnings, *judgement.notes],
    }


def opens(judgement: Judgement) -> bool | None:
    """Return whether the set opens; None when nobody can tell, because no quorum is here."""
    chosen = judgement.chosen
    return chosen.proof is not None if chosen and chosen.has_quorum else None


def _sheet_object(sheet: SheetVerdict) -> dict[str, Any]:
    return {
        "source": sheet.source,
        "share": sheet.number,
        "group": sheet.group,
        "status": sheet.status.value,
        "margin": _rounded(sheet.margin),
        "note": sheet.note,
        "wear": sheet.wear.value if sheet.wear else None,
        "sheet_margin": _rounded(sheet_margin(sheet.symbols)),
        "symbols": {symbol.kind.value: _rounded(symbol.margin) for symbol in sheet.symbols},
    }


def _rounded(margin: float | None) -> float | None:
    return None if margin is None else round(margin, 2)


def _envelope_object(case: Case) -> dict[str, Any]:
    header = case.envelope.header
    return {
        "set": header.set_id.hex(),
        "fingerprint": " ".join(case.envelope.fingerprint),
        "anchored": case.anchored,
        "shares": len(case.matches),
        "quorum": case.has_quorum,
    }
