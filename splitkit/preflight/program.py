"""One hash of the whole program, to be compared between machines and with the paper."""

from __future__ import annotations

import hashlib
from pathlib import Path

from splitkit.paper.typeset import templates

DOMAIN = b"splitkit/1 program\n"


def program_hash() -> str:
    """Return a SHA-256 over every module and template of splitkit, 64 hexadecimal digits.

    The hash covers, for each file in the order of names: its path from the package with '/', a line break, and the SHA-256
    of its bytes in hexadecimal with a line break.  It is the same however splitkit was installed.  Python itself and the
    libraries are not in it: preflight compares those with their own records.
    """
    package = Path(__file__).resolve().parents[1]
    found = {str(path.relative_to(package).as_posix()): path for path in package.rglob("*.py")}
    found |= {f"printouts/{path.name}": path for path in templates().glob("*") if path.suffix in (".typ", ".py")}
    whole = hashlib.sha256(DOMAIN)
    for name in sorted(found):
        whole.update(f"{name}\n{hashlib.sha256(found[name].read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()
