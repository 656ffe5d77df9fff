"""The `splitkit` command: finds the command that was asked for, imports only that one, and turns errors into exit codes."""

from __future__ import annotations

import contextlib
import importlib
import io
import itertools
import os
import select
import signal
import sys
from typing import TYPE_CHECKING, Any, TextIO

import click

from splitkit import __version__
from splitkit.cli.ui.hints import worded
from splitkit.cli.ui.talk import DOUBTS, result, safe, say, warn
from splitkit.errors import (
    AttentionError,
    DeviceError,
    ExplainedError,
    LedgerError,
    SplitkitError,
    StillToDoError,
    StoppedError,
)
from splitkit.host.paging import PAGER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import FrameType

    from splitkit.host.offline import Guard

COMMANDS = {
    "demo": ("demo", "Run a whole practice ceremony on throw-away data."),
    "init": (
        "custody:init",
        "Make a new custody folder: ledgers, public records, plans, sealed files and papers; never a secret.",
    ),
    "plan": ("plan", "Write a plan, and check it before people sign it."),
    "split": ("split", "Make a set: one sheet for each custodian, and the public record."),
    "check": ("check", "Judge sheets, alone or together; reveals nothing."),
    "recover": ("recover", "Give the password back from a quorum of sheets."),
    "preflight": ("preflight", "Judge whether this machine, and its printer, is fit for a ceremony."),
    "ceremony": ("ceremony", "Hold a guided ceremony: make, recover, drill, renew, review."),
    "ledger": ("ledger", "Read the record of a ceremony, and verify it."),
    "status": ("custody:status", "Say what must be done now, what is coming, who holds what, and who can get in."),
    "record": ("record", "Record what happened, in one sentence."),
    "incident": ("incident", "Say what happened, and go through the procedure that follows."),
    "papers": ("papers", "Write what people sign, keep, carry or follow, as PDF."),
    "audit": ("papers:write_audit", "Write a pack for an auditor: who held what, and whether the process worked."),
    "packs": ("packs", "Show what is known of a kind of target, and its procedures."),
    "seal": ("sealed:seal_file", "Seal a file to a set: no custodian need be present, and only a quorum opens it."),
    "open": ("sealed:open_file", "Open a sealed file with a quorum of sheets."),
}
"""Each command with its module here, its name there if that is not 'command', and its line in the help, which imports none."""

_WHOLE = 200
"""Characters of a line of help: no first sentence is longer."""

INTERNAL, USAGE, DEVICE, INTERRUPTED = 1, 2, 7, 130
_NOT_DONE = "what was not reported as done has not been done"


class PlainUsageError(click.UsageError):
    """A usage error in our own words, which quote nothing that was typed."""


def _show_help(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    """Show the help, as any other result."""
    if wanted and not context.resilient_parsing:
        result(*context.get_help().split("\n"))
        context.exit()


class _WithHelp(click.Command):
    """A command whose help is shown as any other result."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option that shows the help."""
        option = super().get_help_option(ctx)
        if option:
            option.callback = _show_help
        return option


class StrictCommand(_WithHelp):
    """A command that refuses an option given twice: the last one would silently win."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, after counting."""
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        single = [param for param in order if isinstance(param, click.Option) and not param.multiple]
        if len(set(single)) != len(single):
            raise PlainUsageError("an option was given twice", ctx)
        return super().parse_args(ctx, args)


class PlainGroup(_WithHelp, click.Group):
    """A group of strict commands that keeps their order, and says which one is near to a misspelt one."""

    command_class = StrictCommand

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """All commands, in the order in which people need them."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, each with its whole first sentence."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, self.commands[name].get_short_help_str(_WHOLE)) for name in self.list_commands(ctx)]
            )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one is near."""
        known = self.list_commands(ctx)
        if args[0] not in known:
            import difflib  # noqa: PLC0415

            near = difflib.get_close_matches(args[0], known, n=1)
            raise PlainUsageError("there is no such command" + (f"; did you mean {near[0]}?" if near else ""), ctx)
        return super().resolve_command(ctx, args)


class LateGroup(PlainGroup):
    """The group of all commands: shuts the network off, then imports the command that is called."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; the network is shut off before it is imported."""
        if args[0] in COMMANDS:
            ctx.obj = _shut_network(ctx, args)
            _offer_leftovers(args)
        return super().resolve_command(ctx, args)

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """All commands, in the order in which people need them."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(f"splitkit.cli.{module}"), name or "command")
        return command if isinstance(command, click.Command) else None

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.command(
    cls=LateGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 2 usage, 3 unreadable, 4 no quorum, 5 forged, 6 unsafe machine, 7 device, "
    "8 ledger fails verification, 9 needs attention, 10 self-check failed, 130 stopped.",
)
@click.version_option(__version__, message="splitkit %(version)s")
@click.option(
    "--override",
    multiple=True,
    type=click.Choice(["no-guard"]),
    help="Go on where the system cannot keep splitkit offline; without it such a run ends with 6.",
)
@click.option("--reason", multiple=True, metavar="TEXT", help="Why; it goes into the ledger, where there is one.")
@click.pass_context
def splitkit(context: click.Context, /, **_options: Any) -> Sequence[Sequence[str]] | None:
    """Split one password onto paper, and give it back only to a quorum.

    Alone, at a terminal, it says what must be done now, and asks what brings you here.  Start with 'splitkit demo': it plays the whole
    ceremony with practice sheets.
    """
    return None if context.invoked_subcommand else _open_door(context)


def _open_door(context: click.Context) -> Sequence[Sequence[str]]:
    """Return the words of each command that people mean; elsewhere than at a terminal, say what there is."""
    from splitkit.host.terminal import interactive  # noqa: PLC0415  (the help does without)

    if not interactive():
        raise click.exceptions.NoArgsIsHelpError(context)
    _shut_network(context, ())
    from splitkit.cli.guide.door import Door  # noqa: PLC0415  (slow to import)
    from splitkit.cli.ui.dialogue import Dialogue  # noqa: PLC0415
    from splitkit.host import hardening  # noqa: PLC0415
    from splitkit.host.home import Ledgers  # noqa: PLC0415

    hardening.harden()
    with Dialogue.open("nothing was done") as dialogue:
        return Door(dialogue, Ledgers()).opened()


def complete(variable: str, instruction: str) -> int:
    """Tell a shell how a command line goes on, or the script by which it asks; no command is run, and no file is read.

    Args:
        variable: The name of the variable by which it asks.
        instruction: What the shell asks for, such as 'bash_source'.
    """
    from click.shell_completion import shell_complete  # noqa: PLC0415  (for nothing else)

    return shell_complete(splitkit, {}, "splitkit", variable, instruction)


def run(arguments: Sequence[str], shut: Callable[..., Guard] | None = None) -> int:
    """Run the command line on *arguments* and return the exit code.  Never shows a traceback.

    Args:
        arguments: What follows the name of the program.
        shut: What shuts the network off; `splitkit.host.offline.shut` if not given.
    """
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, _stop)
    try:
        _hold_streams()
        return _invoke(arguments, shut)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (a traceback could quote a secret)
        return _explain(error)
    finally:
        for stream in (sys.stdout, sys.stderr):
            _abandon_if_broken(stream)


def _hold_streams() -> None:
    """Take the places of standard streams that are closed, so that no file of ours is ever opened there.

    Raises:
        DeviceError: If standard output is closed: its result would be lost.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        raise DeviceError("standard output is closed", "run the command without closing it")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _shut_network(context: click.Context, arguments: Sequence[str]) -> Guard:
    """Shut the network off, and say so where that cannot be done; `preflight` says it better, unless it prints."""
    from splitkit.cli.ui import overrides  # noqa: PLC0415  (the help does without)
    from splitkit.host import offline  # noqa: PLC0415

    judges_it = "preflight" in arguments[:1] and not any(one.startswith("--printer") for one in arguments)
    overruled = overrides.begin(context.meta, context.params["override"], context.params["reason"])
    context.with_resource(overrides.told(context.meta))
    guard = (context.obj or offline.shut)(accept="no-guard" in overruled or judges_it)
    if not guard.held and not judges_it:
        warn(f"{guard.problem}: NOTHING KEEPS THIS PROGRAM OFFLINE; use a machine that has no network at all")
        overruled.allows("no-guard", "this program goes on without a guard")
    return guard


def _offer_leftovers(arguments: Sequence[str]) -> None:
    """Look for what a run that was killed has left behind, where a command of these *arguments* could have written."""
    from pathlib import Path  # noqa: PLC0415  (the help does without, and without all of urllib that it brings)

    from splitkit.host.leftovers import leftovers, usual_places  # noqa: PLC0415  (the help does without)

    named = [value for name, value in itertools.pairwise(arguments) if name == "--out"]
    named += [word.partition("=")[2] for word in arguments if word.startswith("--out=")]
    for path in leftovers([Path(), *(Path(name).parent for name in named), *usual_places()]):
        warn(f"a run that was stopped has left this behind, and it may hold sheets: {safe(str(path))}")
        _offer_leftover(path)


def _offer_leftover(path: Path) -> None:
    """Delete what was left behind, when people at a terminal say so; no command fails of it."""
    from splitkit.cli.ui.dialogue import Dialogue  # noqa: PLC0415
    from splitkit.host.leftovers import remove_leftover  # noqa: PLC0415
    from splitkit.host.terminal import interactive  # noqa: PLC0415

    if not interactive():
        say("hint: look into it, and delete it; at a terminal splitkit offers to")
        return
    with Dialogue.open("run the command again when you are ready") as dialogue:
        agreed = dialogue.certain("Is it deleted?", "it is deleted, with all that is in it")
    try:
        if agreed:
            remove_leftover(path)
            say("deleted.  A disk may still hold what was deleted from it: destroy it, if it is one.")
    except DeviceError as error:
        warn(f"{error.fact}; delete it yourself")


def _invoke(arguments: Sequence[str], shut: Callable[..., Guard] | None) -> int:
    """Run the command; not through click's own main, which ends a broken pipe as an internal error."""
    PAGER.begin()
    try:
        with splitkit.make_context("splitkit", list(arguments), obj=shut) as context:
            try:
                code = splitkit.invoke(context)
                if not arguments and code:  # what people chose at the door, as if it was typed
                    return next((failed for words in code if (failed := _invoke(words, shut))), 0)
            except AttentionError as error:
                raise _with_doubts(error, context) from None
            if not code:
                _check_doubts(context, done=True)
    except click.exceptions.Exit as done:
        code = done.exit_code
    sys.stdout.flush()
    return code if isinstance(code, int) else 0


def _with_doubts(error: SplitkitError, context: click.Context) -> SplitkitError:
    """Return the *error*, with the exit code of a doubt that is worse: that was told in the first line, and people must still read this."""
    try:
        _check_doubts(context, done=False)
    except LedgerError as worse:
        return type(worse)(error.fact, error.hint)
    return error


def _check_doubts(context: click.Context, *, done: bool) -> None:
    """Let whatever is in doubt about the ledgers that a run has read be in its exit code, whichever command it was."""
    if context.meta.get(DOUBTS):
        from splitkit.cli.ui.ledger_reading import check_doubts  # noqa: PLC0415  (the help does without)

        check_doubts(context.meta, done=done)


def _explain(error: BaseException) -> int:
    """Say what happened and what to do next, and return the exit code."""
    if isinstance(error, StillToDoError):
        _report(error.fact, worded(error.hint), error.mark)
        return error.exit_code
    if isinstance(error, ExplainedError):
        code, fact, hint = error.exit_code, error.fact, worded(error.hint)
    elif isinstance(error, KeyboardInterrupt):
        code, fact, hint = INTERRUPTED, "stopped by the operator", _NOT_DONE
    elif isinstance(error, click.ClickException):
        code, fact, hint = USAGE, _usage_fact(error), f"see '{_command_path(error)} --help'"
    elif isinstance(error, BrokenPipeError) and _is_cut(sys.stdout):
        return DEVICE  # whoever read it, such as 'head', has had enough: there is nobody to tell, and nothing wrong
    elif isinstance(error, OSError):
        code, fact, hint = DEVICE, f"a file or device failed: {error.strerror or 'unknown'}", "check it and try again"
    elif isinstance(error, MemoryError | RecursionError):
        code, fact, hint = DEVICE, "this machine ran out of memory", "close other programs, or give fewer files"
    else:
        code, fact, hint = INTERNAL, _where(error), "report this line to the developers; it holds no secret"
    _report(fact, hint)
    return code


def _command_path(error: click.ClickException) -> str:
    return error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "splitkit"


def _stop(number: int, _frame: FrameType | None) -> None:
    raise StoppedError(f"stopped by signal {signal.Signals(number).name}", _NOT_DONE)


def _report(fact: str, hint: str, mark: str = "error") -> None:
    with contextlib.suppress(OSError):
        say(f"{mark}: {safe(fact)}" + (f"\nhint: {hint}" if hint else ""))
        sys.stderr.flush()


def _usage_fact(error: click.ClickException) -> str:
    """Say a usage error in our own words: click's would quote what was typed, which may be a password."""
    if isinstance(error, click.NoSuchOption):
        near = [str(name) for name in error.possibilities or ()]
        return "there is no such option" + (f"; did you mean {', '.join(near)}?" if near else "")
    if isinstance(error, click.MissingParameter) and error.param:
        return f"{_name(error.param)} is missing"
    if isinstance(error, click.BadParameter) and error.param:
        return f"the value of {_name(error.param)} is not one it can have" + _choices(error.param)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        sys.stderr.write(error.ctx.get_help() + "\n\n" if error.ctx else "")
        return "no command was given"
    return error.message if isinstance(error, PlainUsageError) else "the command line is not understood"


def _name(param: click.Parameter) -> str:
    return (
        param.opts[-1]
        if param.param_type_name == "option"
        else (param.metavar or param.name or "an argument").strip("[]").upper()
    )


def _choices(param: click.Parameter) -> str:
    return ": choose " + ", ".join(map(str, param.type.choices)) if isinstance(param.type, click.Choice) else ""


def _abandon_if_broken(stream: TextIO) -> None:
    """Keep Python from failing once more, and loudly, when it flushes a broken standard stream at exit."""
    try:
        stream.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _is_cut(stream: TextIO) -> bool:
    """Whether a stream is a pipe that nobody reads any more."""
    poll = select.poll()
    poll.register(stream.fileno(), 0)
    return any(happened & select.POLLERR for _, happened in poll.poll(0))


def _where(error: BaseException) -> str:
    """Name the kind and place of an internal error; its text and its values could hold a secret."""
    at = error.__traceback__
    while at and at.tb_next:
        at = at.tb_next
    file, line = (at.tb_frame.f_code.co_filename.rpartition(os.sep)[2], at.tb_lineno) if at else ("an unknown place", 0)
    return f"internal error: {type(error).__name__} at {file}:{line}"
