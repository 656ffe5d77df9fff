"""The two programs, called in this process: the command line of splitkit, and recover.py.

What is slow on purpose and always gives the same is kept: PBKDF2, and the recipient of a key.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from splitkit import recover
from splitkit.cli import main
from splitkit.cli.ui import table
from splitkit.host import hardening, leftovers
from splitkit.host.offline import Guard
from splitkit.quorum import opening
from splitkit.quorum.envelope import fingerprint_of
from splitkit.quorum.textform import symbol_text
from tests.support.differential.cases import BOTH, FINGERPRINT, NO_RECORD, RECORD, Case, with_copy
from tests.support.kit import overrule
from tests.support.places import scratch


@dataclass(frozen=True)
class Came:
    """What a program ended with."""

    code: int
    secret: str = ""
    said: str = ""


def fast() -> None:
    """Keep what is slow, and draw one table in 16; for a process of its own."""
    hashlib.pbkdf2_hmac = functools.cache(hashlib.pbkdf2_hmac)
    recover.age_recipient = functools.cache(recover.age_recipient.__wrapped__)
    opening.recipient_of = functools.cache(opening.recipient_of)
    hardening.harden = lambda: None
    leftovers.leftovers = lambda _: []
    recover._terminal = _no_terminal
    draw, turn = table._drawn, count()
    table._drawn = lambda *given: [] if next(turn) % 16 else draw(*given)


def _no_terminal() -> None:
    raise OSError


@functools.cache
def _folder() -> Path:
    return scratch("records")


@functools.cache
def _record(raw: bytes) -> str:
    path = _folder() / f"{hashlib.sha256(raw).hexdigest()}.sk1"
    path.write_text(symbol_text(raw))
    return str(path)


@contextlib.contextmanager
def streams(data: bytes) -> Iterator[tuple[io.BytesIO, io.StringIO]]:
    """Standard streams of their own."""
    out, said = io.BytesIO(), io.StringIO()
    stdin = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
    with mock.patch.multiple("sys", stdin=stdin, stdout=io.TextIOWrapper(out, encoding="utf-8"), stderr=said):
        yield out, said


def _fingerprint(case: Case) -> list[str]:
    return ["--fingerprint", case.words] if case.vouched in (FINGERPRINT, BOTH) else []


def by_product(case: Case) -> Came:
    """What the command line gives."""
    arguments = ["recover", "-", "--reveal", "stdout", "--field", case.field, *_fingerprint(case)]
    arguments += ["--practice"] * case.practice
    arguments += [*overrule("no-record")] * (case.vouched in (NO_RECORD, BOTH))
    arguments += [] if case.superseded is None else overrule("superseded", case.superseded)
    arguments += ["--record", _record(case.copy)] if case.vouched == RECORD else []
    with streams(case.data) as (out, said):
        code = main.run(arguments, shut=lambda **_: Guard(("namespace",)))
        return Came(code, out.getvalue().decode().removesuffix("\n"), said.getvalue())


def by_check(case: Case) -> Came:
    """What is said of the same sheets where nothing is to be shown."""
    arguments = ["check", "-", "--all", *(_fingerprint(case) if case.vouched == FINGERPRINT else [])]
    with streams(case.data) as (out, said):
        code = main.run(arguments, shut=lambda **_: Guard(("namespace",)))
        return Came(code, out.getvalue().decode(), said.getvalue())


def by_recover(case: Case) -> Came:
    """What the second implementation gives."""
    arguments, data = _fingerprint(case), case.data
    arguments += ["--practice"] * case.practice + ["--no-record"] * (case.vouched in (NO_RECORD, BOTH))
    arguments += [] if case.superseded is None else ["--superseded", case.superseded]
    if case.vouched == RECORD:
        arguments, data = [*arguments, "--fingerprint", " ".join(fingerprint_of(case.copy))], with_copy(case)
    written: list[bytes] = []
    writer = SimpleNamespace(write=lambda _, part: written.append(bytes(part)) or len(part))
    with streams(data) as (_, said), mock.patch.object(recover, "os", writer):
        code = recover.main([*arguments, *["--age-identity"] * case.identity])
        return Came(code, b"".join(written).decode(), said.getvalue())


def shown(text: str, field: str) -> str:
    """One field of what recover.py prints."""
    for line in text.splitlines():
        if line.startswith(f"{field}: "):
            return line.removeprefix(f"{field}: ")
        if line.startswith(f"{field} (as JSON, with escapes): "):
            return str(json.loads(line.partition(": ")[2]))
    return ""
