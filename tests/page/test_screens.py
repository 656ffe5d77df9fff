"""Every screen, in light and dark, narrow, wide and enlarged: nothing that axe-core finds, and nothing that runs out of it."""

from __future__ import annotations

import itertools

import pytest

from splitkit.quorum.textform import symbol_text
from tests.support import make_testkit
from tests.support.builders import made
from tests.support.differential.examples import SHARES, WORKED
from tests.support.page.browsers import HERE, built, drive, how
from tests.support.page.sheets import QUORUM, SECRET, WORDS, lines_of, picture
from tests.support.sampling import sampled

BROWSERS = ("chromium", "firefox", "webkit")
SIZES = {"360": {"width": 360}, "800": {"width": 800}, "1920": {"width": 1920}, "200 %": {"width": 800, "zoom": 2}}
CASES = list(itertools.product(BROWSERS, SIZES, ("light", "dark")))
NOT_THERE = {case for case in CASES if case[0] == "webkit" and case[1] in ("360", "200 %")}
"""The window of WebKit's driver is never so narrow, and it knows no other scale."""


STILL_READING = ("run", "void (window.createImageBitmap = () => new Promise(() => {}))")
STILL_JUDGING = (
    "run",
    """void (() => {
      const later = window.setTimeout;
      window.setTimeout = () => (window.setTimeout = later); // once
      [...document.querySelectorAll("button")].find((one) => one.textContent === "Check and open").click();
    })()""",
)
"""A screen that is gone in a moment stays: what it waits for does not come."""

TABLE = (("start", None), ("record", WORDS))
FIRST = SHARES["1"]["words"].split()
UNFOLD = ("run", "document.querySelectorAll('details').forEach((one) => (one.open = true))")
OLD, NEW = make_testkit.OLD, make_testkit.NEW
TWO_SETS = "\n".join([OLD.share("1").digits, OLD.share("2").digits, *(symbol_text(of.envelope.raw) for of in (OLD, NEW))])  # fmt: skip

LONG = made(
    "2of2",
    "page",
    "W" * 40 + " with spaces  and " + "W" * 40,
    practice=False,
    label="Administrator-of-all-production-accounts-of-the-European-branch",
)
ALL_OF_LONG = lines_of(LONG)


WALKS = {
    "the record": (
        [("run", "0"), UNFOLD, ("start", None), ("record", [*WORDS[:4], "xyzzy", *WORDS[5:]]), ("record", WORDS)],
        ["Before you start", "What does the signed record say?", "Read one sheet, then the next"],
    ),
    "the sheets": (
        [
            *TABLE,
            ("pictures", ["sheet", "blank"]),
            ("words", ["acid"]),
            ("open", "Type the 33 words"),
            ("open", "Type another sheet"),
            ("open", "Keep what is typed, and go back"),
            ("open", "Type the printed lines"),
            ("open", "Keep what is typed, and go back"),
            ("open", "Camera"),
            ("told", "No camera has been found"),
            ("open", "Back"),
        ],
        [
            "The 33 words of one sheet",
            "Go on with a sheet, or type another?",
            "The printed lines of the envelope",
            "Hold a code in front of the camera",
        ],
    ),
    "words that moved": (
        [
            ("start", None),
            ("record", [*WORDS[:6], *WORDS[5:11]]),
            ("lines", WORKED["symbol"]),
            ("judge", None),
            ("open", "Compare the 12 F words"),
            ("open", "Take out word 7"),
            ("record", WORDS),
            ("open", "Type the printed lines"),
            ("open", "Keep what is typed, and go back"),
            ("open", "Type the 33 words"),
            ("fill", [*FIRST[:19], *FIRST[20:], "?"]),
            ("open", "The sheet is complete"),
            ("open", "Make room for word 20"),
        ],
        ["The F words may be mistyped: word 7 seems to be one too many."],
    ),
    "reading": ([*TABLE, STILL_READING, ("upload", ["sheet"])], ["Reading pictures"]),
    "judging": ([*TABLE, ("lines", QUORUM), STILL_JUDGING], ["Checking ..."]),
    "too few": (
        [*TABLE, ("words", ["?", *SHARES["1"]["words"].split()[1:]]), ("lines", "hello\nSK1H:A"), ("judge", None)],
        ["The envelope has not been read yet."],
    ),
    "the secret": (
        [
            *TABLE,
            ("lines", QUORUM),
            ("judge", None),
            ("press", "It is for practice: open it"),
            ("hold", None),
            UNFOLD,
            ("open", "Clear it now"),
        ],
        [
            "This is a practice set: it protects nothing.",
            "These are the sheets of the signed record. The secret can be shown.",
        ],
    ),
    "an older set": (
        [("start", None), ("record", list(OLD.envelope.fingerprint)), ("lines", TWO_SETS), ("judge", None)],
        ["Another envelope here says that it is of a newer set."],
    ),
    "the camera": (
        [
            *TABLE,
            ("run", "void (MediaDevices.prototype.getUserMedia = () => new Promise(() => {}))"),
            ("open", "Camera"),
            ("told", "The browser asks"),
            ("open", "Back"),
            (
                "run",
                "void (MediaDevices.prototype.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError'); })",
            ),
            ("open", "Camera"),
            ("told", "The camera may not be used"),
        ],
        ["Hold a code in front of the camera"],
    ),
    "all that is long": (
        [
            ("start", None),
            ("record", list(LONG.envelope.fingerprint)),
            ("lines", ALL_OF_LONG),
            ("judge", None),
            ("hold", None),
            UNFOLD,
        ],
        ["The secret"],
    ),
    "a fault": (
        [
            *TABLE,
            ("run", "void Promise.reject(new Error('x'))"),
            ("run", "new Promise((done) => setTimeout(done, 99))"),
        ],
        ["The page has failed"],
    ),
}
"""What a person does to see every screen, and the headings of some."""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A sheet, and what is none, with a long name as telephones give them."""
    folder = tmp_path_factory.mktemp("screens")
    blank = folder / "a photograph with a long name of the sheet that lay on the table.jpg"
    blank.write_bytes(b"none")
    return {"sheet": picture(folder / "1.jpg", "1"), "blank": str(blank)}


def scheme_of(browser, scheme):
    """How a browser comes to a scheme."""
    if browser == "chromium":
        return {"scheme": scheme}
    prefs = {"prefs": {"layout.css.prefers-color-scheme.content-override": 0 if scheme == "dark" else 1}}
    return {"launch": prefs if browser == "firefox" else {"args": ["--dark-mode"] if scheme == "dark" else []}}


EACH = [(*case, walk) for case in CASES if case not in NOT_THERE for walk in WALKS]


@pytest.mark.parametrize("case", sampled(EACH, 0, always=[("chromium", "360", "dark", "the secret"), ("chromium", "200 %", "light", "the sheets"), ("chromium", "360", "light", "words that moved")], ids=" ".join))  # fmt: skip
def test_nothing_is_found_on_any_screen(case, files):
    browser, size, scheme, walk = case
    how(browser)
    if not (HERE / "node_modules" / "axe-core").is_dir():
        pytest.skip("npm package axe-core is not installed: npm ci --prefix tests/page")
    steps, headings = WALKS[walk]
    steps = [(step, [files[one] for one in to] if step in ("pictures", "upload") else to) for step, to in steps]
    screens = drive(browser, built(), *steps, axe=True, **SIZES[size], **scheme_of(browser, scheme))["screens"]
    assert set(headings) <= {screen["heading"] for screen in screens}
    assert walk != "the secret" or SECRET in [screen["values"] for screen in screens]
    assert [(screen["heading"], screen["findings"], screen["wide"]) for screen in screens if screen["findings"] or screen["wide"]] == []  # fmt: skip


def test_a_fault_is_found():
    how("chromium")
    nameless = ("run", "document.querySelector('main').append(document.createElement('button'))")
    broad = ("run", "void (document.querySelector('main').style.width = '2000px')")
    _, named, wide = drive("chromium", built(), ("start", None), nameless, broad, axe=True)["screens"]
    assert "button-name" in named["findings"][0]
    assert (named["wide"], wide["wide"]) == (False, True)
