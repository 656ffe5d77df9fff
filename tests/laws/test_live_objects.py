"""After `check` and `drill` nothing secret is left in memory, and a judgement never holds any.

All live objects of a process are searched: what the garbage collector knows, what that refers to, and every frame.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from splitkit.quorum.recipient import identity_seed, identity_text
from splitkit.quorum.slip39 import combine_ems
from splitkit.quorum.textform import symbol_text
from tests.support import live_objects
from tests.support.builders import key_of, made, resealed
from tests.support.custody.company import written
from tests.support.custody.custodies import changed, introduced, stored
from tests.support.custody.custodies import made as set_made
from tests.support.kit import environment, page_pdf, picture
from tests.support.live_objects import LINES, PLACES, masked
from tests.support.processes import HANGS

OF = made("3of5", seed="live objects", practice=False, password="Quartz_Falcon+Meadow=Ninety")
NOT_RECORD = resealed(OF, record=(OF.record.encode().replace(b'"password"', b'"passport"')))
SET_ID = OF.envelope.header.set_id
FINGERPRINT = " ".join(OF.envelope.fingerprint)
NUMBERS = "123"
WINDOW = 8


def hexed(*data: bytes) -> list[dict[str, str]]:
    return [{"hex": one.hex()} for one in data]


def forms_of_share(number: str) -> list:
    share = OF.share(number)
    rows = [" ".join(share.words[at : at + WINDOW]) for at in range(2, 33 - WINDOW, 4)]
    digits = [share.digits[at : at + 4 * WINDOW] for at in range(8, 132 - 4 * WINDOW, 16)]
    return [*rows, *digits, list(share.indices), *hexed(share.value)]


def needles() -> dict[str, list]:
    key = key_of(OF)
    seed = identity_seed(key, SET_ID)
    expanded = hashlib.shake_256(seed).digest(96)
    return {
        "record": [OF.record.password],
        "key": hexed(key),
        "identity": [identity_text(seed)[20:], *hexed(seed, expanded[:64], expanded[64:])],
        "ems": hexed(combine_ems([OF.share(number) for number in NUMBERS]).ciphertext),
        "presented": [form for number in NUMBERS for form in forms_of_share(number)],
        "derived": [form for number in "45" for form in forms_of_share(number)],
    }


def told(mode: str, *arguments: str, cwd: Path, forms: dict[str, list] | None = None) -> dict:
    """What another process finds among its live objects after it has done something."""
    task = {"mode": mode, "arguments": arguments, "needles": forms or needles()}
    done = subprocess.run(
        [sys.executable, live_objects.__file__], input=masked(json.dumps(task).encode()), cwd=cwd, env=environment(),
        capture_output=True, check=True, timeout=HANGS,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Pictures of three sheets, a forged one, lines of sheets, and the ledger of the set."""
    at = tmp_path_factory.mktemp("live")
    for number in NUMBERS:
        (at / f"scan-{number}.png").write_bytes(picture(page_pdf(OF, number)))
    split = set_made("3of5", SET_ID.hex(), day="2026-11-23")
    split = changed(split, fingerprint=FINGERPRINT)
    stores = [stored(str(number), set_id=SET_ID.hex(), day="2026-11-23") for number in range(1, 6)]
    written(at / "c1", introduced(split, *stores, day="2026-11-23"))
    return at


SCANS = [f"scan-{number}.png" for number in NUMBERS]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["check", *SCANS, "--fingerprint", FINGERPRINT], id="check"),
        pytest.param(["check", *SCANS, "--json"], id="check --json", marks=pytest.mark.long),
        pytest.param(["ceremony", "drill", *SCANS, "--ledger", "c1", "--fingerprint", FINGERPRINT], id="drill"),
    ],
)
def test_after_a_command_that_shows_nothing_nothing_secret_is_alive(folder, arguments):
    assert told("command", *arguments, cwd=folder) == {"code": 0, "found": {}}


def test_a_judgement_and_what_it_was_made_of_hold_no_secret_but_the_shares_that_were_read(folder):
    result = told("judge", FINGERPRINT, *SCANS, cwd=folder)
    assert (result["code"], result["opens"]) == (3, [True])
    assert set(result["found"]) == {"presented"}


def test_a_judgement_of_a_set_that_opens_to_something_else_keeps_none_of_it(tmp_path):
    """What the failure hangs on counts too: the traceback of an error holds the frames that held the key."""
    lines = [symbol_text(NOT_RECORD.raw), *(OF.share(number).mnemonic for number in NUMBERS)]
    (tmp_path / LINES).write_text("\n".join(lines))
    result = told("judge", "", "-", cwd=tmp_path)
    assert (result["code"], result["opens"]) == (3, [False])
    assert set(result["found"]) == {"presented"}


def test_only_what_was_released_opens_and_then_the_search_finds_it(folder):
    result = told("release", FINGERPRINT, *SCANS, cwd=folder)
    assert result["code"] == len(OF.record.password)
    assert set(result["before"]) == {"presented"}
    assert set(result["found"]) == {"presented", "record"}


def test_what_is_planted_is_found_wherever_it_is():
    forms = {name: hexed(hashlib.sha256(name.encode()).digest()) for name in (*PLACES, "never planted")}
    assert set(told("planted", cwd=Path.cwd(), forms=forms)["found"]) == set(PLACES)
