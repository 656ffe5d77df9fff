"""Risks as people read them: chances in words, the rows of a table of 80 columns, what is assumed, what follows."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from splitkit.paper.chart import Chart, Point, draw
from splitkit.paper.documents import ChartPage
from splitkit.paper.typeset import Typesetter
from splitkit.plan.policy_words import may_be_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from splitkit.paper.geometry import Paper
    from splitkit.plan.risk import Neighbour, Odds, Risk

    Rows = Sequence[tuple[Neighbour, Risk]]

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
    lines = [f"{near.policy}: {risk.coalition} people together can open it; {may_be_missing(risk.absences)}."]
    if risk.sites is None:
        return [*lines, "However the sheets lie, there is one site whose loss or theft alone is too much."]
    return [*lines, f"It takes {risk.sites} sites so that no single one loses or gives away the password."]


# --- the picture --------------------------------------------------------------------------------------------------------


_TITLE = "How likely the password is lost, and how likely it is stolen"
_COLUMNS = 95


def picture_svg(rows: Rows, odds: Odds) -> bytes:
    """Return the picture as an SVG file, with what is assumed below it."""
    return draw(_chart(rows, odds, notes=True)).encode("utf-8")


def picture_pdf(rows: Rows, odds: Odds, paper: Paper, created: str) -> bytes:
    """Return the picture as a PDF of one page of *paper*, with what follows below it; *created* is YYYY-MM-DD.

    Raises:
        UsageError: If the name of a group cannot be printed.
    """
    lines = (*_sentences(rows, odds), *_of_chosen(rows))
    drawing = draw(_chart(rows, odds, notes=False))
    return Typesetter(paper).pdf(ChartPage(_TITLE, drawing, lines, made=created))


def _chart(rows: Rows, odds: Odds, *, notes: bool) -> Chart:
    points = tuple(
        Point(near.name, risk.stolen, risk.lost, str(near.policy.sheets) if near.policy.flat else "", near.chosen)
        for near, risk in rows
    )
    below = [line for sentence in _sentences(rows, odds) for line in textwrap.wrap(sentence, _COLUMNS)] if notes else []
    return Chart(_TITLE, "chance that the password is stolen", "chance that it is lost for ever", points, tuple(below))


def _sentences(rows: Rows, odds: Odds) -> list[str]:
    (chosen,) = (near for near, _ in rows if near.chosen)
    joined = " Each line joins the policies with one number of sheets." if chosen.policy.flat else ""
    about = f"The black point is the policy {chosen.policy}; the others are around it.{joined}"
    return [about, " ".join(line for line in assumptions(odds) if line)]


def _of_chosen(rows: Rows) -> list[str]:
    near, risk = next(pair for pair in rows if pair[0].chosen)
    chances = (
        f"Lost for ever: {chance(risk.lost)}. No quorum on the day it is needed: {chance(risk.unavailable)}. "
        f"Stolen: {chance(risk.stolen)}."
    )
    return [chances, *verdict(near, risk)]
