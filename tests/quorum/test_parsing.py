"""Codes are read as splitkit prints them, lines as people type them, and nothing is quoted or guessed."""

from __future__ import annotations

import time

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic import Share as SlipShare

from splitkit.quorum.envelope import Envelope
from splitkit.quorum.parsing import LineCollector, Reason, Rejection, read_code, read_line
from splitkit.quorum.recipient import recipient_text
from splitkit.quorum.scan import SheetSymbol, symbol_of
from splitkit.quorum.share import Share
from splitkit.quorum.textform import EnvelopeLine, parse_line, printed_lines, symbol_text
from tests.support.builders import altered, flipped, made
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(160))
SET = made("3of5")
SHARE = SET.share("2")
RAW = SET.envelope.raw
UPPER = SHARE.mnemonic.upper()
SYMBOL = symbol_text(RAW)


def foreign(**fields):
    facts = {"identifier": 5, "extendable": False, "iteration_exponent": 0, "group_index": 0, "group_threshold": 1}
    facts |= {"group_count": 1, "index": 0, "member_threshold": 1, "value": bytes(32)}
    return SlipShare(**facts | fields).mnemonic()


def newer(raw):
    header, nonce, body = cbor2.loads(raw)
    fields = cbor2.loads(header) | {1: 2}
    return cbor2.dumps([cbor2.dumps(fields, canonical=True), nonce, body], canonical=True)


@pytest.mark.parametrize("text", [UPPER, SHARE.digits])
def test_both_codes_of_a_share_are_read(text):
    assert read_code(text) == SHARE


def test_the_code_of_an_envelope_is_read():
    assert read_code(SYMBOL) == SET.envelope


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.OTHER_CODE),
        ("hello", Reason.OTHER_CODE),
        ("https://example.org/?q=academic", Reason.OTHER_CODE),
        ("WIFI:S:net;T:WPA;P:pass;;", Reason.OTHER_CODE),
        (UPPER.lower(), Reason.OTHER_CODE),
        (UPPER + "\n", Reason.OTHER_CODE),
        (" " + UPPER, Reason.OTHER_CODE),
        (UPPER.replace(" ", "  ", 1), Reason.OTHER_CODE),
        (UPPER.replace(" ", "\u00a0"), Reason.OTHER_CODE),
        (UPPER.replace("A", "А"), Reason.OTHER_CODE),
        ("\x1b[2J" + UPPER, Reason.OTHER_CODE),
        (UPPER + "\x00", Reason.OTHER_CODE),
        ("\u202e" + SYMBOL, Reason.OTHER_CODE),
        ("ACADEMIC ZERO", Reason.OTHER_CODE),
        ("HELLO " + UPPER, Reason.OTHER_CODE),
        ("SK1", Reason.OTHER_CODE),
        ("SK12:AAAA", Reason.OTHER_CODE),
        (SHARE.digits[:-1], Reason.OTHER_CODE),
        ("٣" * 132, Reason.OTHER_CODE),
        ("ZERO " * 20_000, Reason.OTHER_CODE),
        (UPPER + " ZERO", Reason.FOREIGN_SHARE),
        (UPPER.rpartition(" ")[0], Reason.FOREIGN_SHARE),
        (foreign(extendable=True).upper(), Reason.FOREIGN_SHARE),
        (foreign(iteration_exponent=15).upper(), Reason.FOREIGN_SHARE),
        (foreign(value=bytes(16)).upper(), Reason.FOREIGN_SHARE),
        ("ACADEMIC " + UPPER.partition(" ")[2], Reason.DAMAGED_SHARE),
        ("0" * 132, Reason.DAMAGED_SHARE),
        ("1" * 128 + "1024", Reason.DAMAGED_SHARE),
        (SYMBOL[:-1], Reason.BAD_ENVELOPE),
        (SYMBOL + "A", Reason.BAD_ENVELOPE),
        (SYMBOL.lower(), Reason.BAD_ENVELOPE),
        (SYMBOL + "=", Reason.BAD_ENVELOPE),
        ("SK1:", Reason.BAD_ENVELOPE),
        ("SK1:" + "A" * 4000, Reason.BAD_ENVELOPE),
        ("SK1-1/2:AAAA", Reason.TOO_NEW),
        ("SK1H:AAAA", Reason.TOO_NEW),
        (symbol_text(newer(RAW)), Reason.TOO_NEW),
        (recipient_text(bytes(1216)), Reason.RECIPIENT),
        (recipient_text(bytes(1216)).upper(), Reason.RECIPIENT),
    ],
)  # fmt: skip
def test_a_code_that_is_neither_is_refused_for_its_reason(text, reason):
    finding = read_code(text)
    assert isinstance(finding, Rejection)
    assert finding.reason is reason


@pytest.mark.parametrize(
    "text", ["ZERO " * 200_000, "0" * 1_000_000, "SK1:" + "A" * 1_000_000, "A" * 1_000_000, "A A" * 300_000]
)
def test_a_megabyte_is_refused_at_once(text):
    started = time.process_time()
    assert isinstance(read_code(text), Rejection)
    assert isinstance(read_line(text), Rejection)
    assert time.process_time() - started < 0.2


def test_a_foreign_share_says_which_set_it_claims():
    assert read_code(foreign(identifier=777, iteration_exponent=3).upper()).identifier == 777
    assert read_code(foreign(value=bytes(16)).upper()).identifier is None


@law
@given(st.data())
def test_words_may_be_typed_in_any_case_shortened_and_numbered(data):
    typed = []
    for at, whole in enumerate(SHARE.words, 1):
        word = data.draw(st.sampled_from([whole, whole.upper(), whole.title(), whole[:4], whole[:5].title()]))
        typed.append(
            data.draw(st.sampled_from([word, f"{at} {word}", f"{at}. {word}", f"{at}) {word},", f" {at}: {word}\t"]))
        )
    assert read_line(" ".join(typed)) == SHARE


@law
@given(st.data())
def test_digits_may_be_typed_with_spaces(data):
    spaces = [data.draw(st.sampled_from(["", " ", "  ", "\t"])) for _ in SHARE.digits]
    assert read_line("".join(a + b for a, b in zip(SHARE.digits, spaces, strict=True))) == SHARE


@law
@given(st.data())
def test_the_symbol_text_may_be_typed_in_any_case_with_spaces_and_look_alikes(data):
    look_alikes = str.maketrans({"O": "0", "I": "1", "B": "8"})
    body = "".join(
        data.draw(st.sampled_from([c, c.lower(), c.translate(look_alikes), f" {c}", f"-{c}"])) for c in SYMBOL[4:60]
    )
    assert read_line(f" {data.draw(st.sampled_from(['SK1', 'sk1', 'Sk1']))}:{body}{SYMBOL[60:]} ") == SET.envelope


def test_a_printed_line_is_read_as_a_line():
    for text in printed_lines(RAW):
        assert isinstance(read_line(text), EnvelopeLine)


@pytest.mark.parametrize(
    ("text", "reason", "detail"),
    [
        ("", Reason.OTHER_CODE, "neither"),
        ("!!!", Reason.OTHER_CODE, "neither"),
        ("password hunter2", Reason.OTHER_CODE, "neither"),
        ("аcademic zero", Reason.OTHER_CODE, "neither"),
        ("1 2 3", Reason.BAD_LINE, "digits, this line has 3"),
        ("1. 2.", Reason.BAD_LINE, "digits, this line has 2"),
        (SHARE.digits[:-4], Reason.BAD_LINE, "132 digits, this line has 128"),
        (SHARE.mnemonic.rpartition(" ")[0], Reason.BAD_LINE, "33 words, this line has 32"),
        (SHARE.mnemonic + " zero", Reason.BAD_LINE, "33 words, this line has 34"),
        ("one two three four academic", Reason.OTHER_CODE, "neither"),
        (" ".join([*SHARE.words[:6], "zzzz", *SHARE.words[7:]]), Reason.DAMAGED_SHARE, "7"),
        (" ".join(["zzzz", *SHARE.words[1:32], "yyyy"]), Reason.DAMAGED_SHARE, "1, 33"),
        ("academic " + SHARE.mnemonic.partition(" ")[2], Reason.DAMAGED_SHARE, "check"),
        ("9" * 132, Reason.DAMAGED_SHARE, "check"),
        (foreign(extendable=True), Reason.FOREIGN_SHARE, "not a splitkit share"),
        ("sk1:" + SYMBOL[4:-1], Reason.BAD_ENVELOPE, "breaks the rules"),
        ("SK1 " + SYMBOL[4:], Reason.OTHER_CODE, "neither"),
        ("sk1-1/3:aaaa", Reason.TOO_NEW, "reserved"),
        (symbol_text(newer(RAW)), Reason.TOO_NEW, "newer"),
        (printed_lines(RAW)[2].replace("03/", "04/"), Reason.BAD_LINE, "envelope line 4"),
        ("zero " * 1000, Reason.OTHER_CODE, "neither"),
    ],
)  # fmt: skip
def test_a_line_that_is_nothing_is_refused_with_what_to_look_at(text, reason, detail):
    finding = read_line(text)
    assert isinstance(finding, Rejection)
    assert finding.reason is reason
    assert detail in finding.detail


@law
@given(st.sampled_from([SHARE.mnemonic, SHARE.digits, SYMBOL]), st.data())
def test_a_rejection_quotes_nothing(text, data):
    at = data.draw(st.integers(0, len(text) - 1))
    mutant = text[:at] + data.draw(st.sampled_from(["x", "", "?", "\x1b", "9"])) + text[at + 1 :]
    for finding in (read_code(mutant), read_line(mutant)):
        shown = repr(finding)
        if isinstance(finding, (Rejection, Share)):
            assert not {word for word in SHARE.words[4:30] if len(word) > 5} & set(shown.split())
            assert mutant[20:32] not in shown


@law
@given(st.text(max_size=120))
def test_any_text_is_either_refused_or_something_checked(text):
    assert isinstance(read_code(text), Rejection)
    assert isinstance(read_line(text), Rejection)


def collected(*texts):
    collector = LineCollector()
    for text in texts:
        collector.add(parse_line(text))
    return collector.findings()


LINES = printed_lines(RAW)


def test_no_lines_give_nothing():
    assert collected() == []


@law
@given(st.permutations(LINES), st.lists(st.sampled_from(LINES), max_size=3))
def test_lines_give_the_envelope_in_any_order_and_more_than_once(order, again):
    assert collected(*order, *again) == [SET.envelope]


def test_missing_lines_are_named():
    (finding,) = collected(*LINES[:1], *LINES[2:4], *LINES[5:])
    assert finding.reason is Reason.BAD_LINE
    assert finding.detail == f"envelope line 2, 5 of {len(LINES)} is missing"


def test_two_lines_of_one_number_are_lines_of_two_envelopes():
    other = printed_lines(flipped(RAW, 25))
    (finding,) = collected(*LINES, other[1], other[1])
    assert finding.detail == f"line 2 of {len(LINES)}: these are lines of two envelopes; type those of one sheet alone"


def test_a_conflict_spoils_only_the_lines_of_its_own_total():
    longer = printed_lines(RAW + bytes(20))
    findings = collected(*LINES, longer[0], printed_lines(flipped(RAW, 5) + bytes(20))[0])
    assert findings[0] == SET.envelope
    assert "two envelopes" in findings[1].detail


def test_two_envelopes_of_different_length_are_told_apart():
    long = made("5of9")
    mixed = [line for pair in zip(LINES, printed_lines(long.envelope.raw), strict=False) for line in pair]
    rest = printed_lines(long.envelope.raw)[len(LINES) :]
    assert {finding.raw for finding in collected(*mixed, *rest)} == {RAW, long.envelope.raw}


def test_sound_lines_of_an_unsound_envelope_are_refused():
    (finding,) = collected(*printed_lines(RAW + b"\x00"))
    assert finding.reason is Reason.BAD_ENVELOPE
    (finding,) = collected(*printed_lines(newer(RAW)))
    assert finding.reason is Reason.TOO_NEW


def test_a_forgery_with_a_sound_checksum_is_read_like_any_share():
    forged = altered(SHARE, bytes(32), member_threshold=1)
    assert read_code(forged.mnemonic.upper()) == read_line(forged.digits) == forged
    assert isinstance(read_code(SYMBOL), Envelope)


ALIKE = " ".join(["ACADEMIC"] * 33)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        (ALIKE, SheetSymbol.WORDS), ("0" * 132, SheetSymbol.DIGITS), ("SK1:AAAA", SheetSymbol.ENVELOPE),
        (ALIKE[9:], None), (ALIKE.lower(), None), ("0" * 131, None), ("sk1:AAAA", None), ("", None), ("https://example.com", None),
    ],
)  # fmt: skip
def test_a_text_has_the_shape_of_one_symbol_or_of_none(text, symbol):
    assert symbol_of(text) is symbol
