"""`splitkit runbook`: the procedures for every case, on the screen and on paper, with the people of the register."""

import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from splitkit.cli.main import PlainGroup
from splitkit.cli.options import folder_paper_option, json_option, ledgers_option
from splitkit.cli.ui.custody_ledgers import built_from
from splitkit.cli.ui.ledger_reading import settings_of
from splitkit.cli.ui.talk import json_result, result, safe, say
from splitkit.custody.procedures import procedure, roles, sections
from splitkit.custody.records.holdings import Register
from splitkit.errors import UsageError
from splitkit.host import clock, files, hardening
from splitkit.host.home import Ledgers
from splitkit.packs.pack import ALERT_TEMPLATE
from splitkit.packs.runbooks import RUNBOOKS, Runbook, Task, find_runbook
from splitkit.paper.geometry import Paper

_COLUMNS = 78


@click.group(name="runbook", cls=PlainGroup)
def command() -> None:
    """Show and print the procedure for every case."""
    hardening.harden()


@command.command("list")
@json_option
def list_all(as_json: bool) -> None:
    """List all procedures by their codes."""
    if as_json:
        json_result({"runbooks": [_as_object(book) for book in RUNBOOKS.values()]})
        return
    for book in RUNBOOKS.values():
        result(f"{book.code:<4} {book.title}")


def _as_object(book: Runbook) -> dict[str, Any]:
    return {
        "code": book.code,
        "title": book.title,
        "when": book.when,
        "needs": list(book.needs),
        "tasks": [vars(task) for task in book.tasks],
    }


@command.command("show")
@click.argument("code", metavar="CODE")
@ledgers_option()
def show(code: str, ledgers: Ledgers) -> None:
    """Show one procedure, with who keeps what when the ledgers are given."""
    book, register = find_runbook(code), _register(ledgers)
    result(book.heading)
    result(f"when: {book.when}")
    for role, who in roles(book, register):
        result(f"{role}: {safe(who) or 'not recorded'}")
    for title, tasks in sections(book):
        result("")
        result(title.upper())
        result(*_lines(tasks))


def _lines(tasks: Sequence[Task]) -> Iterator[str]:
    for number, task in enumerate(tasks, 1):
        yield from textwrap.wrap(f"{number:>2}. {task.actor}: {task.words}", _COLUMNS, subsequent_indent="    ")
        yield from textwrap.wrap(f"proof: {task.evidence}", _COLUMNS, initial_indent="    ", subsequent_indent="    ")
        if task.command:
            yield f"    $ {task.command}"


@command.command("print")
@click.argument("codes", nargs=-1, metavar="[CODE...]")
@click.option("--out", required=True, metavar="DIR",
              help="New folder for the procedures, a PDF each; all of them if none is named.")  # fmt: skip
@folder_paper_option
@ledgers_option()
def print_out(codes: Sequence[str], out: str, paper: Paper | None, ledgers: Ledgers) -> None:
    """Write procedures as PDF, with boxes for time and initials."""
    from splitkit.paper.typeset import Typesetter  # noqa: PLC0415

    folder = Path(out)
    files.check_destination(folder)
    books = [find_runbook(code) for code in codes] or list(RUNBOOKS.values())
    if len({book.code for book in books}) != len(books):
        raise UsageError("a procedure was named twice", "name each once, or none for all of them")
    made = clock.stamp()[:10]
    setter = Typesetter(paper or settings_of(ledgers).paper)
    written = {f"{book.code.lower()}.pdf": setter.pdf(procedure(book, _register(ledgers), made)) for book in books}
    files.write_set(folder, written)
    say(f"written to {safe(str(folder))}: " + ", ".join(written))


@command.command("alert-template")
@click.option("--out", metavar="FILE", help="Copy it into this new file; to standard output if not given.")
def alert(out: str | None) -> None:
    """Copy the CloudFormation template of the alert on the root user.

    It is a plain file, packs/aws_root_alert.yaml in the folder of the program, and nothing is changed in it: what is yours are its
    parameters. docs/packs.md says how it is deployed, confirmed and tested. splitkit itself reaches no account.
    """
    if out is None:
        sys.stdout.write(ALERT_TEMPLATE.read_text("utf-8"))
    else:
        files.write_new_file(Path(out), ALERT_TEMPLATE.read_bytes())
    say(f"a copy of {safe(str(ALERT_TEMPLATE))}")
    say(
        "how it is deployed and tested: docs/packs.md; what a receiver does when an alert arrives: splitkit runbook show R15"
    )


def _register(ledgers: Ledgers) -> Register | None:
    return built_from(ledgers).register if ledgers else None
