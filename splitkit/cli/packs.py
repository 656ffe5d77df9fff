"""`splitkit packs`: what is known of each kind of target, and its procedures."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import click

from splitkit.cli.main import PlainGroup
from splitkit.cli.options import json_option, ledgers_option
from splitkit.cli.ui.custody_ledgers import built_from
from splitkit.cli.ui.dialogue import COLUMNS
from splitkit.cli.ui.ledger_reading import own_packs, say_once, settings_of
from splitkit.cli.ui.talk import json_result, result, safe, say
from splitkit.custody.own_packs import parse_own
from splitkit.custody.procedure_pages import keepers, procedure_page, step_as_typed
from splitkit.custody.records.accounts import AccountRecord
from splitkit.custody.records.holdings import Register
from splitkit.errors import SplitkitError, UsageError
from splitkit.host import clock, files, hardening
from splitkit.host.columns import wrapped
from splitkit.host.home import Ledgers
from splitkit.packs.pack import ALERT_TEMPLATE, USUAL, Pack, all_packs, find_procedure
from splitkit.packs.packfile import MOST_BYTES, origin
from splitkit.packs.procedures import Procedure, ProcedureStep
from splitkit.paper.geometry import Paper


def most_pages(procedure: Procedure) -> int:
    """Return how many pages it may take on paper: two, but whoever is called by an alert turns no page."""
    return 1 if procedure.case == "alert" else 2


def known_packs(ledgers: Ledgers) -> tuple[Pack, ...]:
    """Return all packs that come with splitkit, and those of people's own in the custody folder, where there is one.

    By a file that is another than an account was recorded with nobody acts: two people have not agreed to it.  Of several accounts
    some may have another version of it than lies there; those are named.
    """
    own, accounts = own_packs(ledgers.packs(MOST_BYTES)) if ledgers else {}, list[AccountRecord]()
    if own:
        with suppress(SplitkitError):  # which are recorded is not known then
            accounts = [*built_from(ledgers).register.accounts.values()]
    known = list(all_packs())
    for file, pack in own.items():
        others = [one.name for one in accounts if one.pack == pack.code and one.file != file]
        held = not others or any(one.file == file for one in accounts)
        known += [pack] if held else []
        if others:
            told = f"does not count for {safe(', '.join(others))}" if held else "counts for nothing"
            say_once(
                f"note: the pack {pack.code} in the folder is another than was recorded, and {told}: splitkit status"
            )
    return tuple(known)


@click.group(name="packs", cls=PlainGroup)
def command() -> None:
    """Show what is known of a kind of target, and its procedures."""
    hardening.harden()


@command.command("list")
@json_option
@ledgers_option()
def list_all(as_json: bool, ledgers: Ledgers) -> None:
    """List every pack with its procedures: those that come with splitkit, and yours in the custody folder.

    Example: splitkit packs list
    """
    settings_of(ledgers)  # a folder that cannot be read is told of, and not passed over as one without packs
    packs = known_packs(ledgers)
    if as_json:
        json_result({"packs": [_as_object(pack) for pack in packs]})
        return
    for pack in packs:
        result(*_titled(pack))
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
            "ask": list(pack.questions), "missing": list(pack.missing), "procedures": procedures}  # fmt: skip


@command.command("show")
@click.argument("code", metavar="CODE")
@click.option(
    "--alert", is_flag=True, help="Of aws-root the CloudFormation template of its alert, as a file to deploy."
)
@click.option(
    "--out", metavar="FILE", help="With --alert: copy it into this new file; to standard output if not given."
)
@ledgers_option()
def show(code: str, alert: bool, out: str | None, ledgers: Ledgers) -> None:
    """Show a pack, or one procedure with who keeps what.

    The template of the alert is a plain file, packs/aws_root_alert.yaml in the folder of the program, and nothing is changed in it:
    what is yours are its parameters.  docs/packs.md says how it is deployed, confirmed and tested.  splitkit itself reaches no account.

    Example: splitkit packs show R4

    Example: splitkit packs show aws-root --alert --out alert.yaml
    """
    if alert:
        return _copy_alert(code, out)
    if out is not None:
        raise UsageError("--out says where the template of an alert is copied to", "add --alert")
    packs = known_packs(ledgers)
    if pack := next((one for one in packs if one.code == code.lower()), None):
        return result(*_of_pack(pack))
    pack, one = find_procedure(code, packs)
    register, refused = None, None
    try:
        register = register_in(ledgers)
    except SplitkitError as error:  # who keeps what is not known then; what is done is
        refused = error
    result(one.heading, *wrapped(f"when: {one.when}", COLUMNS, rest="  "))
    for role, who in keepers(pack, one, register):
        result(*wrapped(f"{role}: {safe(who) or 'not recorded'}", COLUMNS, rest="  "))
    number = count(1)
    for title, steps in one.parts:
        result("", title.upper())
        for step in steps:
            typed = step_as_typed(step, practice=bool(register and register.practice))
            result(*_told(typed, f"{next(number):>2}. "))
    if one.sources:
        result("", f"looked up on {pack.looked_up}:", *(f"  {origin(source)}" for source in one.sources))
    if refused:
        raise refused
    return None


def _copy_alert(code: str, out: str | None) -> None:
    if code.lower() != USUAL:
        raise UsageError("no other pack has the template of an alert", f"splitkit packs show {USUAL} --alert")
    if out is None:
        result(*ALERT_TEMPLATE.read_text("utf-8").splitlines())
    else:
        files.write_new_file(Path(out), ALERT_TEMPLATE.read_bytes())
        say(f"written to {safe(out)}")
    say(f"a copy of {safe(str(ALERT_TEMPLATE))}")
    say(
        "how it is deployed and tested: docs/packs.md; what a receiver does when an alert arrives: splitkit packs show R15"
    )


def _of_pack(pack: Pack) -> Iterator[str]:
    yield from _titled(pack)
    yield from ("", "WAYS IN")
    for way in pack.ways:
        yield from wrapped(
            f"{way.name}: {' and '.join(pack.things[kind].called for kind in way.needs)}", COLUMNS, "  ", "    "
        )
        yield f"    source: {origin(way.source)}"
    if pack.procedures:
        yield from ("", "PROCEDURES", *(f"  {one.code:<4} {one.title}" for one in pack.procedures))
    if pack.questions:
        yield from ("", "ASK THE PROVIDER: nobody has found it in the documents")
        for question in pack.questions:
            yield from wrapped(question, COLUMNS, "  ", "    ")


def _titled(pack: Pack) -> Sequence[str]:
    return wrapped(f"{pack.code}: {pack.title}, looked up on {pack.looked_up}{_facts_only(pack)}", COLUMNS, rest="  ")


def _facts_only(pack: Pack) -> str:
    return f"; facts only: no procedure for {', '.join(pack.missing)}" if pack.missing else ""


@command.command("check")
@click.argument("path", metavar="FILE")
def check(path: str) -> None:
    """Judge a pack of one's own as strictly as those that come with splitkit.

    docs/packs.md says how one is written.  It counts where it lies in the custody folder, as packs/CODE.toml.

    Example: splitkit packs check vault.toml
    """
    pack = parse_own(files.read_file(path, MOST_BYTES), clock.day())
    for paper in Paper:
        for one in pack.procedures:
            _check_short(pack, one, paper)
    ways, procedures = _counted(len(pack.ways), "way"), _counted(len(pack.procedures), "procedure")
    questions = _counted(len(pack.questions), "question")
    result(f"{pack.code}: {ways} in, {procedures}, {questions} for the provider{_facts_only(pack)}")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _check_short(pack: Pack, one: Procedure, paper: Paper) -> None:
    from splitkit.paper.typeset import Typesetter, pages_of  # noqa: PLC0415

    pages = pages_of(Typesetter(paper).pdf(procedure_page(pack, one, None, str(pack.looked_up))))
    if pages > (most := most_pages(one)):
        fact = f"procedure {one.code}: it takes {_counted(pages, 'page')} of {paper.value}"
        raise UsageError(fact, f"shorten it: {_counted(most, 'page')} at most")


def register_in(ledgers: Ledgers) -> Register | None:
    """Return the register, if there are ledgers."""
    return built_from(ledgers).register if ledgers else None


def _told(step: ProcedureStep, number: str = "") -> Iterator[str]:
    """Yield a step in rows of a screen, under its *number*."""
    indent = " " * len(number)
    yield from wrapped(f"{step.who}: {step.words}", COLUMNS, number)
    yield from wrapped(f"proof: {step.proof}", COLUMNS, indent)
    yield from (f"{indent}$ {command}" for command in step.commands)
    if step.go_on:
        yield from wrapped(step.onward, COLUMNS, indent)
        yield f"{indent}$ splitkit incident --from {step.span[0]} {step.go_on}"
