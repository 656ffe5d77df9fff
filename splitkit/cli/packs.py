"""`splitkit packs`: what is known of each kind of target, and its procedures: on the screen, on paper, and walked step by step."""

import shlex
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from splitkit.cli.main import PlainGroup, StrictCommand
from splitkit.cli.options import done_by, folder_paper_option, json_option, ledgers_option
from splitkit.cli.ui.custody_ledgers import LedgerWriter, built_from
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.ledger_reading import settings_of
from splitkit.cli.ui.talk import json_result, result, safe, say
from splitkit.custody.procedures import keepers, procedure_page
from splitkit.custody.records.holdings import Register
from splitkit.errors import UnsafeMachineError, UsageError
from splitkit.host import clock, files, hardening
from splitkit.host.home import Ledgers
from splitkit.host.terminal import interactive
from splitkit.ledger.events import ProcedureStep
from splitkit.ledger.fields import LINE
from splitkit.packs.alert_template import REGION, STACK, alert_template
from splitkit.packs.pack import Pack, all_packs, find_pack, find_procedure, parse_pack
from splitkit.packs.procedures import Procedure, Step
from splitkit.packs.reading import MOST_BYTES
from splitkit.paper.geometry import Paper

_COLUMNS = 78


@click.group(name="packs", cls=PlainGroup)
def command() -> None:
    """Show what is known of a kind of target, and print or walk its procedures."""
    hardening.harden()


@command.command("list")
@json_option
def list_all(as_json: bool) -> None:
    """List every pack with its procedures."""
    if as_json:
        json_result({"packs": [_as_object(pack) for pack in all_packs()]})
        return
    for pack in all_packs():
        result(f"{pack.code}: {pack.title}, looked up on {pack.looked_up}")
        for one in pack.procedures:
            result(f"  {one.code:<4} {one.title}")


def _as_object(pack: Pack) -> dict[str, Any]:
    procedures = [
        {"code": one.code, "case": one.case, "title": one.title, "when": one.when, "needs": list(one.needs), "at_once": one.at_once,
         "parts": [{"title": title, "steps": [vars(step) for step in steps]} for title, steps in one.parts]}
        for one in pack.procedures
    ]  # fmt: skip
    ways = [{"name": way.name, "needs": list(way.needs), "source": way.source} for way in pack.ways]
    return {"code": pack.code, "title": pack.title, "looked_up": str(pack.looked_up), "ways": ways,
            "ask": list(pack.ask), "procedures": procedures}  # fmt: skip


@command.command("show")
@click.argument("code", metavar="CODE")
@ledgers_option()
def show(code: str, ledgers: Ledgers) -> None:
    """Show a pack, or one procedure with who keeps what.

    Example: splitkit packs show R4
    """
    if pack := find_pack(code.lower()):
        result(*_of_pack(pack))
        return
    pack, one = find_procedure(code)
    result(one.heading)
    result(*_wrapped(f"when: {one.when}"))
    for role, who in keepers(pack, one, _register(ledgers)):
        result(*_wrapped(f"{role}: {safe(who) or 'not recorded'}"))
    for title, steps in one.parts:
        result("", title.upper(), *_lines(steps))
    for source in one.sources:
        result(*_wrapped(f"from {source}, looked up on {pack.looked_up}"))


def _of_pack(pack: Pack) -> Iterator[str]:
    yield from _wrapped(f"{pack.code}: {pack.title}, looked up on {pack.looked_up}")
    yield "WAYS IN"
    for way in pack.ways:
        yield from _wrapped(f"{way.name}: {' and '.join(pack.things[kind].called for kind in way.needs)}", "  ")
        yield from _wrapped(f"from {way.source}", "    ")
    yield "PROCEDURES"
    yield from (f"  {one.code:<4} {one.title}" for one in pack.procedures)
    if pack.ask:
        yield "ASK THE PROVIDER: nobody has found it in the documents"
        for question in pack.ask:
            yield from _wrapped(question, "  ")


def _wrapped(text: str, indent: str = "", after: str = "  ") -> list[str]:
    return textwrap.wrap(
        text, _COLUMNS, initial_indent=indent, subsequent_indent=indent + after, break_on_hyphens=False
    )


def _lines(steps: Sequence[Step]) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        yield from _told(step, f"{number:>2}. ")


def _told(step: Step, number: str = "") -> Iterator[str]:
    after = " " * len(number)
    yield from textwrap.wrap(f"{number}{step.who}: {step.words}", _COLUMNS, subsequent_indent=after)
    yield from textwrap.wrap(f"proof: {step.proof}", _COLUMNS, initial_indent=after, subsequent_indent=after)
    if step.command:
        yield f"{after}$ {step.command}"
    if step.go_on:
        yield f"{after}then: splitkit packs walk {step.go_on}"


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
    chosen = [find_procedure(code) for code in codes] or [
        (pack, one) for pack in all_packs() for one in pack.procedures
    ]
    if len({one.code for _, one in chosen}) != len(chosen):
        raise UsageError("a procedure was named twice", "name each once, or none for all of them")
    made, register = clock.stamp()[:10], _register(ledgers)
    setter = Typesetter(paper or settings_of(ledgers).paper)
    written = {f"{one.code.lower()}.pdf": setter.pdf(procedure_page(pack, one, register, made)) for pack, one in chosen}
    files.write_set(folder, written)
    say(f"written to {safe(str(folder))}: " + ", ".join(written))


@command.command("walk", cls=StrictCommand)
@click.argument("code", metavar="CODE")
@click.option("--from", "first", type=click.IntRange(1), default=1, metavar="STEP", help="Go on with this step.")
@ledgers_option()
@done_by("leads through it")
def walk(code: str, first: int, ledgers: Ledgers, by: str, wit: str) -> None:
    """Go through a procedure step by step; each answer is recorded at once.

    A step that stands under a condition is asked for first: is it so?  Commands are typed in another window.

    Example: splitkit packs walk R8
    """
    pack, one = find_procedure(code)
    if not interactive():
        raise UnsafeMachineError("a procedure is a conversation, and nobody is at a terminal", "run it in a terminal")
    writer = LedgerWriter(ledgers, by, wit).checked()
    register = _register(ledgers)
    with Dialogue.open(
        f"every answer so far is recorded; go on with: splitkit packs walk {one.code} --from STEP"
    ) as dialogue:
        while True:
            follows = _walked(dialogue, writer, one, keepers(pack, one, register), first)
            if not follows:
                return
            (pack, one), first = find_procedure(follows), 1


def _walked(
    dialogue: Dialogue, writer: LedgerWriter, one: Procedure, roles: Sequence[tuple[str, str]], first: int
) -> str:
    """Go through all steps from the *first* on; return the code of the procedure to go on with, if people say so."""
    steps = [(title, step) for title, steps in one.parts for step in steps]
    if first > len(steps):
        raise UsageError(f"this procedure has {len(steps)} steps", f"name a step from 1 to {len(steps)}")
    dialogue.say(one.heading)
    for role, who in roles:
        dialogue.say(f"{role}: {who or 'not recorded'}", "  ")
    for number, (title, step) in list(enumerate(steps, 1))[first - 1 :]:
        dialogue.say()
        dialogue.say(f"{title}: step {number} of {len(steps)}")
        state, remark = dialogue.interview(lambda step=step: _answered(dialogue, step))  # type: ignore[misc]
        writer.record(ProcedureStep(procedure=one.code, step=number, state=state, remark=remark or None))
        if (
            step.go_on
            and state != "not needed"
            and dialogue.yes(f"Go on with {step.go_on} now?", no=f"{one.code} goes on")
        ):
            return step.go_on
    dialogue.say()
    dialogue.say(f"{one.code} is done: every step is recorded.")
    return ""


def _answered(dialogue: Dialogue, step: Step) -> tuple[Any, str]:
    """Return what came of a step, and what was otherwise."""
    if step.only_if and not dialogue.yes(f"Is it so: {step.only_if}?", "the step is needed", "it is left out"):
        return "not needed", ""
    dialogue.rows(list(_told(step)))
    if dialogue.yes("Is it done?", "as it stands here", "it was not, or otherwise"):
        return "done", ""
    return "otherwise", dialogue.text("What was otherwise?", LINE, "say it in one line; it is recorded")


@command.command("check")
@click.argument("path", metavar="FILE")
def check(path: str) -> None:
    """Judge a pack of one's own as strictly as those that come with splitkit.

    docs/packs.md says how one is written.

    Example: splitkit packs check vault.toml
    """
    pack = parse_pack(files.read_regular(path, MOST_BYTES))
    ways, procedures = len(pack.ways), len(pack.procedures)
    result(f"{pack.code}: {ways} ways in, {procedures} procedures, {len(pack.ask)} questions for the provider")


@command.command("alert-template")
@click.option("--email", "addresses", multiple=True, required=True, metavar="ADDRESS",
              help="Who is told of every use of the root user; may be repeated.")  # fmt: skip
@click.option("--out", metavar="FILE", help="Write into this new file; to standard output if not given.")
def alert(addresses: Sequence[str], out: str | None) -> None:
    """Write a CloudFormation template that tells people by e-mail of every use of the root user.

    It is for the AWS management account, and somebody with a network deploys it: splitkit reaches no account.
    """
    if out is not None:
        files.check_new_file(Path(out))
    template = alert_template(addresses)
    if out is None:
        sys.stdout.write(template)
    else:
        files.write_new_file(Path(out), template.encode())
        say(f"written to {safe(out)}: {len(addresses)} receiver{'' if len(addresses) == 1 else 's'}")
    deployed = shlex.quote(safe(out)) if out is not None else "FILE"
    say(f"deploy: aws cloudformation deploy --region {REGION} --stack-name {STACK} --template-file {deployed}")
    say("then each receiver confirms two subscriptions, from two messages of AWS; until then they get no alert")
    say("what a receiver does when an alert arrives: splitkit packs show R15")


def _register(ledgers: Ledgers) -> Register | None:
    return built_from(ledgers).register if ledgers else None
