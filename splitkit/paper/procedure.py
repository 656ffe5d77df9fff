"""What is on a printed procedure.  Nothing of it is secret."""

from dataclasses import dataclass

from splitkit.paper.documents import Printout


@dataclass(frozen=True)
class Instruction:
    """One thing to be done, with boxes for time and initials."""

    actor: str
    words: str
    evidence: str
    command: str


@dataclass(frozen=True)
class Procedure(Printout):
    """A procedure in its parts: what comes before, what is done, what comes after.

    Attributes:
        code: Its short name: 'R11'.
        title: What it is for.
        when: What calls for it.
        roles: Each role, and who has it; an empty text is a line to write on.
        sections: Each part with its title.
    """

    template = "runbook.typ"
    code: str
    title: str
    when: str
    roles: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, tuple[Instruction, ...]], ...]

    @property
    def heading(self) -> str:
        """Code and title."""
        return f"{self.code}  {self.title}"

    def texts(self) -> dict[str, str]:
        """Return the names of the register."""
        return {f"who has the role {role}": who for role, who in self.roles}
