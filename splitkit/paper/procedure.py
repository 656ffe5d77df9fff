"""What is on a printed procedure.  Nothing of it is secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Line:
    """One line to be done, with boxes for time and initials."""

    actor: str
    words: str
    evidence: str
    command: str


@dataclass(frozen=True)
class Procedure:
    """A procedure in its parts: what comes before, what is done, what comes after."""

    code: str
    title: str
    when: str
    roles: tuple[tuple[str, str], ...]
    """Each role, and who has it; an empty text is a line to write on."""
    sections: tuple[tuple[str, tuple[Line, ...]], ...]
    made: str
    """The date of the document: YYYY-MM-DD."""
    program: str

    def data(self) -> dict[str, Any]:
        """Return everything for the template."""
        return {
            "heading": f"{self.code}  {self.title}",
            "title": self.title,
            "when": self.when,
            "practice": False,
            "roles": [{"role": role, "who": who} for role, who in self.roles],
            "sections": [{"title": title, "tasks": [vars(line) for line in lines]} for title, lines in self.sections],
            "made": self.made,
            "program": self.program,
        }
