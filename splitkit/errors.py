"""What can go wrong, one class for each exit code.

Every error is two sentences for a frightened person: the *fact* (what happened) and the *hint* (what to do next).  Both
are written in the program; neither ever quotes a share, a secret or raw text from a sheet.

`SplitkitError` is for what paper, people and machines do.  A mistake of the calling code is a `ValueError`.
"""

from __future__ import annotations


class SplitkitError(Exception):
    """Never raised itself; the root of every error that people can cause."""

    exit_code = 1

    def __init__(self, fact: str, hint: str = "") -> None:
        super().__init__(fact)
        self.fact = fact
        self.hint = hint


class UsageError(SplitkitError):
    """The command, the policy or the plan does not make sense."""

    exit_code = 2


class UnreadableError(SplitkitError):
    """The input cannot be read: damaged, not ours, or too large."""

    exit_code = 3


class TooNewError(UnreadableError):
    """The input was made by a newer splitkit."""


class NoQuorumError(SplitkitError):
    """Too few sheets for the policy."""

    exit_code = 4


class ForgedError(SplitkitError):
    """Sheets contradict each other or the record the people trust."""

    exit_code = 5


class UnsafeMachineError(SplitkitError):
    """The machine or the terminal is not fit for a secret."""

    exit_code = 6


class DeviceError(SplitkitError):
    """A file, a printer or a camera failed."""

    exit_code = 7


class LedgerError(SplitkitError):
    """The ledger or the register fails verification."""

    exit_code = 8


class AttentionError(SplitkitError):
    """A rule is broken, something is overdue, or a practice or superseded set was refused."""

    exit_code = 9


class SelfCheckError(SplitkitError):
    """The two implementations or the read-back disagree: destroy what was printed."""

    exit_code = 10


class StoppedError(SplitkitError):
    """The operator or a signal stopped the work."""

    exit_code = 130


class OperatorStopError(StoppedError):
    """The person at the keyboard stopped it; a guided ceremony asks what they want."""
