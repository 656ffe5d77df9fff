"""A word that was left out, typed twice or typed over: what people are told of it, and that nothing is accepted for it."""

from __future__ import annotations

import pytest

from tests.support.builders import made
from tests.support.differential.examples import SHARES, WORKED
from tests.support.page.browsers import built, driver
from tests.support.page.judging import ask, typed
from tests.support.page.sheets import QUORUM, SECRET, WORDS, lines_of

FIRST, SECOND, THIRD = (SHARES[sheet]["words"].split() for sheet in "123")
LINES = WORKED["lines"]
SHEET, KEEP = ("open", "Type the 33 words"), ("open", "Keep what is typed, and go back")
WHOLE = ("open", "The sheet is complete")
TYPED = ("run", "[...document.querySelectorAll('.boxes input')].map((one) => one.value.toLowerCase())")
AT = ("run", "document.activeElement.getAttribute('aria-label')")
COUNT = ("run", "document.querySelector('.count').textContent")
PROBLEM = ("run", "document.querySelector('.problem').textContent")
BOLD = ("run", "[...document.querySelectorAll('.go')].map((one) => one.textContent)")
ENVELOPE = ("lines", WORKED["symbol"])

in_all = pytest.mark.parametrize("drive", ["chromium", "firefox", "webkit"], indirect=True)


@pytest.fixture(scope="module", params=["chromium"])
def drive(request):
    """Drives a browser over the page."""
    there = driver(request.param)
    return lambda *steps, **job: there(built(), ("start", None), *steps, **job)


@pytest.fixture
def at_table(drive):
    """What is seen after some steps, from the list of sheets on."""
    return lambda *steps, **job: drive(("record", WORDS), *steps, **job)


def at_word(number):
    """The cursor comes to a field."""
    return ("run", f"document.querySelectorAll('.boxes input')[{number - 1}].focus()")


def spaced(words):
    """Each word, and the space bar behind it."""
    return ("keys", [key for word in words for key in (word, " ")])


# Over what stands there


@in_all
def test_a_sheet_is_typed_over_another(at_table):
    """In full and by four letters, with the space bar, Enter or nothing behind each word: none is passed over."""
    ways = [
        spaced(THIRD),
        spaced(word[:4] for word in SECOND),
        ("keys", [key for word in FIRST for key in (word, "Enter")]),
        ("keys", [key for word in THIRD for key in (word, "Tab")]),
        ("keys", SECOND),
    ]
    steps = [step for way in ways for step in (at_word(1), way, TYPED)]
    answer = at_table(SHEET, ("fill", FIRST), *steps)
    assert [one for one in answer["ran"] if one] == [THIRD, SECOND, FIRST, THIRD, SECOND]


@in_all
def test_the_words_of_the_record_are_typed_over_others(drive):
    answer = drive(("fill", FIRST[:12]), at_word(1), spaced(WORDS), TYPED)
    assert answer["ran"][-1] == WORDS


def test_the_space_bar_of_a_telephone_takes_no_word_away(at_table):
    """There it is no key: the field that was come to by itself is only written over."""
    space = ("run", "(() => { const box = document.activeElement; box.value = ' '; box.dispatchEvent(new InputEvent('input', { bubbles: true, data: ' ' })); })()")  # fmt: skip
    answer = at_table(SHEET, ("fill", FIRST), at_word(1), ("keys", [THIRD[0]]), space, AT, space, AT, TYPED)
    assert [one for one in answer["ran"] if one] == ["Word 2", "Word 3", [THIRD[0], *FIRST[1:]]]


# Moved by hand


@in_all
def test_words_are_moved_by_a_key(at_table):
    """From a field on, as far as one is empty; nothing that was typed is lost."""
    answer = at_table(SHEET, ("fill", FIRST[:10]), at_word(4), ("keys", ["+"]), TYPED, AT, ("keys", ["-"]), TYPED, AT)
    made_room, first, taken, second = [one for one in answer["ran"] if one]
    assert made_room[:12] == [*FIRST[:3], "", *FIRST[3:10], ""]
    assert taken[:11] == [*FIRST[:10], ""]
    assert (first, second) == ("Word 4", "Word 4")
    answer = at_table(SHEET, ("fill", FIRST), at_word(4), ("keys", ["+"]), TYPED)
    assert answer["ran"][-1] == FIRST
    assert "There is no empty field further down" in answer["screens"][-1]["text"]


# Found


def test_a_word_that_was_left_out_is_found(at_table):
    """At each place, with the last field empty or marked as illegible; it is typed from the paper."""
    for place, end in ((1, ""), (20, ""), (20, "?"), (32, "")):
        words = [*FIRST[: place - 1], *FIRST[place:], end]
        steps = WHOLE, PROBLEM, AT, BOLD, ("open", f"Make room for word {place}"), AT, COUNT, ("keys", [FIRST[place - 1]]), TYPED  # fmt: skip
        answer = at_table(SHEET, ("fill", words), *steps, WHOLE, ("told", "Sheet 1, typed"))
        said, at, bold, room, missing, now = answer["ran"]
        assert said.startswith(f"Word {place} seems to be left out, and the words behind it have moved.")
        assert (at, room, missing) == (f"Word {place}", f"Word {place}", f"Word {place} is missing.")
        assert bold == [f"Make room for word {place}"]
        assert now == FIRST


def test_a_word_that_was_typed_twice_is_found(at_table):
    words = [*FIRST[:20], *FIRST[19:32]]
    answer = at_table(SHEET, ("fill", words), WHOLE, PROBLEM, AT, ("open", "Take out word 21"), TYPED, AT)
    said, at, now, then = answer["ran"]
    assert said.startswith("Word 21 seems to be one too many")
    assert (at, then) == ("Word 21", "Word 33")
    assert now == [*FIRST[:32], ""]


def test_more_that_is_unknown_is_found_by_the_envelope_alone(at_table):
    """Two unknown words: the checksum is too little to tell, the commitment is not; it is found from the list as well."""
    words = [*FIRST[:4], "?", *FIRST[5:19], *FIRST[20:], "?"]
    change = ("run", "void document.querySelector('[aria-label^=\"Change: The first\"]').click()")
    before = at_table(SHEET, ("fill", words), WHOLE, PROBLEM)
    assert "Word 20" not in before["ran"][-1]
    after = at_table(ENVELOPE, ("words", words), ("told", "left out or typed twice"), change, PROBLEM, AT)
    assert after["ran"][-2].startswith("Word 20 seems to be left out")
    assert after["ran"][-1] == "Word 20"


def test_what_is_not_found_is_said_to_be_possible(at_table):
    two = [*FIRST[:9], *FIRST[10:19], *FIRST[20:], "", ""]
    wrong = [*FIRST[:5], "zero", *FIRST[6:20], "acid", *FIRST[21:]]
    for words, said in (
        (two, "Words 32 and 33 are missing."),
        (two, "Or a word further up was left out, and all behind it stand too high"),
        (wrong, "One or more words are wrong, left out, typed twice, or in the wrong place."),
        (["?", *wrong[1:]], "Besides the 1 word that cannot be read, another is wrong, left out or typed twice"),
    ):
        assert said in at_table(SHEET, ("fill", words), WHOLE, PROBLEM)["ran"][-1]
    assert "Or a word" not in at_table(SHEET, ("fill", [*FIRST[:9], "", *FIRST[10:]]), WHOLE, PROBLEM)["ran"][-1]


@pytest.mark.parametrize("place", [1, 6, 20, 33])
def test_a_slip_is_a_damaged_sheet_for_the_judge(place):
    """It is never taken for the sheet, however sure it is what it was."""
    words = [*FIRST[: place - 1], *FIRST[place:], "?"]
    answer = ask(ask="judge", typed=typed([" ".join(words), " ".join(THIRD), WORKED["symbol"]]), words=WORKED["fingerprint"], practice=True)  # fmt: skip
    assert answer["judgement"]["exit"] == (0 if place == 33 else 3)


# The words of the record


@pytest.mark.parametrize(
    ("words", "said", "button", "now"),
    [
        ([*WORDS[:6], *WORDS[5:11]], "Word 7 seems to be one too many", "Take out word 7", [*WORDS[:11], ""]),
        (
            [*WORDS[:3], *WORDS[4:], "zero"],
            "Word 4 seems to be left out",
            "Make room for word 4",
            [*WORDS[:3], "", *WORDS[4:]],
        ),
    ],
)
def test_a_slip_in_the_record_is_found(words, said, button, now, drive):
    """Said on the list and in the verdict, with the way back to it in bold, and put right there."""
    begin = ("record", words), ENVELOPE, ("told", "may be mistyped"), BOLD
    for way in ((), (("judge", None), BOLD)):
        answer = drive(*begin, *way, ("open", "Compare the 12 F words"), PROBLEM, ("open", button), TYPED)
        assert answer["ran"][0] == ["Compare the 12 F words"]
        assert answer["ran"][-3] == ["Compare the 12 F words"]
        assert said in answer["ran"][-2]
        assert answer["ran"][-1] == now


def test_words_that_match_nothing_are_mistyped_first_and_forged_after(drive):
    words = [*WORDS[:3], "zero", *WORDS[4:7], "acid", *WORDS[8:]]
    answer = drive(("record", words), ENVELOPE, ("told", "do not match the envelope"), BOLD, ("judge", None))
    text = answer["screens"][-1]["text"]
    assert text.index("one may be left out, typed twice or wrong") < text.index("same set") < text.index("forged")
    assert answer["ran"] == [["Compare the 12 F words"]]


def test_eleven_words_may_have_one_left_out_further_up(drive):
    answer = drive(("fill", [*WORDS[:3], *WORDS[4:]]), ("open", "These are the 12 words"), PROBLEM, AT)
    assert answer["ran"][-2].startswith("Word 12 is missing.")
    assert "Or a word further up was left out" in answer["ran"][-2]


# What is there


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (FIRST, "All 33 words are there."),
        (["?"] * 6 + FIRST[6:], "6 words cannot be read (1 to 6); at most 3 can be put right."),
        ([*FIRST[:4], "laserphysics", *FIRST[5:]], "Word 5 is not in the list."),
        (
            [*FIRST[:4], "", "?", *FIRST[6:]],
            "Word 5 is missing. 1 word cannot be read (6); at most 3 can be put right.",
        ),
    ],
)
def test_all_words_are_there_only_where_they_are(words, said, at_table):
    assert at_table(SHEET, ("fill", words), COUNT)["ran"] == [said]


def test_a_word_that_is_being_typed_is_not_yet_wrong(at_table):
    answer = at_table(SHEET, ("fill", FIRST[:32]), at_word(33), ("keys", [FIRST[32][:2]]), COUNT)
    assert answer["ran"][-1] == "Word 33 is missing."


def test_the_next_word_is_named_and_its_field_is_seen(at_table):
    """Also past words that cannot be read."""
    words = [*FIRST[:3], *["?"] * 3, *FIRST[6:9]]
    go_on = ("run", "void document.querySelector('[aria-label^=\"Finish\"]').click()")
    seen = ("run", "(() => { const { top, bottom } = document.activeElement.getBoundingClientRect(); return top >= 0 && bottom <= document.querySelector('.bar').getBoundingClientRect().top; })()")  # fmt: skip
    answer = at_table(("words", words), go_on, AT, COUNT, seen)
    assert answer["ran"][1] == "Word 10"
    assert answer["ran"][2].startswith("Word 10 is next. Words 10 to 33 are missing.")
    assert answer["ran"][3] is True
    refused = at_table(SHEET, ("fill", FIRST[:20]), WHOLE, AT, seen, width=1280, height=700)
    assert refused["ran"] == ["Word 21", True]


# The envelope


def test_that_the_envelope_is_there_is_said_before_lines_are_typed(at_table):
    answer = at_table(ENVELOPE, ("told", "The envelope has been read."), ("open", "Type the printed lines"))
    assert "no printed lines are needed" in answer["screens"][-1]["text"]
    assert "no printed lines" not in at_table(("open", "Type the printed lines"))["screens"][-1]["text"]


def test_too_many_illegible_characters_of_a_line_are_said(at_table):
    number, rest = LINES[3].split(" ", 1)
    line = f"{number} {'?' * 5}{rest[5:]}"
    answer = at_table(("open", "Type the printed lines"), ("fill_lines", "\n".join([*LINES[:3], line, *LINES[4:]])), ("open", "The lines are complete"), ("told", "Line 4 of 11 has"))  # fmt: skip
    text = answer["screens"][-1]["text"]
    assert (
        f"Line 4 of 11 has {line.count('?')} characters that are ?, and at most 3 in a line can be found again." in text
    )
    assert "compare each character" not in text


def test_the_example_of_a_line_is_that_of_the_paper_where_it_is_known(at_table):
    answer = at_table(("open", "Type the printed lines"), KEEP, ("lines", "\n".join(LINES[:4])), ("open", "Type the printed lines"))  # fmt: skip
    assert "its number, for example 01/12 for the first of 12," in answer["screens"][2]["text"]
    assert "its number, from 01/11 to 11/11," in answer["screens"][-1]["text"]


# How it looks


def test_only_the_next_act_is_bold(at_table):
    check = ("open", "Check and open")
    assert "Read or type the sheets first." in at_table(check)["screens"][-1]["text"]
    answer = at_table(
        BOLD, ENVELOPE, ("told", "2 sheets are needed"), BOLD, ("lines", QUORUM), ("told", "enough"), BOLD
    )
    assert answer["ran"] == [[], [], ["Check and open"]]


def test_the_one_sheet_that_is_left_is_the_first(at_table):
    remove = ("run", "void document.querySelector('[aria-label^=\"Remove\"]').click()")
    answer = at_table(("words", ["acid"]), ("words", ["acne"]), remove, ("open", "Remove it"))
    assert "The first sheet that you typed" in answer["screens"][-1]["text"]
    assert "second" not in answer["screens"][-1]["text"]


def test_an_envelope_that_was_removed_has_not_been_read(at_table):
    remove = ("run", "void document.querySelector('[aria-label^=\"Remove\"]').click()")
    answer = at_table(ENVELOPE, ("told", "The envelope has been read."), remove, ("open", "Remove it"))
    assert "Nothing has been read yet" in answer["screens"][-1]["text"]
    assert "The envelope has been read" not in answer["screens"][-1]["text"]


def test_a_sheet_waits_for_the_envelope_only_till_that_is_read():
    off = " ".join([*WORDS[:3], "zero", "zero", *WORDS[5:]])
    told = ask(ask="judge", typed=typed([" ".join(FIRST), WORKED["symbol"]]), words=off)["told"]
    assert "it has been read, and is checked once the F words match the envelope" in [one["text"] for one in told["things"]]  # fmt: skip


def test_only_the_password_is_in_groups(at_table):
    groups = ("run", "[...document.querySelectorAll('.value')].map((one) => one.children.length > 0)")
    answer = at_table(("lines", QUORUM), ("judge", None), ("press", "It is for practice: open it"), ("hold", None), groups)  # fmt: skip
    assert answer["screens"][-1]["values"] == SECRET
    assert answer["ran"] == [[False, True, False]]


def test_the_epoch_is_explained_where_it_is_shown(drive):
    of = made("2of2", "page", "Epoch+1", practice=False)
    lines = lines_of(of)
    answer = drive(("record", list(of.envelope.fingerprint)), ("lines", lines), ("judge", None))
    assert "The epoch counts the sets made for the same purpose" in answer["screens"][-1]["text"]
