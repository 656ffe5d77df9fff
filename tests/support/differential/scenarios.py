"""The files of `tests/testkit/`, read as its README says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.support.differential.two_readers import Given
from tests.support.places import TESTS


@dataclass(frozen=True)
class Scenario:
    """One file, read as the README of the kit says."""

    name: str
    head: dict[str, str]
    body: bytes

    @property
    def exit(self) -> int:
        """The exit code that must come."""
        return int(self.head["exit"])

    def given(self) -> Given:
        """What both implementations are given."""
        head = self.head
        return Given(self.body, head.get("fingerprint"), "practice" in head, "superseded" in head)

    def options(self, *, overruled: bool = False) -> list[str]:
        """The options of recover.py, or those of the command, which overrules by name."""
        given = self.head.get("fingerprint")
        no_record, superseded = ["--no-record"], ["--superseded", "a test"]
        if overruled:
            no_record, superseded = (["--override", name, "--reason", "a test"] for name in ("no-record", "superseded"))
        options = no_record if given is None else ["--fingerprint", given]
        options += ["--practice"] * ("practice" in self.head)
        return options + superseded * ("superseded" in self.head)


def read(path: Path) -> Scenario:
    """A file of the kit."""
    head, _, body = path.read_bytes().partition(b"\n\n")
    pairs = [line.split(": ", 1) for line in head.decode("ascii").splitlines()]
    assert len(dict(pairs)) == len(pairs)
    return Scenario(path.stem, dict(pairs), body)


KIT = [read(path) for path in sorted((TESTS / "testkit").glob("*.txt"))]
