"""The picture of a policy among its neighbours, as SVG or as a PDF to take into a meeting."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from splitkit import __version__
from splitkit.paper.chart import Chart, Point, draw
from splitkit.paper.documents import ChartPage
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from splitkit.plan.risk_words import assumptions, chance, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from splitkit.paper.geometry import Paper
    from splitkit.plan.risk import Odds, Risk
    from splitkit.plan.risk_around import Neighbour

    Rows = Sequence[tuple[Neighbour, Risk]]

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
    page = ChartPage(
        _TITLE, draw(_chart(rows, odds, notes=False)), lines, made=created, program=f"splitkit {__version__}"
    )
    return Typesetter(paper).pdf(page)


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
