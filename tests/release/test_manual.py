"""The manual pages: one for each command, with all that its help says, and without a fault that man would find."""

from __future__ import annotations

import re
import shutil
import subprocess

import click
import pytest

from bundle.manual import pages
from splitkit.cli.main import splitkit
from tests.support.commands.leaves import leaves

LEAVES = dict(leaves(splitkit))
PAGES = pages()


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    """Every page as man shows it, without what is bold."""
    if not (groff := shutil.which("groff")):
        pytest.skip("groff is not here")
    found = {}
    for name, text in PAGES.items():
        command = [groff, "-man", "-Tascii", "-P-cbou", "-ww", "-rLL=300n", "-rHY=0"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
        assert not done.stderr, (name, done.stderr)
        found[name] = re.sub(r"\s+", " ", done.stdout)
    return found


def test_every_command_has_a_page():
    assert {f"splitkit-{path.replace(' ', '-')}.1" for path in LEAVES} < set(PAGES)
    assert "splitkit.1" in PAGES


@pytest.mark.parametrize("path", LEAVES)
def test_a_page_says_whatever_the_help_says(path, shown):
    command, page = LEAVES[path], shown[f"splitkit-{path.replace(' ', '-')}.1"]
    context = click.Context(command, info_name=path, help_option_names=["-h", "--help"])
    for param in command.get_params(context):
        for said in param.get_help_record(context) or ():
            assert " ".join(said.split()) in page, said
    for paragraph in re.split(r"\n\s*\n", command.help or ""):
        assert " ".join(paragraph.replace("\b", "").split()).removeprefix("Example: ").rstrip(".") in page


def test_the_exit_codes_stand_on_the_first_page(shown):
    assert "130 stopped" in shown["splitkit.1"] and "EXIT STATUS" in shown["splitkit.1"]


@pytest.mark.parametrize("hostile", [".so /etc/passwd", "'br", "a\\*b \\(em", "x -- y"])
def test_no_text_is_taken_for_a_command_of_man(hostile, monkeypatch):
    monkeypatch.setattr(LEAVES["split"], "help", f"One thing.\n\n{hostile}\n")
    text = pages()["splitkit-split.1"]
    assert not re.search(r"(?m)^(\.so|'br)", text)
    if groff := shutil.which("groff"):
        done = subprocess.run([groff, "-man", "-Tascii", "-P-cbou", "-rLL=300n"], input=text, capture_output=True, text=True, check=True)  # fmt: skip
        assert hostile in done.stdout
