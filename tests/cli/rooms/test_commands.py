"""The commands themselves: how many there are, and that each shows in its help how it is typed."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from splitkit.cli.main import splitkit
from splitkit.paper.typeset import templates
from tests.support.commands.leaves import leaves

LEAVES = dict(leaves(splitkit))


def test_there_are_few_commands():
    assert len(LEAVES) <= 25, sorted(LEAVES)


def examples(command: click.Command) -> list[str]:
    return re.findall(r"Example: (splitkit [^\n]+)", command.help or "")


@pytest.mark.parametrize("path", LEAVES)
def test_every_command_has_an_example_that_the_command_line_takes(path):
    found = examples(LEAVES[path])
    assert found
    for line in found:
        words = shlex.split(line)[1:]
        names = path.split()
        assert words[: len(names)] == names, line
        LEAVES[path].make_context(path, words[len(names) :])


def typed_by_paper() -> list[str]:
    """Every command that a template of printed matter has people type."""
    return [
        line
        for template in sorted(templates().glob("*.typ"))
        for line in re.findall(r'(?:typed|code)\("(splitkit [^"]+)"\)', template.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("line", dict.fromkeys(typed_by_paper()))
def test_every_command_on_paper_is_one_that_the_command_line_takes(line):
    words = shlex.split(line)[1:]
    path = next(path for path in sorted(LEAVES, key=len, reverse=True) if words[: len(path.split())] == path.split())
    LEAVES[path].make_context(path, words[len(path.split()) :])
