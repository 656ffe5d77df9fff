"""Procedures as they are printed: their words, and the people whom the register knows.  Nothing of it is secret."""

from dataclasses import dataclass

from splitkit.custody.records.holdings import Life, Register
from splitkit.packs.runbooks import AFTER, BEFORE, Runbook, Task
from splitkit.paper.documents import Printout

ROLES = {"password": "PASSWORD", "mfa": "MFA", "phone": "PHONE", "mailbox": "MAILBOX"}
"""What whoever keeps each thing is called in a procedure."""


@dataclass(frozen=True)
class Procedure(Printout):
    """A procedure in its parts: what comes before, what is done, what comes after.

    Attributes:
        heading: Its code and its title.
        title: What it is for.
        when: What calls for it.
        roles: Each role, and who has it; an empty text is a line to write on.
        sections: Each part with its title.
    """

    template = "runbook.typ"
    heading: str
    title: str
    when: str
    roles: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, tuple[Task, ...]], ...]

    def texts(self) -> dict[str, str]:
        """Return the names of the register."""
        return {f"who has the role {role}": who for role, who in self.roles}


def sections(book: Runbook) -> tuple[tuple[str, tuple[Task, ...]], ...]:
    """Return the parts of a procedure with their titles."""
    return (("Before", BEFORE), ("What is done", book.tasks), ("After", AFTER))


def procedure(book: Runbook, register: Register | None, made: str) -> Procedure:
    """Return a procedure for the paper; *made* is the day of the document, YYYY-MM-DD."""
    return Procedure(book.heading, book.title, book.when, roles(book, register), sections(book), made=made)


def roles(book: Runbook, register: Register | None) -> tuple[tuple[str, str], ...]:
    """Return the roles of a procedure, and who has them as far as the register knows."""
    return tuple((ROLES[need], _who(register, need) if register else "") for need in book.needs)


def _who(register: Register, need: str) -> str:
    sheets = register.sheets_of(Life.LIVE) if need == "password" else ()
    keepers = [asset.holder for asset in register.assets_in_use if asset.kind == need and asset.works]
    seats = [sheet.holder for _, sheet in sheets if sheet.holder] or keepers
    return ", ".join(register.named(seat) for seat in dict.fromkeys(seats))
