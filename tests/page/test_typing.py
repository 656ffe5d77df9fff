"""What people are told while they type: where a fault is, in the names of the paper, and nothing that was typed is lost."""

from __future__ import annotations

import json

import pytest

from tests.support.differential.examples import SHARES, WORKED, filled
from tests.support.page.browsers import built, drive, how
from tests.support.page.judging import ask, typed
from tests.support.page.sheets import SECRET, WORDS

FIRST, SECOND, THIRD = (SHARES[sheet]["words"].split() for sheet in "123")
WRONG = [*FIRST[:32], "zero"]
LINES = WORKED["lines"]
MISREAD = LINES[3][:-1] + ("A" if LINES[3][-1] != "A" else "B")
BACK = ("open", "Keep what is typed, and go back")
WORDS_HERE, LINES_HERE = ("open", "Type the 33 words"), ("open", "Type the printed lines")
TYPED = ("run", "[...document.querySelectorAll('.boxes input, textarea')].map((one) => one.value)")
FAULTS = ("run", "[...document.querySelectorAll('.wrong')].map((one) => one.textContent)")
AT = ("run", "document.activeElement.getAttribute('aria-label')")


def labelled(label):
    """What is pressed by the name that a screen reader says."""
    return ("run", f"void document.querySelector('[aria-label={json.dumps(label)}]').click()")


@pytest.fixture(scope="module", params=["chromium", pytest.param("firefox", marks=pytest.mark.long)])
def at_table(request):
    """What is seen after some steps, from the list of sheets on."""
    how(request.param)
    return lambda *steps: drive(request.param, built(), ("start", None), ("record", WORDS), *steps)


def last(answer):
    return answer["screens"][-1]["text"]


def told(lines, **question):
    given = {"words": WORKED["fingerprint"], "practice": True, **question}
    return ask(ask="judge", typed=typed(filled(line) for line in lines), **given)["told"]


def texts(said):
    return [thing["text"] for thing in said["things"]]


# A word in its box


def test_the_cursor_is_in_the_first_field_and_goes_on_with_each_word(at_table):
    """By a word in full, by four letters and the space bar; the space or tabulator that follows from habit skips nothing."""
    word = next(word for word in FIRST if len(word) > 4)
    short = "acid"
    keys = ("keys", [word, short, " ", short, "Tab", word[:4], " ", short, "Enter"])
    answer = at_table(WORDS_HERE, AT, keys, AT, TYPED, BACK, LINES_HERE, ("run", "document.activeElement.tagName"))
    assert answer["ran"][:2] == ["Word 1", "Word 6"]
    assert answer["ran"][2][:6] == [word, short, short, word, short, ""]
    assert answer["ran"][3] == "TEXTAREA"
    assert drive("chromium", built(), ("start", None), AT)["ran"] == ["Word 1"]


def test_a_word_of_no_list_is_refused_in_its_field_at_once(at_table):
    """By words, below the field, while it is typed; the cursor stays there."""
    answer = at_table(
        WORDS_HERE,
        ("keys", ["acid", "xq"]),
        FAULTS,
        ("keys", [" ", "Enter"]),
        AT,
        ("keys", ["Backspace", "Backspace", "ac", " "]),
        FAULTS,
        AT,
    )
    while_typed, at, short, still = answer["ran"]
    assert while_typed[:3] == ["", "No word of the list begins like this.", ""]
    assert (at, still) == ("Word 2", "Word 2")
    assert short[1] == "This word is not in the list. Type at least four letters."


def test_an_illegible_word_is_one_of_a_sheet_and_none_of_the_record(at_table):
    assert set(at_table(WORDS_HERE, ("fill", ["?"]), FAULTS)["ran"][0]) == {""}
    answer = drive("chromium", built(), ("start", None), ("fill", ["?"]), FAULTS)
    assert answer["ran"][0][0] == "This word is not in the list."


def test_what_is_said_of_a_word_is_heard(at_table):
    said = ("run", "document.querySelector('#said').textContent")
    answer = at_table(WORDS_HERE, ("keys", ["acid"]), said, ("keys", ["xq"]), said)
    assert answer["ran"] == ["Word 1 is complete.", "No word of the list begins like this."]


PLACES = ("run", "[...document.querySelectorAll('.boxes input')].map((one) => one.getBoundingClientRect()).map(({ x, y }) => [x, y])")  # fmt: skip


@pytest.mark.parametrize("width", [800, 1920])
def test_words_stand_as_on_the_paper(width):
    """The F words across, in rows of four; those of a sheet down, in columns of eleven."""
    answer = drive("chromium", built(), ("start", None), PLACES, ("record", WORDS), WORDS_HERE, PLACES, width=width)
    across, down = answer["ran"]
    assert sorted(across, key=lambda place: (place[1], place[0])) == across
    assert len({x for x, _ in across}) == 4
    assert sorted(down) == down
    assert len({x for x, _ in down}) == 3


# A sheet


def test_an_incomplete_sheet_is_said_at_once_and_kept(at_table):
    answer = at_table(WORDS_HERE, ("fill", FIRST[:3]), ("open", "The sheet is complete"), BACK, ("told", "are missing"), labelled("Finish typing: The first sheet that you typed"), TYPED)  # fmt: skip
    screens = answer["screens"]
    assert screens[4]["heading"] == "The 33 words of one sheet"
    assert "Words 4 to 33 are missing. Type them, or ? for a word that cannot be read." in screens[4]["text"]
    assert "Words 4 to 33 are missing" in screens[6]["text"]
    assert answer["ran"][-1][:4] == [*FIRST[:3], ""]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([*FIRST[:4], "xyzzy", *FIRST[5:]], "Word 5 is not in the list."),
        (["?"] * 4 + FIRST[4:], "4 words are ?, and at most three can be put right."),
        (WRONG, "One or more words are wrong, left out, typed twice, or in the wrong place."),
        ([*FIRST[:5], "", *FIRST[6:9], "", *FIRST[10:]], "Words 6 and 10 are missing."),
    ],
)
def test_what_is_wrong_with_a_sheet_is_said_before_it_is_taken(words, said, at_table):
    """What was typed is still there, to be compared."""
    answer = at_table(WORDS_HERE, ("fill", words), ("open", "The sheet is complete"), TYPED)
    assert said in last(answer)
    assert answer["ran"][-1] == words


def test_a_wrong_word_is_kept_till_the_envelope_puts_it_right(at_table):
    """Nothing is asked for again but the envelope; then the sheet has its number, and the fault is told no more."""
    first = ("words", WRONG), ("words", THIRD), ("told", "may be put right")
    answer = at_table(*first, ("lines", "\n".join(LINES)), ("told", "There are enough sheets"), ("judge", None), ("press", "It is for practice: open it"), ("hold", None))  # fmt: skip
    before, after = answer["screens"][4]["text"], answer["screens"][6]["text"]
    assert "The first sheet that you typed" in before
    assert "It seems to be sheet 1; one or more words are wrong. It is kept." in before
    assert "Read the envelope next, from any one sheet or from the public record" in before
    assert "There may be enough sheets: the envelope will tell." in before
    assert "Sheet 3, typed" in before
    sound = "It is sound; what was wrong or illegible has been put right."
    first = after[after.index("Sheet 1, typed") : after.index("Sheet 3, typed")]
    assert f"{sound} Word 33 is {FIRST[32].upper()}, not ZERO." in first
    assert "are wrong." not in after
    assert answer["screens"][-1]["values"] == SECRET


def test_a_sheet_is_corrected_where_it_stands(at_table):
    corrected = ("run", f"(() => {{ const box = document.querySelectorAll('.boxes input')[32]; box.value = '{FIRST[32]}'; box.dispatchEvent(new Event('blur')); }})()")  # fmt: skip
    answer = at_table(("words", WRONG), ("told", "It seems to be sheet 1"), labelled("Change: The first sheet that you typed"), TYPED, corrected, ("open", "The sheet is complete"), ("told", "Sheet 1, typed"))  # fmt: skip
    assert answer["ran"][1] == WRONG
    assert "The first sheet that you typed" not in last(answer)


def test_an_entry_is_removed_alone_and_after_one_question(at_table):
    cross = labelled("Remove Sheet 1, typed")
    two = ("words", FIRST), ("words", THIRD), ("told", "Sheet 3, typed")
    answer = at_table(*two, cross, ("open", "Keep it"), cross, ("open", "Remove it"), ("told", "Sheet 3, typed"))
    asked, kept = answer["screens"][5:7]
    assert "Remove 'Sheet 1, typed' from the list? Everything else stays." in asked["text"]
    assert "Sheet 1, typed" in kept["text"]
    assert "Sheet 1, typed" not in last(answer)


@pytest.mark.parametrize(
    "odd",
    [
        "#acid",
        "SK1:AAAA",
        "01/11",
        "1234",
        "ac id",
        "-",
        "0",
        "r\u00e9sum\u00e9",
        "\u202eacid",
        "acid\u200b",
        "\U0001f600",
    ],
)
def test_what_is_no_word_makes_no_other_thing_of_its_sheet(odd, at_table):
    """It is one word that is not known, and the envelope tells which; the sheet is never passed over."""
    answer = at_table(
        ("words", [odd, *FIRST[1:]]),
        ("words", THIRD),
        ("lines", WORKED["symbol"]),
        ("told", f"Word 1 is {FIRST[0].upper()}."),
    )
    assert "There are enough sheets." in last(answer)


def test_a_remark_is_not_said_to_be_elsewhere(at_table):
    answer = at_table(("lines", "# a remark"), ("words", THIRD), ("told", "It holds nothing that is still needed."))
    assert answer["errors"] == []


GO_ON = ("open", "The first sheet that you typed is not complete: go on with it")


def test_a_sheet_that_waits_is_gone_on_with_first(at_table):
    """Not by its number, as long as its words do not tell it; with its cursor where something is missing."""
    answer = at_table(("words", FIRST[:3]), WORDS_HERE, GO_ON, TYPED, AT, BACK, WORDS_HERE, ("open", "Type another sheet"), TYPED)  # fmt: skip
    assert answer["ran"][0][:4] == [*FIRST[:3], ""]
    assert answer["ran"][1] == "Word 4"
    assert set(answer["ran"][2]) == {""}
    known = at_table(("words", FIRST[:9]), WORDS_HERE, ("open", "Sheet 1 is not complete: go on with it"), AT)
    assert known["ran"] == ["Word 10"]
    assert at_table(("words", FIRST), WORDS_HERE)["screens"][-1]["heading"] == "The 33 words of one sheet"


def test_all_that_is_missing_or_wrong_is_named_and_gone_once_it_is_put_right(at_table):
    words = [*FIRST[:4], "xyzzy", "", *FIRST[6:20], "plugh", *FIRST[21:]]
    problem = ("run", "document.querySelector('.problem').textContent")
    answer = at_table(("words", words), ("open", "Type the 33 words"), ("open", "Sheet 1 is not complete: go on with it"), AT, problem, ("fill", [*FIRST[:4], FIRST[4]]), problem, ("fill", FIRST), problem)  # fmt: skip
    at, all_of_it, less, none = answer["ran"]
    assert at == "Word 5"
    assert all_of_it == "Word 6 is missing. Words 5 and 21 are not in the list. Type them, or ? for a word that cannot be read."  # fmt: skip
    assert less.startswith("Word 6 is missing. Word 21 is not in the list.")
    assert none == ""


def test_no_more_illegible_words_are_asked_for_than_can_be_put_right(at_table):
    answer = at_table(WORDS_HERE, ("fill", ["?"] * 4 + FIRST[4:20]), ("open", "The sheet is complete"))
    assert "Words 21 to 33 are missing. Type them. 4 words are ?, and at most three" in last(answer)


def test_a_word_of_the_record_that_may_be_mistyped_is_led_to():
    """From the list and from the verdict: its field is marked, has the cursor, and is marked no more once it is changed."""
    off = [*WORDS[:7], "zero", *WORDS[8:]]
    begin = ("start", None), ("record", off), ("lines", WORKED["symbol"]), ("told", "Word 8 of the F words may be mistyped")  # fmt: skip
    button = ("open", "Change word 8 of the F words")
    marked = ("run", "document.activeElement.getAttribute('aria-invalid')")
    for way in ((), (("judge", None),)):
        answer = drive("chromium", built(), *begin, *way, button, AT, marked, ("keys", [WORDS[7][:4]]), marked, ("run", "document.activeElement.value"), ("record", WORDS), ("told", "This is the envelope"))  # fmt: skip
        assert answer["ran"][0:2] == ["Word 8", "true"]
        assert answer["ran"][3].lower() == WORDS[7]  # typed in place of what stood there
        assert "may be mistyped" not in last(answer)


def test_all_words_of_the_record_that_are_missing_or_wrong_are_named():
    """And no more once they are put right; what is heard ends with them."""
    problem = ("run", "document.querySelector('.problem').textContent")
    words = [WORDS[0], "", *WORDS[2:4], "xyzzy", *WORDS[5:11], "plugh"]
    begin = ("start", None), ("record", words), AT, problem
    answer = drive("chromium", built(), *begin, ("fill", WORDS), problem, ("run", "document.querySelector('#said').textContent"))  # fmt: skip
    at, named, none, said = answer["ran"]
    assert at == "Word 2"
    assert named.startswith("Word 2 is missing.")
    assert "Words 5 and 12 are not in the list of words." in named
    assert none == ""
    assert "not" not in said.lower()


def test_a_word_that_was_illegible_is_named_once_it_is_put_right(at_table):
    steps = ("words", [*FIRST[:5], "?", *FIRST[6:]]), ("lines", WORKED["symbol"])
    answer = at_table(*steps, ("told", f"Word 6 is {FIRST[5].upper()}."))
    assert "Change" in last(answer)


def test_a_camera_that_is_not_there_has_a_way_back(at_table):
    answer = at_table(("open", "Camera"), ("told", "No camera has been found"), ("open", "Back"))
    assert "Nothing has been read yet. Once one sheet has been read, the page says how many are needed." in last(answer)


# Printed lines


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([*LINES[:3], MISREAD, *LINES[4:]], "Line 4 of 11 is wrong: compare each character with the paper"),
        ([*LINES[:3], *LINES[4:]], "Line 4 of 11 is missing."),
        (LINES[:4], "Lines 5 to 11 of 11 are missing."),
        ([MISREAD], "Line 4 of 11 is wrong"),
        ([*LINES, "hello"], "Here is something that is neither words of a sheet nor lines of an envelope."),
        ([], "Nothing has been typed yet."),
        (["hello"] * 5001, "This is more text than sheets can hold"),
    ],
)
def test_which_line_is_wrong_or_missing_is_said_at_once(lines, said, at_table):
    """What was typed stays in the field."""
    answer = at_table(
        LINES_HERE, ("fill_lines", "\n".join(lines)), ("open", "The lines are complete"), ("told", said), TYPED
    )
    assert answer["screens"][-1]["heading"] == "The printed lines of the envelope"
    assert answer["ran"][-1] == ["\n".join(lines)]


def test_lines_are_looked_at_while_they_are_typed(at_table):
    """All but the one in which the cursor stands."""
    begun = at_table(
        LINES_HERE, ("keys", [MISREAD, "Enter", LINES[0], "Enter", LINES[1][:9]]), ("told", "Line 4 of 11 is wrong")
    )
    assert "Lines 2, 3 and 5 to 11 of 11 are missing." in last(begun)
    assert "Line 2 of 11 is wrong" not in last(begun)
    whole = at_table(LINES_HERE, ("keys", ["\n".join(LINES)]), ("told", "The envelope is complete."))
    assert "wrong" not in last(whole)


def test_more_lines_are_added_to_those_that_are_there(at_table):
    answer = at_table(("lines", "\n".join(LINES[:4])), ("told", "Lines 5 to 11"), labelled("Finish typing: The printed lines that you typed"), TYPED, BACK, ("lines", "\n".join(LINES[4:])), ("told", "This is the envelope of the record."))  # fmt: skip
    assert "What was typed before is still here: add further lines below it" in answer["screens"][4]["text"]
    assert answer["ran"][1] == ["\n".join(LINES[:4])]
    assert last(answer).count("The printed lines that you typed") == 1


# How it is told


@pytest.mark.parametrize(
    ("lines", "needed"),
    [
        (["{1}"], "1 more sheet is needed."),
        (["{1 1-32} zero"], "1 or 2 more sheets are needed: the envelope will tell."),
        (["{1 1-4} " + "? " * 29], "2 more sheets are needed."),
        (["{1 1-3} " + "? " * 30], ""),
        (["{1}", "{3}"], ""),
        (["{symbol}"], "2 sheets are needed."),
        (["{1}", "{symbol}"], "1 more sheet is needed."),
        (["{1}", "{2 1-29} ? ? ? ?", "{symbol}"], "1 more sheet is needed."),
    ],
)
def test_how_many_sheets_are_missing_is_said_where_it_is_known(lines, needed):
    """By the envelope of the record; before that by the words of a sheet."""
    assert told(lines)["needed"] == needed


def test_a_damaged_sheet_is_advice_after_the_number():
    said = told(["{1}", "{2 1-29} ? ? ? ?", "{symbol}"])
    assert said["sentence"] == "There are not enough sheets yet, and 4 words of sheet 2 are still missing."
    assert said["next"] == "Read another sheet, or correct sheet 2 in the list."


def test_a_fault_that_was_put_right_is_told_no_more():
    misread = {"lines": ["{1}", "{line 1}", "{line 2}", MISREAD]}
    assert "line 4 of 11 is wrong: compare each character with the paper, or type ? for one that cannot be read" in texts(told(**misread))  # fmt: skip
    for again in ([*misread["lines"], "{line 4}"], ["{1}", MISREAD, "{symbol}"], ["{1}", MISREAD, *LINES]):
        assert not [text for text in texts(told(again)) if "wrong" in text]
    damaged = ["{1 1-29} ? ? ? ?", "{symbol}"]
    assert "seems to be sheet 1" in texts(told(damaged))[0]
    assert not [text for text in texts(told(["{1}", *damaged])) if "seems" in text]
    assert "seems to be sheet 1" in " ".join(texts(told(["{2}", *damaged])))


def test_a_line_that_was_typed_wrong_is_not_missing_as_well():
    both = told(["{1}", MISREAD, *LINES[:3], *LINES[4:8]])
    assert both["next"].startswith("Line 4 of 11 is wrong: compare each character with the paper")
    assert "Lines 9 to 11 of 11 are missing." in both["next"]
    assert both["next"].endswith("Put the printed lines right in the list.")


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([], ""),
        ([7], "7"),
        ([1, 2], "1 and 2"),
        ([1, 2, 3], "1 to 3"),
        ([2, 5], "2 and 5"),
        ([1, 2, 3, 7, 9, 10], "1 to 3, 7, 9 and 10"),
        (list(range(4, 34)), "4 to 33"),
    ],
)
def test_numbers_are_said_as_people_say_them(numbers, said):
    assert ask(ask="ranges", numbers=numbers) == said
