"""Every document says what is there: its links lead somewhere, and its commands exist with their options."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from splitkit.cli.main import splitkit as program
from splitkit.cli.options import with_camera_number
from tests.support.places import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS]


def anchors(text: str) -> set[str]:
    """The names that headings are linked by."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", NAMES)
def test_its_links_lead_somewhere(name):
    text = (ROOT / name).read_text("utf-8")
    for link in re.findall(r"\]\(([^)]+)\)", text):
        if re.match(r"https?://", link):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text("utf-8")), link


def commands(name: str) -> list[str]:
    """The lines of the code blocks of a document that run splitkit."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", (ROOT / name).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line for language, block in blocks if language in ("", "bash") for line in block.splitlines()]
    return [line for line in lines if re.match(r"(~/splitkit/bin/|python3 -I -m )?splitkit ", line)]


def resolved(words: list[str]) -> tuple[click.Context, click.Command, list[str]]:
    """The command that the words name, and what is left for it."""
    context = click.Context(program, info_name="splitkit")
    command = program.get_command(context, words[0])  # its own way to a command shuts the network off
    if command is None:
        raise click.UsageError(f"no command {words[0]}")
    words = words[1:]
    while isinstance(command, click.Group):
        context = command.make_context(None, list(words), parent=context)
        _, command, words = command.resolve_command(context, [*context._protected_args, *context.args])
    return click.Context(command, parent=context), command, words


def complaint(line: str) -> str:
    """What is wrong with a command as a document shows it; empty when it would be taken."""
    words = shlex.split(re.sub(r"^.*?splitkit ", "", line), comments=True)
    try:
        context, command, left = resolved(words)
        values, rest, _ = command.make_parser(context).parse_args(with_camera_number(left))
    except click.UsageError as error:
        return error.format_message()
    missing = [p.name for p in command.params if p.required and isinstance(p, click.Option) and p.name not in values]
    for option in command.params:
        value = values.get(option.name)
        if isinstance(option.type, click.Choice) and isinstance(value, str) and value not in option.type.choices:
            return f"{value} is no choice"
    return f"left over: {rest}" if rest else f"missing: {missing}" if missing else ""


@pytest.mark.parametrize("name", [name for name in NAMES if commands(name)])
def test_its_commands_exist_with_their_options(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.toml").touch()  # some commands look whether it is there
    assert {line: said for line in commands(name) if (said := complaint(line))} == {}


def test_commands_below_a_block_of_another_language_are_found():
    assert [line for line in commands("docs/guide.md") if line.startswith("splitkit split plan.toml")]


def test_a_command_that_does_not_exist_would_be_found():
    assert sum(len(commands(name)) for name in NAMES) > 40
    for line in ("splitkit splti plan.toml --out x", "splitkit split plan.toml --outt x", "splitkit split plan.toml"):
        assert complaint(line), line
