"""`splitkit plan risk`: how likely a policy loses the password or lets it be stolen, beside the policies around it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from splitkit.cli.main import StrictCommand
from splitkit.cli.ui.talk import result, safe, say
from splitkit.errors import UsageError
from splitkit.host import clock, files
from splitkit.paper.geometry import Paper
from splitkit.plan.document import MAX_PLAN_BYTES, parse_plan
from splitkit.plan.risk import MAX_YEARS, Odds, risk_of
from splitkit.plan.risk_around import MAX_REACH, neighbours, parse_odds
from splitkit.plan.risk_picture import picture_pdf, picture_svg
from splitkit.plan.risk_words import HEADING, assumptions, row, verdict
from splitkit.quorum.policy import Policy, parse_policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from splitkit.plan.risk import Risk
    from splitkit.plan.risk_around import Neighbour

_PICTURES = (".svg", ".pdf")


def _odds_option(name: str, default: str, what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(name, default=default, show_default=True, metavar="CHANCE", help=what)


@click.command(name="risk", cls=StrictCommand)
@click.argument("path", required=False, metavar="[PLAN]")
@click.option("--policy", metavar="TEXT", help="3of5, or '2 of: Board 2of3, IT 3of5, Audit 1of1'; instead of a plan.")
@_odds_option("--lost", "2%", "A sheet is lost or can no longer be read, within a year.")
@_odds_option("--seen", "1%", "A sheet is seen or taken by a thief, within a year.")
@_odds_option("--absent", "10%", "A custodian cannot come when the password is needed.")
@click.option(
    "--years", default=5, show_default=True, type=click.IntRange(1, MAX_YEARS), help="Years without a review."
)
@click.option(
    "--around", default=1, show_default=True, type=click.IntRange(0, MAX_REACH), help="How far T and N may be away."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--picture", metavar="FILE", help="Draw the chances into a new file, .svg or .pdf.")
def risk(
    path: str | None,
    policy: str | None,
    lost: str,
    seen: str,
    absent: str,
    years: int,
    around: int,
    as_json: bool,  # noqa: FBT001
    picture: str | None,
) -> None:
    """Compare the risks of a policy with those around it.

    The chances are reckoned exactly, from guesses: put in your own.  CHANCE is 2% or 0.02.  docs/guide.md says what is assumed.
    """
    chosen, paper = _chosen(path, policy)
    odds = Odds(parse_odds(lost), parse_odds(seen), parse_odds(absent), years)
    if picture is not None:
        _check_picture(Path(picture))
    rows = [(near, risk_of(near.policy, odds)) for near in neighbours(chosen, around)]
    if picture is not None:
        content = (
            picture_svg(rows, odds)
            if Path(picture).suffix.lower() == ".svg"
            else picture_pdf(rows, odds, paper, clock.iso_date(clock.today()))
        )
        files.write_new_file(Path(picture), content)
        say(f"picture written to {safe(picture)}")
    if as_json:
        sys.stdout.write(json.dumps(_as_object(rows, odds), indent=2, ensure_ascii=True) + "\n")
    else:
        _show(rows, odds)


def _chosen(path: str | None, policy: str | None) -> tuple[Policy, Paper]:
    """Return the policy to judge, and the paper for a picture."""
    if (path is None) == (policy is None):
        raise UsageError("neither a plan nor --policy was given, or both", "name a plan, or give --policy 3of5")
    if path is None:
        return parse_policy(policy or ""), Paper.A4
    plan = parse_plan(files.read_file(path, MAX_PLAN_BYTES))
    return plan.policy, plan.paper


def _check_picture(path: Path) -> None:
    if path.suffix.lower() not in _PICTURES:
        raise UsageError("the name of the picture says no format that can be drawn", "let it end in .svg or .pdf")
    files.check_new_file(path)


def _show(rows: list[tuple[Neighbour, Risk]], odds: Odds) -> None:
    for line in assumptions(odds):
        result(line)
    result("")
    for line in HEADING:
        result(line)
    for near, its_risk in rows:
        result(row(near, its_risk))
    result("")
    for line in verdict(*next(pair for pair in rows if pair[0].chosen)):
        result(line)


def _as_object(rows: list[tuple[Neighbour, Risk]], odds: Odds) -> dict[str, Any]:
    return {
        "odds": {"lost": odds.lost, "seen": odds.seen, "absent": odds.absent, "years": odds.years},
        "policies": [
            {
                "name": near.name,
                "policy": str(near.policy),
                "chosen": near.chosen,
                "lost": its_risk.lost,
                "unavailable": its_risk.unavailable,
                "stolen": its_risk.stolen,
                "coalition": its_risk.coalition,
                "absences": its_risk.absences,
                "sites": its_risk.sites,
            }
            for near, its_risk in rows
        ],
    }
