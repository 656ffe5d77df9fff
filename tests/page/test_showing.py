"""The secret on the screen: the button that is held, the time that is left, and what is to be done then."""

from __future__ import annotations

import re

import pytest

from tests.support.page.browsers import built, drive, how
from tests.support.page.judging import PAGE
from tests.support.page.sheets import QUORUM, SECRET, WORDS

OPENED = (
    ("start", None),
    ("record", WORDS),
    ("lines", QUORUM),
    ("judge", None),
    ("press", "It is for practice: open it"),
)
BUTTON = ("run", "document.querySelector('.hold').textContent")


def pointer(kind):
    return ("run", f"void document.querySelector('.hold').dispatchEvent(new PointerEvent('pointer{kind}'))")


@pytest.fixture(scope="module", params=["chromium", pytest.param("firefox", marks=pytest.mark.long)])
def opened(request):
    """What is seen after some steps, from the opened set on."""
    how(request.param)
    return lambda *steps, **options: drive(request.param, built(), *OPENED, *steps, **options)


def test_the_button_says_that_it_is_held_and_for_how_long(opened):
    answer = opened(BUTTON, pointer("down"), BUTTON, pointer("up"), BUTTON)
    rest, held, after = answer["ran"][0], answer["ran"][2], answer["ran"][4]
    assert rest == "Hold this button for one second to see the secret"
    assert after == "That was too short. Keep holding the button for one second."
    assert re.fullmatch(r"Keep holding: (1\.0|0\.\d) seconds more", held)
    assert answer["screens"][-1]["text"].count("too short") == 1


@pytest.mark.parametrize("key", ["Enter", " "])
def test_a_short_press_of_a_key_says_that_it_was_too_short(opened, key):
    answer = opened(("run", "document.querySelector('.hold').focus()"), ("keys", [key]))
    assert "That was too short." in answer["screens"][-1]["text"]
    assert answer["screens"][-1]["values"] == []


def test_what_is_needed_is_said_before_it_is_shown(opened):
    text = opened()["screens"][-1]["text"]
    assert "Have pen and paper ready. The secret is shown for 2 minutes." in text
    assert text.index("Have pen and paper ready") < text.index("Hold this button")


BAR = """(() => {
  window.scrollTo(0, %s);
  const { top, bottom } = document.querySelector(".bar").getBoundingClientRect();
  return top >= 0 && bottom <= window.innerHeight;
})()"""


@pytest.mark.parametrize("width", [360, 800])
def test_the_countdown_stays_on_the_screen(opened, width):
    """Also with every character spelled out, at the top and at the end of it."""
    unfold = ("run", "document.querySelectorAll('main details').forEach((one) => (one.open = true))")
    long = ("run", "document.querySelector('.panel').offsetHeight > window.innerHeight")
    places = [("run", BAR % at) for at in ("0", "document.querySelector('.panel').offsetHeight / 2")]
    answer = opened(("hold", None), unfold, long, *places, width=width)
    assert answer["ran"][1:] == [True, True, True]
    assert "It will be cleared in " in answer["screens"][-1]["text"]
    assert "The gaps between groups of four are not part of the password." in answer["screens"][-1]["text"]
    assert answer["screens"][-1]["values"] == SECRET


def test_what_is_to_be_done_then_is_said(opened):
    """And that it begins anew: nothing of it is left on the page."""
    answer = opened(
        ("hold", None), ("open", "Clear it now"), ("open", "Begin again"), ("start", None), ("record", WORDS)
    )
    text = answer["screens"][6]["text"]
    for part in ("from another computer", "into a new bag", "Delete all photographs", "switch the computer off", "typed or read again, and checked again"):  # fmt: skip
        assert part in text
    assert answer["screens"][7]["heading"] == "Before you start"
    assert "Nothing has been read yet." in answer["screens"][-1]["text"]


def test_the_change_of_the_password_is_told_where_it_is_due():
    """Once, after the secret was shown, in the order in which things are done."""
    text = (PAGE / "texts.js").read_text()
    assert text.count("change it, and ${NEW_SET}.") == 1


def test_what_is_to_be_done_then_has_an_order(opened):
    text = opened(("hold", None), ("open", "Clear it now"))["screens"][-1]["text"]
    order = ["is written down", "from another computer", "change it, and ask the administrator", "A torn one too", "Destroy the paper", "Delete all photographs", "switch the computer off"]  # fmt: skip
    places = [text.index(part) for part in order]
    assert places == sorted(places)


SAID = ("run", "document.querySelector('#said').textContent")


def test_more_time_adds_two_minutes_and_ten_at_most(opened):
    left = ("run", "Number(document.querySelector('.count').textContent.match(/[0-9]+/)[0])")
    more = ("open", "More time")
    once, often = opened(("hold", None), more, left, *[more] * 6, left)["ran"]
    assert 230 < once <= 240
    assert 590 < often <= 600


def test_nothing_that_is_heard_outlives_its_screen(opened):
    assert opened(("hold", None), SAID, ("open", "Clear it now"), SAID)["ran"] == ["", ""]
    start = drive("chromium", built(), ("start", None), ("fill", ["xq"]), ("record", WORDS), SAID)
    assert start["ran"] == [""]


INSIDE = """[...document.querySelectorAll("main button")].filter((one) => one.textContent === %r)
  .map((one) => one.getBoundingClientRect()).every(({ top, bottom }) => top >= 0 && bottom <= 800)"""


def test_the_way_on_is_inside_the_window():
    """Of 1280 by 800: no list, and no field, pushes it out."""
    steps = [("run", INSIDE % "All of this is done"), ("start", None), ("run", INSIDE % "These are the 12 words"), ("record", WORDS)]  # fmt: skip
    steps += [("run", INSIDE % "Check and open"), ("open", "Type the 33 words"), ("run", INSIDE % "The sheet is complete")]  # fmt: skip
    steps += [("open", "Keep what is typed, and go back"), ("open", "Type the printed lines"), ("run", INSIDE % "The lines are complete")]  # fmt: skip
    steps += [("fill_lines", QUORUM), ("open", "The lines are complete"), ("told", "There are enough sheets"), ("run", INSIDE % "Check and open")]  # fmt: skip
    steps += [("judge", None), ("press", "It is for practice: open it"), ("run", INSIDE % "Hold this button for one second to see the secret")]  # fmt: skip
    answer = drive("chromium", built(), *steps, width=1280, height=800)
    assert [one for one in answer["ran"] if one is not None] == [True] * 7
