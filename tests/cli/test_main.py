"""The list of commands, which is written out so that the help imports none of them; and what is loaded on the way of each."""

from __future__ import annotations

import re
import subprocess
import sys

import click
import pytest

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


LEDGERS = (
    "splitkit.custody.register",
    "splitkit.custody.records.holdings",
    "splitkit.ledger.events",
    "splitkit.ledger.chain",
    "splitkit.packs",
    "splitkit.cli.ui.custody_ledgers",
    "splitkit.cli.ui.ledger_reading",
)
PRINTERS = ("splitkit.preflight", "splitkit.paper.printing", "splitkit.cli.ui.print_jobs")
LIBRARIES = ("numpy", "PIL", "qrcode", "rich", "zxingcpp", "pypdfium2", "socket", "urllib.request")
OF_A_HELP = ("splitkit.quorum", "splitkit.ledger", "splitkit.secret", "splitkit.paper", "splitkit.custody", "shamir_mnemonic", "cryptography", "cbor2", "tomllib", "traceback")  # fmt: skip
LOADED = """
import sys
from splitkit.__main__ import main
sys.argv[0] = "splitkit"
try:
    main()
finally:
    print("loaded", *sys.modules, file=sys.stderr)
"""


def loaded(tmp_path, *arguments):
    """The modules of a whole run."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        cwd=tmp_path,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode in (0, 4), done.stderr
    return set(done.stderr.decode().rpartition("loaded ")[2].split())


def among(modules, names):
    return {one for one in modules for name in names if one == name or one.startswith(f"{name}.")}


def made(tmp_path):
    return loaded(tmp_path, "split", "--policy", "2of3", "--label", "Way", "--practice", "--out", "set")


def test_a_set_without_a_ledger_is_made_without_what_only_ledgers_and_printers_need(tmp_path):
    assert not among(made(tmp_path), (*LEDGERS, *PRINTERS, *LIBRARIES))


@pytest.mark.parametrize("words", [["check"], ["recover", "--practice", "--reveal", "stdout"]])
def test_sheets_are_read_without_what_only_ledgers_need(tmp_path, words):
    made(tmp_path)
    sheets = [f"set/share-{number}-of-3.pdf" for number in (1, 2)]
    modules = loaded(tmp_path, words[0], *sheets, "--record", "set/envelope.sk1", *words[1:])
    assert not among(modules, (*LEDGERS, *PRINTERS, "numpy", "PIL", "qrcode", "rich", "zxingcpp", "pypdfium2", "typst"))


def test_a_file_is_sealed_without_what_only_ledgers_need(tmp_path):
    made(tmp_path)
    (tmp_path / "codes").write_bytes(b"codes")
    words = ("seal", "codes", "--to", "set/recipient.txt", "--record", "set/envelope.sk1", "--out", "codes.age")
    assert not among(loaded(tmp_path, *words), (*LEDGERS, *PRINTERS, *LIBRARIES, "typst"))


def test_the_help_loads_no_part_of_the_core(tmp_path):
    assert not among(loaded(tmp_path, "--help"), (*OF_A_HELP, *LIBRARIES))


def test_the_version_loads_nothing_at_all(tmp_path):
    modules = loaded(tmp_path, "--version")
    assert {one for one in modules if one.startswith("splitkit")} == {"splitkit", "splitkit.__main__"}
    assert not among(modules, ("click", "dataclasses", "json"))
