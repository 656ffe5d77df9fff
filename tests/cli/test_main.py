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


def leaves(command, context):
    if not isinstance(command, click.Group):
        return [command]
    return [
        leaf for name in command.list_commands(context) for leaf in leaves(command.get_command(context, name), context)
    ]


def test_no_command_names_a_witness_whom_nobody_named():
    witnessed = [
        (leaf, option)
        for leaf in leaves(splitkit, click.Context(splitkit))
        for option in leaf.params
        if option.name == "wit"
    ]
    assert len(witnessed) > 8
    assert {leaf.name for leaf, option in witnessed if option.default != ""} == set()
