"""python -m bundle.manual [--out DIR]: the manual pages of all commands, made from their help, in the language of man (7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from splitkit import __version__
from splitkit.cli.main import splitkit
from splitkit.cli.ui.talk import say

_EXAMPLE = "Example: "


def pages() -> dict[str, str]:
    """Return every page by the name of its file: 'splitkit.1', 'splitkit-papers.1', 'splitkit-ceremony-make.1'."""
    return {f"{'-'.join(path)}.1": _page(path, context) for path, context in _commands(("splitkit",), splitkit, None)}


def _commands(
    path: tuple[str, ...], command: click.Command, parent: click.Context | None
) -> Iterator[tuple[tuple[str, ...], click.Context]]:
    context = click.Context(command, info_name=path[-1], parent=parent, help_option_names=["-h", "--help"])
    yield path, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            if found := command.get_command(context, name):
                yield from _commands((*path, name), found, context)


def _page(path: tuple[str, ...], context: click.Context) -> str:
    command, title = context.command, " ".join(path)
    paragraphs = re.split(r"\n\s*\n", (command.help or "").strip())
    first, *rest = [one for one in paragraphs if not one.startswith(_EXAMPLE)]
    examples = [" ".join(one.split()).removeprefix(_EXAMPLE) for one in paragraphs if one.startswith(_EXAMPLE)]
    lines = [f'.TH "{_text("-".join(path)).upper()}" "1" "" "splitkit {_text(__version__)}"', ".SH NAME"]
    lines.append(f"{_text('-'.join(path))} \\- {_text(first.rstrip('.'))}")
    usage = " ".join(command.collect_usage_pieces(context))
    lines += [".SH SYNOPSIS", f".B {_text(title)}", _text(usage), ".SH DESCRIPTION", _text(first)]
    for one in rest:
        lines += _paragraph(one)
    lines += [".SH OPTIONS"]
    for param in command.get_params(context):
        if record := param.get_help_record(context):
            lines += [".TP", f".B {_text(record[0])}", _text(record[1] or "")]
    if isinstance(command, click.Group):
        lines += [".SH COMMANDS"]
        for name in command.list_commands(context):
            lines += [".TP", f".B {_text(title)} {_text(name)}", f"See {_text('-'.join((*path, name)))}(1)."]
    if examples:
        lines += [".SH EXAMPLES"]
        for one in examples:
            lines += [".PP", ".nf", f"$ {_text(one)}", ".fi"]
    if command.epilog:
        lines += [".SH EXIT STATUS", _text(command.epilog)]
    return "\n".join(lines) + "\n"


def _paragraph(text: str) -> list[str]:
    """Return a paragraph; one that click is not to fill keeps its lines."""
    if text.lstrip().startswith("\b"):
        return [
            ".PP",
            ".nf",
            *(_text(row.strip()) for row in text.replace("\b", "").splitlines() if row.strip()),
            ".fi",
        ]
    return [".PP", _text(text)]


def _text(text: str) -> str:
    """Return a text in which nothing is a command of man, on one line."""
    spaced = re.sub(r"\s*\n\s*", " ", text.strip())
    quoted = spaced.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + quoted if quoted[:1] in {".", "'"} else quoted


@click.command()
@click.option("--out", default="build/man", metavar="DIR", help="Where the pages go.")
def main(out: str) -> None:
    """Write the manual pages of all commands."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    say(f"written to {folder}: {len(made)} pages; read one with: man -l {folder}/splitkit.1")


if __name__ == "__main__":
    main()
