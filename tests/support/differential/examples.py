"""The examples of section 16 of docs/format.md, as any reader of text is given them."""

from __future__ import annotations

import json
import re

from tests.support.differential.two_readers import Given
from tests.support.places import ROOT

RULES = (ROOT / "docs/format.md").read_text("utf-8").partition("\n## 16. Text rules\n")[2].partition("\n## Appendix")[0]
EXAMPLES = [json.loads(line) for line in RULES.splitlines() if line.startswith('{"rule"')]
SETS = {one["name"]: one for one in json.loads((ROOT / "tests/vectors/sets.json").read_text("ascii"))}
WORKED = SETS["example"]
SHARES = {share["sheet"]: share for share in WORKED["shares"]}


def filled(text: str) -> str:
    """A line of an example with what its placeholders stand for, as the document says."""

    def stands_for(found: re.Match[str]) -> str:
        name, _, rest = found[1].partition(" ")
        if name == "symbol":
            return WORKED["symbol"]
        if name == "byte":
            return bytes.fromhex(rest).decode("utf-8", "surrogateescape")
        if name == "line":
            return WORKED["lines"][int(rest) - 1]
        if rest in ("spaces", "line ends"):
            return int(name) * (" " if rest == "spaces" else "\n")
        if rest == "digits":
            return SHARES[name]["digits"]
        first, _, last = rest.partition("-")
        words = SHARES[name]["words"].upper().split()
        return " ".join(words[int(first) - 1 : int(last or first)] if rest else words)

    return re.sub(r"\{([^{}]+)\}", stands_for, text)


def given(example: dict[str, object]) -> Given:
    """What the readers are given of an example."""
    lines = [filled(line) for line in example["lines"]] * example.get("times", 1)
    record = example.get("record", "the words")
    words = {"none": None, "both": WORKED["fingerprint"], "the words": WORKED["fingerprint"]}
    body = "\n".join(lines).encode("utf-8", "surrogateescape")
    return Given(body, words.get(record, filled(record)), practice=True, no_record=record in ("none", "both"))
