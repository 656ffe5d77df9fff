"""The list of commands, which is written out so that the help imports none of them."""

from __future__ import annotations

import re

import click

from splitkit.cli.main import COMMANDS, splitkit


def test_the_help_says_of_each_command_what_the_command_says():
    context = click.Context(splitkit)
    for name, (_, line) in COMMANDS.items():
        command = splitkit.get_command(context, name)
        assert command.name == name
        first = re.split(r"(?<=\.)\s", command.help or "")[0]
        assert line == " ".join(first.split())
