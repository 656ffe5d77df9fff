"""Setting a report for people: a text that cannot be printed as it is never keeps them from the rest."""

from splitkit.cli.ui.talk import say
from splitkit.errors import UsageError
from splitkit.paper.geometry import Paper
from splitkit.paper.report import Report, plain
from splitkit.paper.typeset import Typesetter


def set_report(report: Report, paper: Paper) -> bytes:
    """Return a report as a PDF on *paper*; where a font lacks a character, its number stands instead."""
    setter = Typesetter(paper)
    try:
        return setter.pdf(report)
    except UsageError as error:
        say(f"note: {error.fact}: unusual characters are written as their numbers")
        return setter.pdf(plain(report))
