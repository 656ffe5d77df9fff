"""Sentences of people as entries: what they mean, what is supplied, and what is asked where they do not fit."""

from __future__ import annotations

import re
import shlex
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.cli.record import _OWN, _in_full, _refusal
from splitkit.custody.records.holdings import Register
from splitkit.custody.saying.meaning import EXAMPLES, event_meant, is_said, short_name
from splitkit.custody.saying.question import LEFT_OUT, Sentence, UnclearError
from splitkit.custody.saying.sentence import understood
from splitkit.custody.saying.telling import in_plain_words
from splitkit.errors import SplitkitError, UsageError
from splitkit.host.home import Ledgers
from splitkit.ledger.events import EVENTS
from splitkit.ledger.freetext import check_free_text
from tests.support.custody.custodies import OTHER_SET, SET, changed, event, made, then
from tests.support.custody.desk import NOW, desk
from tests.support.sampling import examples

DESK = desk()
OUT = then(
    DESK,
    event("bag.opened", "2026-11-26", set=SET, sheet="1", bag="A10001", intact=True, expected=True, purpose="a look"),
)
"""The same after a bag was opened: only then another takes its place without an incident."""
NEW = then(DESK, event("sheet.reissued", "2026-11-26", set=SET, sheet="2", reason="a stain"))
"""The same where a page is to be printed: only such a page is spoilt, or missing."""
BEFORE = {"bag.sealed": OUT, "sheet.void": NEW, "sheet.missing": NEW}


def said(line: str, register: Register = DESK, by: str = "Ada Example", witness: str = ""):
    return understood(Sentence(tuple(shlex.split(line)), by, witness), register, NOW)


def fields(line: str, register: Register = DESK) -> list[dict]:
    return [one.fields() for one in said(line, register).events]


def unclear(line: str, register: Register = DESK, by: str = "Ada Example") -> UnclearError:
    with pytest.raises(UnclearError) as caught:
        said(line, register, by)
    return caught.value


def answers(error: UnclearError) -> list[str]:
    """What each answer makes of the sentence, as it is typed."""
    return [shlex.join(one.sentence.words) for one in error.question.choices if one.sentence]


def spelt(one) -> list[str]:
    """An entry in full, each field by its name."""
    text = {True: "yes", False: "no"}
    given = one.fields().items()
    return [
        f"{name}={','.join(value) if isinstance(value, list) else text[value] if isinstance(value, bool) else value}"
        for name, value in given
    ]


# --- what is meant --------------------------------------------------------------------------------------------------------


def test_whatever_people_record_has_an_example():
    assert set(EXAMPLES) == {name for name, one in EVENTS.items() if is_said(one)} - set(_OWN)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_understood_and_told_in_plain_words(name):
    for one in said(EXAMPLES[name], BEFORE.get(name, DESK), witness="max-example").events:
        assert one.event == name
        told = in_plain_words(one, DESK)
        assert told.isprintable()
        assert not re.search("[0-9a-f]{32}", told)


@pytest.mark.parametrize("name", EXAMPLES)
@settings(max_examples=examples(100, 10))
@given(st.data())
def test_what_is_said_in_full_makes_the_same_entry_in_any_order(name, data):
    register = BEFORE.get(name, DESK)
    for one in said(EXAMPLES[name], register, witness="max-example").events:
        words = data.draw(st.permutations(spelt(one)))
        word = data.draw(st.sampled_from([name, short_name(type(one))]))
        full = understood(Sentence((word, *words), "ada-example", "max-example"), register, NOW)
        assert (full.events, full.by) == ((one,), "ada-example")


@pytest.mark.parametrize("name", EVENTS)
def test_a_short_name_means_its_event(name):
    assert event_meant(short_name(EVENTS[name])) is EVENTS[name]
    assert event_meant(name) is EVENTS[name]


STORED = {"set": SET, "bag": "A10001", "person": "ada-example", "safe": "berlin-safe"}
ZOE = {"person": "zoe-example", "name": "Zoe Example", "since": "2026-11-27"}


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("stored 1 berlin-safe", [STORED | {"sheet": "1"}]),
        ("sheet.stored sheet=1 safe=berlin-safe", [STORED | {"sheet": "1"}]),
        ("seen 2 intact=no", [{"set": SET, "sheet": "2", "person": "ben-example", "bag": "A10002", "intact": False}]),
        ("seen 2 no", [{"set": SET, "sheet": "2", "person": "ben-example", "bag": "A10002", "intact": False}]),
        ("lost 2 it is not in its safe", [{"set": SET, "sheet": "2", "circumstances": "it is not in its safe"}]),
        ("handed 2 Max", [{"set": SET, "sheet": "2", "from": "ben-example", "to": "max-example"}]),
        ("handed 2 'max  EXAMPLE'", [{"set": SET, "sheet": "2", "from": "ben-example", "to": "max-example"}]),
        ("joined 'Zoe Example'", [ZOE]),
        ("joined Zoe Example title=CFO", [ZOE | {"title": "CFO"}]),
        ("joined 'Zoe Example' since=2026-01-01", [ZOE | {"since": "2026-01-01"}]),
        ("place 'Berlin vault' site=Berlin kind=SAFE", [{"place": "berlin-vault", "name": "Berlin vault", "site": "Berlin", "kind": "safe"}]),
        ("asset 'Key 2' mfa Ada", [{"asset": "key-2", "kind": "mfa", "person": "ada-example", "account": "root"}]),
        ("asset printer-1 printer Ada", [{"asset": "printer-1", "kind": "printer", "person": "ada-example"}]),
        (
            "sealed a10005 1 replaces=a10001",
            [{"set": SET, "sheet": "1", "person": "ada-example", "bag": "A10005", "replaces": "A10001"}],
        ),
        ("action 'buy a safe' 2027-05-01", [{"action": "D-20261127-1", "text": "buy a safe", "due": "2027-05-01"}]),
        ("incident 'a key is lost'", [{"incident": "I-20261127-1", "cause": "a key is lost"}]),
        ("set.retired 'Root user' 'it is over' Ada,max-example",
         [{"set": SET, "reason": "it is over", "approved": ["ada-example", "max-example"]}]),
        ("set.retired 5f3a0c11 'it is over' approved=Ada,max-example",
         [{"set": SET, "reason": "it is over", "approved": ["ada-example", "max-example"]}]),
        ("destroyed 3 burnt 'Ada Example,max-example'",
         [{"set": SET, "sheet": "3", "way": "burnt", "seen_by": ["ada-example", "max-example"]}]),
        ("destroyed 3 burnt seen_by=", [{"set": SET, "sheet": "3", "way": "burnt", "seen_by": []}]),
    ],
)  # fmt: skip
def test_a_sentence_means_what_people_mean(line, wanted):
    assert fields(line, OUT if line.startswith("sealed") else DESK) == wanted


def test_a_device_names_its_account_so_that_a_second_one_takes_it_from_none():
    """Of several accounts it counts for none until one is named: that is asked, and not told afterwards."""
    two = then(DESK, event("account.added", "2026-11-26", account="second", name="Second", pack="aws-root"))
    (known,) = fields("asset key-2 mfa Ada")
    assert known["account"] == "root"
    asked = unclear("asset key-2 mfa Ada", two)
    assert asked.question.missing and asked.question.asked.startswith("Account")
    assert asked.question.mended("Second").words[-1] == "account=Second"
    assert fields("asset key-2 mfa Ada account=Second", two)[0]["account"] == "second"
    assert "account" not in fields("asset printer-1 printer Ada", two)[0]


@pytest.mark.parametrize(
    "line",
    ["seen 1-3 yes", "seen 1,2,3 intact=yes", "seen 3-3,1-2 yes", "seen 1 2 3 intact=yes", "seen 1 yes 2 yes 3 yes"],
)
def test_several_sheets_are_one_entry_each(line):
    entries = fields(line)
    assert sorted((one["sheet"], one["person"], one["bag"]) for one in entries) == [
        ("1", "ada-example", "A10001"), ("2", "ben-example", "A10002"), ("3", "cleo-example", "A10003")]  # fmt: skip


def test_of_several_sheets_all_fit_or_none():
    gone = then(DESK, event("sheet.destroyed", set=SET, sheet="2", way="burnt", seen_by=[]))
    with pytest.raises(SplitkitError, match="destroyed"):
        said("seen 1-3 yes", gone)
    with pytest.raises(SplitkitError, match="no sheet of this number"):
        said("seen 1-4 yes")


@pytest.mark.parametrize(
    "where", ["'Berlin safe'", "Berlin safe", "'berlin  SAFE'", "Berl", "berlin-safe", "safe='Berlin safe'"]
)
def test_a_place_goes_by_its_name(where):
    assert fields(f"stored 1 {where}") == [STORED | {"sheet": "1"}]


def test_several_sheets_go_into_several_safes():
    entries = fields("stored 1 'Berlin safe' 2 'Bonn safe'")
    assert [(one["sheet"], one["safe"]) for one in entries] == [("1", "berlin-safe"), ("2", "bonn-safe")]
    (told,) = [in_plain_words(one, DESK) for one in said("stored 1 'Berlin safe'").events]
    assert told == "Ada Example (sheet 1): in Berlin safe, bag A10001"


def test_who_says_so_goes_by_name_too():
    assert (said("note x", by="ada").by, said("note x", by="Ada Example", witness="Ben").witness) == (
        "ada-example",
        "ben-example",
    )


# --- what does not fit ----------------------------------------------------------------------------------------------------


def test_what_was_mistyped_is_answered_with_what_is_near():
    error = unclear("stored 1 'Berln safe'")
    assert error.fact.startswith('no place is called "Berln safe"; known: Berlin safe')
    assert answers(error)[0] == "stored 1 'Berlin safe'"
    assert answers(unclear("stored 1 berln-safe"))[0] == "stored 1 'Berlin safe'"


@pytest.mark.parametrize(
    ("line", "fact", "mended"),
    [
        ("sotred 1 berlin-safe", "there is no such event", "stored 1 berlin-safe"),
        ("handed 2 'Mx Example'", 'nobody is called "Mx Example"', "handed 2 'Max Example'"),
        ("handed 2 mx-example", 'nobody is called "mx-example"', "handed 2 'Max Example'"),
        ("handed 2 to='Mx Example'", 'nobody is called "Mx Example"', "handed 2 'to=Max Example'"),
        ("destroyed 3 burnt 'Ada,Benn Example'", 'nobody is called "Benn Example"', "destroyed 3 burnt 'Ada,Ben Example'"),
        ("stored 1 saef=berlin-safe", "has no such field", "stored 1 safe=berlin-safe"),
        ("seen 1", "'intact' of 'sheet.seen' is missing", "seen 1 intact=yes"),
        ("seen 2 bag=A10004 intact=yes", "into bag A10002, and was in A10004", "seen 2 intact=yes"),
        ("seen 1 person=Ben intact=yes", "keeps this sheet, not", "seen 1 intact=yes"),
        ("checked ke-1 pass", 'no asset is called "ke-1"', "checked key-1 pass"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_a_question_with_the_sentence_that_would(line, fact, mended):
    error = unclear(line)
    assert fact in error.fact
    assert mended in answers(error)


@pytest.mark.parametrize(
    ("line", "fact", "typed", "mended"),
    [
        ("stored 1", "'safe' of 'sheet.stored' is missing", "x", "stored 1 safe=x"),
        ("stored", "'sheet' of 'sheet.stored' is missing", "1", "stored sheet=1"),
        ("stored one berlin-safe", "'sheet' of 'sheet.stored' is not the numbers", "1", "stored 1 berlin-safe"),
        ("place Vault site=Berlin kind=cave", "'kind' of 'place.added' is not one of", "bank", "place Vault site=Berlin kind=bank"),
        ("incident 'call +49 170 1234567'", "'cause' of 'incident.open' looks like a phone number", "x", "incident x"),
    ],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_asked_alone(line, fact, typed, mended):
    error = unclear(line)
    assert fact in error.fact
    assert shlex.join(error.question.mended(typed).words) == mended


def test_several_that_may_be_meant_are_named():
    two = then(DESK, event("person.joined", person="ben-sample", name="Ben Sample", since="2026-01-01"))
    error = unclear("handed 1 Ben", two)
    assert "Ben Example or Ben Sample" in error.fact
    assert answers(error) == ["handed 1 ben-example", "handed 1 ben-sample"]


def test_people_of_one_name_are_told_apart_by_their_ids():
    two = then(DESK, event("person.joined", person="ada-2", name="Ada Example", since="2026-01-01"))
    for error in (unclear("note x", two), unclear("handed 1 Ada", two), unclear("receiver 'Adda Example'", two)):
        assert "Ada Example (ada-example)" in error.fact and "Ada Example (ada-2)" in error.fact
        offered = [one.means for one in error.question.choices]
        assert {"Ada Example (ada-example)", "Ada Example (ada-2)"} <= set(offered)
    assert "(ben-example)" not in unclear("receiver 'Benn Example'", two).fact
    (entry,) = said("receiver ada-2", two, by="ada-2").events
    assert "Ada Example (ada-2)" in in_plain_words(entry, two)


def test_the_event_comes_first_and_who_says_it_later_is_told_the_order():
    error = unclear("1 stored")
    assert (error.fact, answers(error)) == ("the event comes first", ["stored 1"])
    for line in ("1 'Berlin safe' stored", "'Zoe Example' joined title=CFO", "'Zoe Example' person.joined", "12 2 x"):
        words = shlex.split(line)
        meant = next((one for one in words if one in ("stored", "joined", "person.joined")), None)
        if meant is None:
            with pytest.raises(UsageError, match="there is no such event"):
                said(line)
        else:
            assert answers(unclear(line)) == [shlex.join([meant, *(one for one in words if one != meant)])]


def test_several_live_sets_are_asked_about():
    two = then(DESK, changed(made("2of3", "7" * 32, label="Other root"), sheets=3))
    assert answers(unclear("seen 1 yes", two)) == ["seen 1 yes set=5f3a0c11", "seen 1 yes set=77777777"]


def test_of_several_lines_the_one_that_protects_no_account_yet_is_meant():
    first = then(DESK, event("line.bound", line=SET, account="root"))
    two = then(first, changed(made("2of3", "7" * 32), sheets=3))
    assert [one["line"] for one in fields("bound account=root", two)] == ["7" * 32]


@pytest.mark.parametrize(
    "name", ["Ada Example", "ada  example", "Example, Ada", "Ad\u00e0 Ex\u00e4mple", "Ada Examp1e", "\uff21da Example"]
)
def test_a_new_person_of_a_known_name_or_of_one_that_looks_like_it_is_asked_about(name):
    error = unclear(shlex.join(["joined", name]))
    assert "is known already: Ada Example (ada-example)" in error.fact
    same, other = answers(error)
    assert same == shlex.join(["joined", name, "person=ada-example"])
    assert other.startswith(shlex.join(["joined", name])) and other != same


def test_who_says_so_must_be_somebody():
    assert "who says so" in unclear("note x", by="").fact
    assert 'nobody is called "Adda Example"' in unclear("note x", by="Adda Example").fact


def test_too_many_words_are_refused():
    with pytest.raises(UsageError, match=r"the words do not fit: 'sheet\.seen' takes SHEET INTACT"):
        said("seen 1 yes 2")


# --- hostile words ----------------------------------------------------------------------------------------------------------

SECRETS = ["+49 170 1234567", "xK9#mQ2$vL7@pR4!", "academic acid acne acquire acrobat activity actress adapt adequate"]


def told(error: SplitkitError) -> str:
    if isinstance(error, UnclearError):
        error = _refusal(error, Ledgers())
    return f"{error.fact} {error.hint}"


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "line",
    [
        "note {}",
        "stored 1 {}",
        "lost {} x",
        "{} 1 2",
        "handed 1 to={}",
        "joined {}",
        "stored 1 x safe={}",
        "{}=x",
        "asset {} mfa Ada",
        "seen 1 intact={}",
    ],
)
def test_nothing_is_quoted_that_the_filter_refuses(line, secret):
    with pytest.raises(SplitkitError) as caught:
        said(line.format(shlex.quote(secret)))
    assert secret not in told(caught.value)
    assert not set(secret.split()) & set(told(caught.value).replace('"', " ").split())


WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [*SECRETS, "--", "-", "", "=", "1-16", "1-99", "x" * 10_000, "\x1b[2J", "set=" + "0" * 32, "safe=\x00", "1,,2"]
    ),
)


@given(st.sampled_from([*EVENTS, "stored", "joined", "asset"]), st.lists(WORDS, max_size=6), WORDS)
def test_whatever_is_typed_is_understood_or_refused_in_words(event_name, words, by):
    try:
        understood(Sentence((event_name, *words), by), DESK, NOW)
    except SplitkitError as error:
        line = told(error)
        assert len(line) < 3_000
        assert all(one.isprintable() or unicodedata.category(one) == "Cf" for one in line), line
        for word in words:
            try:
                check_free_text(word.partition("=")[2] or word, 400, accounts=True)
            except UsageError:
                assert len(word) < 12 or word not in line


def test_a_command_in_full_is_one_that_can_be_typed():
    sentence = Sentence(("stored", "1", "Berlin $afe"), "Ada Example", "ben-example")
    line = _in_full(sentence, Ledgers(home="my custody"))
    assert shlex.split(line) == [
        "splitkit",
        "record",
        "stored",
        "1",
        "Berlin $afe",
        "--home",
        "my custody",
        "--by",
        "Ada Example",
        "--wit",
        "ben-example",
    ]
    assert _in_full(Sentence(("note", SECRETS[0])), Ledgers()) == f"splitkit record note {LEFT_OUT}"


def test_set_ids_are_told_by_their_beginning():
    error = unclear(f"seen 1 set={SET} person=Zoe yes")
    assert SET not in told(error)
    assert OTHER_SET not in told(error)
