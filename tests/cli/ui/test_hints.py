"""The command line has a sentence for everything that the core says would help, and the commands in it exist."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from splitkit.cli.main import splitkit
from splitkit.cli.ui.hints import HINTS, worded
from splitkit.custody.saying.meaning import event_meant
from splitkit.errors import Remedy

COMMANDS = sorted({command for hint in HINTS.values() for command in re.findall(r"splitkit ([^;':]+)", hint)})


def test_each_remedy_has_one_sentence():
    assert set(HINTS) == set(Remedy)
    for remedy, hint in HINTS.items():
        about = ("CODE", "SECOND", "THIRD", "LAST")
        filled = hint
        for at, word in enumerate(about):
            filled = filled.replace(f"{{{at}}}", word)
        assert worded(remedy, about) == filled
        assert hint
        assert hint.endswith("...") or not hint.endswith(".")


def test_a_hint_that_is_a_sentence_stays_as_it_is():
    assert worded("scan it again") == "scan it again"


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_a_hint_exists_and_takes_these_options(line):
    words, context, found = shlex.split(line), click.Context(splitkit), splitkit
    while isinstance(found, click.Group) and words:
        found = found.get_command(context, words.pop(0))
        assert found is not None
    assert {word for word in words if word.startswith("--")} <= {one for each in found.params for one in each.opts}
    if found.name == "record" and words[0] not in {"{2}", "withdraw"} and not words[0].startswith("--"):
        assert event_meant(words[0])
