"""How what builds a release ends: an exit code, and for whoever built it what went wrong and what to do next."""

from __future__ import annotations

import click

from splitkit.cli.ui.talk import say
from splitkit.errors import DeviceError, SplitkitError, UsageError


def exit_code(command: click.Command, called: str) -> int:
    """Run a command as it was typed, and return its exit code; *called* is how it is called, for a hint."""
    try:
        command.main(standalone_mode=False)
    except click.ClickException as mistake:
        return _failed(UsageError(mistake.format_message(), f"{called} --help"))
    except SplitkitError as error:
        return _failed(error)
    except OSError as error:
        return _failed(
            DeviceError(f"{error.filename} failed: {error.strerror}", "is there room, and may you write there?")
        )
    except (KeyboardInterrupt, click.Abort):
        say("error: stopped")
        return 130
    return 0


def _failed(error: SplitkitError) -> int:
    say(f"error: {error.fact}" + (f"\nhint: {error.hint}" if error.hint else ""))
    return error.exit_code
