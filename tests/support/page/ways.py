"""What came of each way out of the page, as a table of docs/page.md: `python -m tests.support.page.ways` tries all, and writes it there."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from tests.support.page.browsers import BROWSERS, DRIVER, built, drive, how
from tests.support.page.listening import ears
from tests.support.places import ROOT, scratch

DOCUMENT = ROOT / "docs" / "page.md"
LISTENING = {
    "network.http.speculative-parallel-limit": 20,
    "network.prefetch-next": True,
    "network.dns.disablePrefetch": False,
    "media.peerconnection.ice.loopback": True,
}
"""Of Firefox: what people have and a driver turns off, and that it talks with its own machine as with others."""

BY_NAME = "link: dns-prefetch"
"""Asks for a name, and nothing else: no place on this machine hears of it."""

ALONE = ["unshare", *([] if os.geteuid() == 0 else ["--map-root-user"]), "--net", "--mount"]
"""Runs something on a machine of its own."""

STOPPED, NOTHING = "stopped", "-"


@functools.cache
def without_policy() -> str:
    """The same page, and nothing that stops anything."""
    text = Path(unquote(urlparse(built()).path)).read_text("utf-8")
    target = scratch("page-without-policy") / "open.html"
    target.write_text(re.sub(r"<meta http-equiv[^>]*>", "", text), "utf-8")
    return target.as_uri()


def launched(browser: str) -> dict[str, Any]:
    """How a browser is begun for this."""
    return how(browser) | ({"prefs": LISTENING} if browser == "firefox" else {})


@functools.cache
def names(browser: str) -> list[str]:
    """Of all ways."""
    ways: list[str] = drive(browser, built(), launch=launched(browser))["ways"]
    return ways


def heard(browser: str, page: str) -> dict[str, str]:
    """What is heard on this machine of each way that is tried from a page."""
    with ears(names(browser)) as listener:
        drive(browser, page, launch=launched(browser), sinks=listener.sinks)
    return listener.heard


def captured(browser: str, *jobs: dict[str, Any]) -> list[Any]:
    """What came of some jobs, and the packets that were sent, on a machine of their own; a browser that is begun there."""
    asked = [DRIVER, *({"launch": launched(browser), **job} for job in jobs)]
    command = [*ALONE, sys.executable, "-m", "tests.support.page.capture"]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, encoding="utf-8", check=False, cwd=ROOT)  # fmt: skip
    assert done.returncode == 0, done.stderr
    came: list[Any] = json.loads(done.stdout)
    assert not [one["answer"]["failed"] for one in came if "failed" in one["answer"]]
    return came


def asks(browser: str, page: str) -> bool:
    """Whether a name is asked for; alone, as a browser that waits for many names asks for no more."""
    [came] = captured(browser, {"page": page, "sinks": {BY_NAME: "http://elsewhere.example/"}})
    return "name elsewhere.example" in came["packets"]


def column(browser: str) -> dict[str, str]:
    """What came of each way: stopped by the policy, not stopped, or nothing even without one."""
    met, free = heard(browser, built()), heard(browser, without_policy())
    cells = {name: met.get(name) or (STOPPED if name in free else NOTHING) for name in names(browser)}
    cells[BY_NAME] = by_name(browser)
    return cells


def by_name(browser: str) -> str:
    """The cell of the one way that is heard by a server of names alone."""
    return "asks" if asks(browser, built()) else STOPPED if asks(browser, without_policy()) else NOTHING


def written() -> dict[str, dict[str, str]]:
    """The columns of the document, by browser."""
    rows = re.findall(r"^\| `(.+)` \| (.+) \| (.+) \| (.+) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    return {browser: {row[0]: row[1 + at].strip("*") for row in rows} for at, browser in enumerate(BROWSERS)}


def main() -> None:
    columns = {browser: column(browser) for browser in BROWSERS}
    cell = lambda text: text if text in (STOPPED, NOTHING) else f"**{text}**"
    rows = [
        "| `" + " | ".join([f"{name}`", *(cell(columns[browser][name]) for browser in BROWSERS)]) + " |"
        for name in names(BROWSERS[0])
    ]
    head = ["| way out | Chromium | Firefox | WebKit |", "|---|---|---|---|"]
    text = re.sub(r"\| way out .*?\n\n", lambda _: "\n".join([*head, *rows]) + "\n\n", DOCUMENT.read_text("utf-8"), flags=re.DOTALL)  # fmt: skip
    DOCUMENT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
