"""Browsers over recover.html, driven by node: each is begun once in a process of tests, and used again in a new tab."""

from __future__ import annotations

import atexit
import functools
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.page.judging import PAGE
from tests.support.places import TESTS, scratch
from tests.support.processes import HANGS

HERE = TESTS / "page"
PROGRAMS = {
    "chromium": ("chrome", "chromium", "google-chrome"),
    "firefox": ("firefox", "firefox-esr", "firefox"),
}
BROWSERS = (*PROGRAMS, "webkit")
DRIVER = ["node", str(HERE / "browser.mjs")]
Driven = Callable[..., Any]


@functools.cache
def built() -> str:
    """The built page, as an address of the disk."""
    if not (PAGE / "node_modules" / "zxing-wasm").is_dir():
        pytest.skip("npm package zxing-wasm is not installed: npm ci --prefix page")
    target = scratch("page") / "recover.html"
    subprocess.run([sys.executable, PAGE / "build.py", target], check=True, capture_output=True, timeout=HANGS)
    return target.as_uri()


def _needed(what: str, *programs: str) -> str:
    """The first of some programs that is there."""
    found = next(filter(None, map(shutil.which, programs)), None)
    if found is None:
        pytest.skip(f"{what} is not installed")
    return found


def how(browser: str) -> dict[str, Any]:
    """How a browser is begun."""
    _needed("node", "node")
    if browser == "webkit":
        return _webkit()
    name, *programs = PROGRAMS[browser]
    if not (HERE / "node_modules" / "puppeteer-core").is_dir():
        pytest.skip("npm package puppeteer-core is not installed: npm ci --prefix tests/page")
    return {"name": name, "program": _needed(browser, *programs)}


def _webkit() -> dict[str, Any]:
    """WebKit as Debian has it for tests; it needs a screen, which no window of it ever leaves."""
    _needed("xvfb", "Xvfb")
    program = _needed("webkit2gtk-driver", "WebKitWebDriver")
    browser = next(Path("/usr/lib").glob("*/webkit2gtk-4*/MiniBrowser"), None)
    if browser is None:
        pytest.skip("MiniBrowser of webkit2gtk-driver is not installed")
    return {"name": "webkit", "program": program, "browser": str(browser)}


@functools.cache
def _driver(browser: str) -> subprocess.Popen[str]:
    """One for all jobs of a browser; it ends with its standard input, and the browser with it."""
    node = subprocess.Popen(DRIVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
    atexit.register(node.communicate, timeout=HANGS)
    return node


def drive(browser: str, page: str, *steps: tuple[str, Any], launch: dict[str, Any] | None = None, **job: Any) -> Any:
    """What was seen of a page by what a person does; *launch* is how the browser is begun, beside its name."""
    asked = {"launch": how(browser) | (launch or {}), "page": page, "steps": steps, **job}
    node = _driver(browser)
    assert node.stdin
    assert node.stdout
    node.stdin.write(json.dumps(asked) + "\n")
    node.stdin.flush()
    answer = json.loads(node.stdout.readline())
    assert "failed" not in answer, answer["failed"]
    return answer


def driver(browser: str) -> Driven:
    """Drives one browser."""
    how(browser)
    return functools.partial(drive, browser)
