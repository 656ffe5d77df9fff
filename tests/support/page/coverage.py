"""Which lines of the page's own JavaScript were run, from what node writes where NODE_V8_COVERAGE points."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlparse


def code_lines(text: str) -> set[int]:
    """The lines, from 0, that hold code: neither empty, nor comments, nor brackets alone."""
    bare = re.sub(r"/\*.*?\*/", lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.DOTALL)
    lines = [line.partition("// ")[0].strip() for line in bare.splitlines()]
    return {at for at, line in enumerate(lines) if re.search(r"\w", line)}


def _blank(run: bytearray, functions: list[dict]) -> None:
    """Write what was run into *run*, character by character: an inner range has the last word."""
    ranges = [one for function in functions for one in function["ranges"]]
    for one in sorted(ranges, key=lambda each: (each["startOffset"], -each["endOffset"])):
        start, end = one["startOffset"], one["endOffset"]
        run[start:end] = bytes([one["count"] > 0]) * (end - start)


def not_run(folder: Path, below: Path) -> dict[str, tuple[int, list[str]]]:
    """For each file below a folder: how many lines of code it has, and those of which a part was never run."""
    found: dict[str, tuple[int, list[str]]] = {}
    for script in (one for file in folder.glob("*.json") for one in json.loads(file.read_text("utf-8"))["result"]):
        path = Path(unquote(urlparse(script["url"]).path))
        if not path.is_relative_to(below):
            continue
        text = path.read_text("utf-8")
        assert text.isascii(), path  # places in a script are counted in UTF-16
        run = bytearray(len(text))
        _blank(run, script["functions"])
        code, at, missed = code_lines(text), 0, []
        for number, line in enumerate(text.splitlines(keepends=True)):
            idle = any(not run[at + place] for place, letter in enumerate(line) if letter.isalnum())
            missed += [f"{number + 1}: {line.strip()}"] if number in code and idle else []
            at += len(line)
        found[path.relative_to(below).as_posix()] = (len(code), missed)
    return found
