"""What several commands take: the types of their values, and their options.  A command adds only what is its own.

A type makes the value that the program works with, so that no command parses text.  What it refuses is said as everywhere:
in the words of our own parsers, or as a value that the option cannot have, and never by quoting what was typed.
"""

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from splitkit.cli.main import StrictCommand
from splitkit.cli.ui import overrides
from splitkit.cli.ui.sheet_input import SheetInput
from splitkit.cli.ui.vouching import Vouched
from splitkit.errors import UsageError
from splitkit.host import clock, files
from splitkit.host.home import Ledgers
from splitkit.ledger.fields import DATE, LINE, Kind, taken
from splitkit.paper.geometry import Paper
from splitkit.plan.document import MAX_PLAN_BYTES, Plan, parse_plan
from splitkit.plan.plan_hash import check_signed
from splitkit.quorum.anchor import parse_fingerprint, parse_head
from splitkit.quorum.policy import parse_policy

MAX_CAMERA = 99
"""Highest number of a camera; Linux counts them from 0."""

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


# --- types ------------------------------------------------------------------------------------------------------------


class Parsed(click.ParamType[Any]):
    """A value that one of our own parsers makes of a text.

    A `UsageError` of the parser is shown as it is; a `ValueError` is a value that the option cannot have.
    """

    name = "text"

    def __init__(self, parse: Callable[[str], Any]) -> None:
        self.parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the parsed text; what was parsed already is left as it is."""
        try:
            return self.parse(value) if isinstance(value, str) else value
        except ValueError:
            self.fail("", param, ctx)


class Named(click.Choice[str]):
    """One of several things, by its name."""

    def __init__(self, things: Mapping[str, Any]) -> None:
        super().__init__(list(things))
        self.things = things

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the thing; one that was found already is left as it is."""
        return self.things[super().convert(value, param, ctx)] if isinstance(value, str) else value


class PaperSize(Named):
    """A size of paper."""

    def __init__(self) -> None:
        super().__init__({paper.value: paper for paper in Paper})


def _camera(text: str) -> int:
    number = int(text)
    if not 0 <= number <= MAX_CAMERA:
        raise ValueError
    return number


def _day(text: str) -> dt.date:
    try:
        day: dt.date = taken(DATE, text)
    except UsageError:
        raise ValueError from None
    if day > _LAST_DAY:
        raise UsageError(
            f"{day} is no day to reckon with: what follows it is in no calendar", f"name one until {_LAST_DAY}"
        )
    return day


_LAST_DAY = dt.date.max - dt.timedelta(days=3 * 366)
"""What is due a quarter or a year after a day has a day too."""


def _past_day(text: str) -> dt.date:
    """A day of which something can be known: today at the latest."""
    day = _day(text)
    if day > (today := clock.day()):
        raise UsageError(
            f"--at {day} has not come: of a day after {today} nothing was recorded",
            "what will be to be done then: splitkit status --at DATE",
        )
    return day


DAY, PAST_DAY = Parsed(_day), Parsed(_past_day)
POLICY, HEAD = Parsed(parse_policy), Parsed(parse_head)


# --- options ----------------------------------------------------------------------------------------------------------


def option(*names: str, **attributes: Any) -> Any:
    """Declare an option as a field of a dataclass, see `packed`; the field is called like the option."""
    return shared(click.option(*names, **attributes))


def shared(decorator: Decorator) -> Any:
    """Declare a field of a dataclass that comes from an option, or from several, of this module."""
    return dataclasses.field(metadata={"option": decorator})


def packed(kind: type[Any], name: str = "given") -> Decorator:
    """Give a command the options that the fields of a dataclass declare, and hand it one value of that class.

    A field without an option is one that another field, or the command itself, declares; or it keeps its default.
    """
    fields = dataclasses.fields(kind)

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def command(*first: Any, **values: Any) -> Any:
            return function(
                *first,
                **{name: kind(**{field.name: values.pop(field.name) for field in fields if field.name in values})},
                **values,
            )

        return together(*(field.metadata["option"] for field in fields if "option" in field.metadata))(command)

    return decorate


def together(*decorators: Decorator) -> Decorator:
    """Return several options as one, in their order."""
    return lambda function: functools.reduce(lambda so_far, decorate: decorate(so_far), reversed(decorators), function)


def purpose_option(*, required: bool, most: Kind = LINE, **more: Any) -> Decorator:
    """`--purpose`: what something is done for; what may not stand in a ledger is refused before anything is done."""
    return click.option("--purpose", type=Parsed(functools.partial(overrides.fit, most, "purpose")), metavar="TEXT", required=required,
                        help="What it is done for; it goes into the ledger.", **more)  # fmt: skip


home_option = click.option(
    "--home", metavar="DIR", help="The custody folder; else $SPLITKIT_HOME, or the one you are in."
)


def _doubted(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let what is in doubt about the ledgers of a command be the first that it says."""

    @functools.wraps(function)
    def command(*first: Any, ledgers: Ledgers, **values: Any) -> Any:
        if ledgers:
            from splitkit.cli.ui.ledger_reading import tell_first  # noqa: PLC0415  (only where there are ledgers)

            tell_first(ledgers)
        return function(*first, ledgers=ledgers, **values)

    return command


_of_ledgers = together(home_option, packed(Ledgers, "ledgers"))

ledgers_argument = together(click.argument("named", nargs=-1, metavar="[LEDGER...]"), _of_ledgers, _doubted)
"""The ledgers that are read, as `Ledgers`: those of the custody folder, unless others are named."""

plan_argument = click.argument("plan", metavar="PLAN")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
paper_option = click.option("--paper", type=PaperSize(), default="a4", help="Paper size; a4 if not given.")
folder_paper_option = click.option(
    "--paper", type=PaperSize(), help="Paper size; that of the custody folder if not given."
)
set_option = click.option(
    "--set", "set_id", metavar="ID", help="The beginning of the set id, where several sets are in use."
)


def read_plan(path: str, signed: str | None = None) -> Plan:
    """Return the plan of a file; with the words that were *signed*, only if it is that one.

    Raises:
        UsageError, DeviceError: If it is none.
        AttentionError: If another one was signed.
    """
    plan = parse_plan(files.read_file(path, MAX_PLAN_BYTES))
    if signed is not None:
        check_signed(plan, signed)
    return plan


signed_option = click.option("--signed", metavar="WORDS", help="The 12 words marked P of the plan that was signed.")
record_option = click.option(
    "--record", metavar="FILE", help="A trusted copy of the public record (record.pdf, envelope.sk1, a scan)."
)


def fingerprint_option(otherwise: str = "") -> Decorator:
    """`--fingerprint`: the words that a person trusts."""
    help_ = f"The 12 words of the signed record{otherwise}."
    return click.option("--fingerprint", type=Parsed(parse_fingerprint), metavar="WORDS", help=help_)


head_option = click.option(
    "--head", type=HEAD, metavar="WORDS", help="The 12 words marked L of a signed close-out sheet."
)
vouched_options = together(
    fingerprint_option("; asked for if nothing vouches"), record_option, head_option, packed(Vouched, "vouched")
)
"""What people signed, as a `Vouched`: whatever acts on a set of a ledger compares it."""


_OVERRIDES = {
    "disk": "what is written may lie on a disk that keeps it",
    "loopback": "the printer is a service on this machine (ipp-usb)",
    "mfa-seed": "what looks like the seed of an MFA device is sealed",
    "no-record": "nothing that people signed vouches for the set",
    "printer-1": "one printer sees a quorum of the sheets; needs two people",
    "spool": "real sheets go through a spool of CUPS that keeps them",
    "superseded": "a set opens that a newer one replaces",
    "unknown-file": "a file opens that no ledger knows",
    "unrecorded": "it goes on though the ledger cannot be written; needs two people, --by and --wit",
}


def override_options(*names: str) -> Decorator:
    """`--override` and `--reason`: what people overrule, of a closed list, each with a reason.

    The command gets an `splitkit.cli.ui.overrides.Overruled`, which also holds what was overruled before the name of the command.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def command(*first: Any, override: Sequence[str], reason: Sequence[str], **values: Any) -> Any:
            overruled = overrides.begin(click.get_current_context().meta, override, reason)
            return function(*first, overruled=overruled, **values)

        return command

    told = "; ".join(f"{name}: {_OVERRIDES[name]}" for name in names)
    return together(
        click.option("--override", multiple=True, type=click.Choice(names),
                     help=f"Overrule a refusal, each with --reason.  {told}."),
        click.option("--reason", multiple=True, metavar="TEXT", help="Why it is overruled; it goes into the ledger."),
        decorate,
    )  # fmt: skip


def ledgers_option(*, doubted: bool = True) -> Decorator:
    """`--ledger`, once for each ledger, or `--home`: what is written to, as `Ledgers`; unless *doubted*, the command says itself what is in doubt."""
    text = "Every ledger, from the oldest to the newest, instead of the custody folder; the last one is written to."
    return together(click.option("--ledger", "named", multiple=True, metavar="FILE", help=text),
                    _of_ledgers, *([_doubted] if doubted else []))  # fmt: skip


def at_option(otherwise: str, kind: Parsed = PAST_DAY) -> Decorator:
    """`--at`: the register as it was at the end of a day."""
    return click.option("--at", type=kind, metavar="DATE", help=f"As it was at the end of that day{otherwise}.")


says_so = together(
    click.option("--by", required=True, metavar="SEAT", help="Who says so: a seat of the roll call, such as ADM."),
    click.option("--wit", default="", metavar="SEAT", help="Who has seen it, such as WIT."),
)


def done_by(does: str = "does it") -> Decorator:
    """`--by` and `--wit`: where no witness is given there was none, and no entry says otherwise."""
    otherwise = "asked for if not given; in a ledger that is named, ADM"
    return together(
        click.option("--by", default="", metavar="PERSON", help=f"Who {does}, by name or id; {otherwise}."),
        click.option("--wit", default="", metavar="PERSON", help="Who has seen it."),
    )


# --- sheets -----------------------------------------------------------------------------------------------------------


class SheetsCommand(StrictCommand):
    """A command that reads sheets; `--camera` alone, or before what is no number, means camera 0."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, after giving a bare --camera its number."""
        return super().parse_args(ctx, with_camera_number(args))


def with_camera_number(args: Sequence[str]) -> list[str]:
    """Return *args* with a number for each --camera that has none; what follows '--' is left alone."""
    end = args.index("--") if "--" in args else len(args)
    bare = [
        arg == "--camera" and at < end and not (at + 1 < len(args) and args[at + 1].isdecimal())
        for at, arg in enumerate(args)
    ]
    return ["--camera=0" if alone else arg for arg, alone in zip(args, bare, strict=True)]


sheets_options = together(
    click.argument("scans", nargs=-1, metavar="[SCAN...]"),
    click.option("--type", "typing", is_flag=True, help="Type sheets from the paper, word by word; no camera needed."),
    click.option(
        "--camera", type=Parsed(_camera), metavar="[N]",
        help="Hold the sheets up to a camera, the first one if no number is given.",
    ),
    packed(SheetInput, "sheets"),
)  # fmt: skip
"""The sheets that a command reads, as a `SheetInput`."""
