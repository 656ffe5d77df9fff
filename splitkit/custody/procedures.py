"""Procedures as they are printed: their words, and the people whom the register knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from splitkit import __version__
from splitkit.custody.holdings import Life
from splitkit.packs.runbooks import AFTER, BEFORE, Runbook, Task
from splitkit.paper.procedure import Instruction, Procedure

if TYPE_CHECKING:
    from splitkit.custody.register import Register

ROLES = {"password": "PASSWORD", "mfa": "MFA", "phone": "PHONE", "mailbox": "MAILBOX"}
"""What whoever keeps each thing is called in a procedure."""


def sections(book: Runbook) -> tuple[tuple[str, Sequence[Task]], ...]:
    """Return the parts of a procedure with their titles."""
    return (("Before", BEFORE), ("What is done", book.tasks), ("After", AFTER))


def procedure(book: Runbook, register: Register | None, made: str) -> Procedure:
    """Return a procedure for the paper; *made* is the day of the document, YYYY-MM-DD."""
    parts = tuple(
        (title, tuple(Instruction(task.actor, task.words, task.evidence, task.command) for task in tasks))
        for title, tasks in sections(book)
    )
    program = f"splitkit {__version__}"
    return Procedure(book.code, book.title, book.when, roles(book, register), parts, made=made, program=program)


def roles(book: Runbook, register: Register | None) -> tuple[tuple[str, str], ...]:
    """Return the roles of a procedure, and who has them as far as the register knows."""
    return tuple((ROLES[need], _who(register, need) if register else "") for need in book.needs)


def _who(register: Register, need: str) -> str:
    if need == "password":
        live = [of for of in register.sets.values() if of.life is Life.LIVE]
        seats = [sheet.holder for of in live for sheet in of.sheets.values() if sheet.holder and sheet.may_be_used]
    else:
        seats = [asset.holder for asset in register.assets.values() if asset.kind == need and not asset.retired]
        seats += [one.seat for one in register.people.values() if need in one.roles and not one.until]
    people = register.people
    named = (f"{seat} {people[seat].name}".strip() if seat in people else seat for seat in dict.fromkeys(seats))
    return ", ".join(named)
