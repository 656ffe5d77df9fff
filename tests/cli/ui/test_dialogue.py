"""How people are asked: again until they answer, with a menu at every question, and never in the words of a code."""

from __future__ import annotations

import datetime as dt

import pytest

from splitkit.cli.ui.dialogue import MENU_KEY, Dialogue, MovedError
from splitkit.errors import StoppedError
from splitkit.ledger.fields import BAG, DATE


class Screen:
    """A terminal at which people type what they were told to; an exception among it is raised."""

    def __init__(self, *typed) -> None:
        self.typed, self.said = list(typed), []

    def say(self, line: str) -> None:
        self.said.append(line)

    def ask(self, prompt: str) -> str:
        self.said.append(prompt)
        answer = self.typed.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    ask_hidden = ask


def at(*typed, **more) -> Dialogue:
    return Dialogue(Screen(*typed), **more)


def test_only_an_answer_of_the_list_is_taken():
    dialogue = at("", "maybe", "YES")
    assert dialogue.yes("Is the seal whole?")
    assert dialogue.terminal.said.count("Is the seal whole?\n  yes or no: ") == 3


@pytest.mark.parametrize(
    ("ask", "last", "default"),
    [
        (lambda one: one.yes("Is it so?"), "yes or no:", None),
        (lambda one: one.certain("Is it so?"), "yes or no:", None),
        (lambda one: one.insist("Is it so?", "it is not", "do it"), "yes or no:", None),
        (lambda one: one.choose("Is it so?", {"yes": "", "no": "", "unknown": ""}), "yes, no or unknown:", None),
        (lambda one: one.confirm("It is so."), "yes or no (Enter: yes):", "yes"),
        (lambda one: one.fault("It is so."), "yes or no (Enter: yes):", "yes"),
    ],
)
def test_yes_and_no_are_asked_for_in_one_way_and_enter_is_neither_where_no_default_is_shown(ask, last, default):
    dialogue = at("", "yes")
    ask(dialogue)
    said = [one for one in dialogue.terminal.said if one.startswith("I")]
    assert {one.rstrip().rsplit("\n", 1)[-1].strip() for one in said} == {last}
    assert len(said) == (1 if default else 2)
    assert ("error: that is not one of the answers" in dialogue.terminal.said) is not bool(default)


def test_a_sentence_that_overrules_is_not_declined_by_enter():
    dialogue = at("", "no")
    assert not dialogue.certain("Type 'so be it' to go on, or no:", word="so be it")
    assert dialogue.terminal.typed == []


def test_a_value_is_asked_for_until_it_is_of_its_kind():
    dialogue = at("b 1", "bag-7")
    assert dialogue.value("Number of the bag:", BAG, upper=True) == "BAG-7"
    assert any(line.startswith("error: ") for line in dialogue.terminal.said)


@pytest.mark.parametrize(("typed", "value"), [("", dt.date(2027, 1, 2)), ("2027-02-20", dt.date(2027, 2, 20))])
def test_enter_alone_is_what_was_proposed(typed, value):
    assert at(typed).value("By which day?", DATE, dt.date(2027, 1, 2)) == value


def test_nothing_is_no_date_where_none_is_proposed():
    assert at("", "2027-02-20").value("By which day?", DATE) == dt.date(2027, 2, 20)


def test_a_text_is_asked_for_until_something_is_typed():
    dialogue = at("", "  ", " the power failed ")
    assert dialogue.text("What happened?") == "the power failed"
    assert dialogue.terminal.said.count("What happened? ") == 3


def test_words_that_are_expected_are_refused_with_a_reason_until_they_come():
    dialogue = at("no", "abstain zero", "ACID  zero")
    dialogue.expect("The first and the last word:", "acid zero", "these are not the words", "compare them")
    assert "error: these are not the words" in dialogue.terminal.said
    assert dialogue.terminal.typed == []


def test_what_must_be_is_asked_until_it_is_said_to_be_so():
    dialogue = at("", "no", "y", "YES")
    dialogue.insist("Is it shredded?", "the page is not shredded yet", "shred it now")
    assert "error: the page is not shredded yet" in dialogue.terminal.said
    assert "hint: shred it now" in dialogue.terminal.said
    assert dialogue.terminal.typed == []


def test_the_menu_opens_at_every_question_and_ends_the_step_that_it_moved():
    opened = []
    dialogue = at(MENU_KEY, "yes", MENU_KEY, menu=lambda: opened.append(1) or len(opened) > 1)
    assert dialogue.yes("Is the seal whole?")
    with pytest.raises(MovedError):
        dialogue.hidden("word 7:", str)


def test_an_interruption_opens_the_menu_or_stops_where_there_is_none():
    assert at(KeyboardInterrupt(), "C1", menu=lambda: False).text("Who?") == "C1"
    with pytest.raises(StoppedError) as caught:
        at(KeyboardInterrupt(), if_stopped="nothing was recorded").text("Who?")
    assert caught.value.hint == "nothing was recorded"


def test_what_is_offered_is_taken_by_its_number_or_as_it_is_called():
    offered = {"ada-example": "Ada Example", "ben-2": "Ben Example (ben-2)"}
    taken = []
    for typed in ("2", "ada-example", "3", "02"):
        dialogue = at(typed)
        taken.append(dialogue.pick("Who does this?", offered, str))
        assert (
            "Who does this?\n  1: Ada Example\n  2: Ben Example (ben-2)\n  a number, or the name:"
            in dialogue.terminal.said[0]
        )
    assert taken == ["ben-2", "ada-example", "3", "ben-2"]


def test_many_things_that_are_offered_fit_on_a_screen():
    dialogue = at("40")
    assert dialogue.pick("Who?", {str(one): f"Zoe{one} Example" for one in range(40)}, str) == "39"
    rows = dialogue.terminal.said[0].split("\n")
    assert len(rows) <= 16 and all(len(row) <= 78 for row in rows)
