"""Risks as people read them: chances in words, the rows of a table of 80 columns, what is assumed, what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from splitkit.plan.risk import Odds, Risk
    from splitkit.plan.risk_around import Neighbour

_ROW = "{:<2}{:<17} {:>13} {:>13} {:>13} {:>5} {:>5} {:>5}"
_NAME = 17

HEADING = (
    _ROW.format("", "", "password", "no quorum", "password", "can", "can", "").rstrip(),
    _ROW.format("", "policy", "lost for ever", "that day", "stolen", "open", "miss", "sites"),
)
"""The two lines above the rows."""


def chance(probability: float) -> str:
    """Return a probability in at most 13 characters: 'never', '1 in 48,000', '12 %', 'certain'.

    From one in a hundred on in percent, which people read better; below one in a million million the guesses behind it
    mean nothing any more.
    """
    if probability == 0:
        return "never"
    if probability < 1e-12:
        return "below 10^-12"
    if probability < 0.01:
        return f"1 in {_rounded(1 / probability)}"
    if probability > 0.9995:
        return "certain" if probability == 1 else "over 99.9 %"
    return f"{100 * probability:.{1 if probability < 0.1 or probability > 0.99 else 0}f} %"


def _rounded(number: float) -> str:
    """Return a number of 100 or more with two digits that count."""
    if number < 1e6:
        scale = 10 ** (len(str(int(number))) - 2)
        return f"{round(number / scale) * scale:,}"
    for size, name in ((1e9, "bn"), (1e6, "m")):
        if number >= size:
            return f"{number / size:,.{1 if number < 10 * size else 0}f} {name}"
    raise ValueError("a number below one million has no name")


def row(near: Neighbour, risk: Risk) -> str:
    """Return one row of the table; the chosen policy is marked."""
    name = near.name if len(near.name) <= _NAME else f"{near.name[: _NAME - 9]}..{near.name.rpartition(' ')[2]}"
    chances = (chance(risk.lost), chance(risk.unavailable), chance(risk.stolen))
    sites = "none" if risk.sites is None else str(risk.sites)
    return _ROW.format("*" if near.chosen else "", name, *chances, risk.coalition, risk.absences, sites)


def percent(probability: float) -> str:
    """Return a probability that people gave, as they would write it."""
    return f"{100 * probability:g} %"


def assumptions(odds: Odds) -> list[str]:
    """Return what the chances stand on, in lines of 80 columns."""
    years = "1 year" if odds.years == 1 else f"{odds.years} years"
    return [
        f"Assumed: within a year a sheet is lost with {percent(odds.lost)} (--lost), and seen by a thief",
        f"with {percent(odds.seen)} (--seen); a custodian cannot come with {percent(odds.absent)} (--absent);",
        f"{years} without a review (--years); each sheet and each person on its own.",
        "These are guesses: put in yours.",
    ]


def verdict(near: Neighbour, risk: Risk) -> list[str]:
    """Return what the chosen policy asks of people."""
    spare = {0: "no sheet may be missing", 1: "any one sheet may be missing"}.get(
        risk.absences, f"any {risk.absences} sheets may be missing"
    )
    lines = [f"{near.policy}: {risk.coalition} people together can open it; {spare}."]
    if risk.sites is None:
        return [*lines, "However the sheets lie, there is one site whose loss or theft alone is too much."]
    return [*lines, f"It takes {risk.sites} sites so that no single one loses or gives away the password."]
