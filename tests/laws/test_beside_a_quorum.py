"""What people with bad intent lay beside an honest quorum, and what comes out.

With a record the true secret comes out whatever lies there, and what claims to be a newer set of the line costs one question.
Without a record nothing comes out but where nothing else lies there.  A wrong secret comes out nowhere.  Both implementations.
"""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from shamir_mnemonic.wordlist import WORDLIST

from splitkit import recover
from splitkit.errors import SplitkitError
from splitkit.quorum.anchor import anchor_of_record
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import judge
from splitkit.quorum.release import release
from splitkit.quorum.scan import Page, Scan
from splitkit.quorum.textform import printed_lines, symbol_text
from tests.support.builders import (
    Made,
    altered,
    envelope_code,
    flipped,
    lines,
    made,
    pages,
    resealed,
    seeded_bytes,
    share_codes,
)
from tests.support.make_testkit import foreign, made_up_commitments, wrong

SET = made("3of5", "beside", practice=False)
SET_ID = SET.envelope.header.set_id
OTHER = made("2of3", "beside other", "Other+set", practice=False)
LATER = {"password": "Later+set", "epoch": 2, "first_set": SET_ID}


def words(of: Made, numbers: str = "12") -> list[str]:
    return [of.share(number).mnemonic.upper() for number in numbers]


def symbol(of: Made) -> str:
    return symbol_text(of.envelope.raw)


def noise(of: Made, count: int) -> list[str]:
    return [altered(of.share("1"), seeded_bytes(f"noise {n}")(32)).mnemonic.upper() for n in range(count)]


def later(seed: str, **facts) -> Made:
    return made("2of3", seed, **({"practice": False} | LATER | facts))


NOT_OURS = {
    "web address": ["https://example.com/?set=1"],
    "text": ["hello", "12 monkeys"],
    "the recipient of a set": ["age1pq1" + "q" * 60],
}
"""Codes and lines of others: nobody takes them for anything of a sheet."""

FOREIGN = {
    "noise": lambda: noise(SET, 3),
    "noise under another identifier": lambda: noise(OTHER, 3),
    "asks for one sheet": lambda: [altered(SET.share("4"), b"pay the forger, who is a manager", member_threshold=1).mnemonic.upper()],
    "another number": lambda: [altered(SET.share("4"), index=4).mnemonic.upper()],
    "extendable": lambda: [foreign(SET, "4", extendable=True).upper()],
    "a minute of stretching": lambda: [foreign(SET, "4", iteration_exponent=15).upper()],
    "damaged": lambda: [wrong(words(SET, "4")[0].split(), 3, 9)],
    "an envelope that is misspelt": lambda: [symbol(SET)[:-1] + "9"],
    "an envelope cut off": lambda: [symbol_text(SET.envelope.raw[:-5])],
    "an envelope of a newer splitkit": lambda: ["SK1H:AAAA", "SK1-1/2:AAAA"],
    "a whole other set": lambda: [*words(OTHER), symbol(OTHER)],
    "a rival under the same key": lambda: [symbol_text(resealed(SET, label="Root").raw)],
    "a rival that asks for two": lambda: [symbol_text(resealed(made("2of5", "rival", "Rival", practice=False), set_id=SET_ID).raw)],
    "a rival of another line": lambda: [symbol_text(resealed(SET, epoch=9, first_set=bytes(16)).raw)],
    "made-up commitments": made_up_commitments,
    "more shares than the cap": lambda: noise(OTHER, 70),
    "more envelopes than the cap": lambda: [symbol_text(resealed(OTHER, created_day=day).raw) for day in range(40)],
    "a made-up line": lambda: [symbol(later("made up", epoch=7, first_set=bytes(16)))],
    "practice of the same line": lambda: [symbol(later("practice", practice=True))],
}  # fmt: skip
"""What is of a sheet, and not of this set, or damaged: each makes its codes."""

CLAIMS = {
    "the next set": lambda: [symbol(later("next"))],
    "the next set, with a quorum": lambda: [*words(later("next")), symbol(later("next"))],
    "a set three later": lambda: [symbol(later("third", epoch=4))],
    "a made-up epoch": lambda: [symbol(later("last", epoch=2**32 - 1))],
    "forty claims": lambda: [symbol_text(resealed(later("next"), created_day=day).raw) for day in range(40)],
}
"""Envelopes that say they are of a newer set of the line."""


def by_product(codes: list[str], anchor, *, before: bool = True, typed: bool = False, superseded: bool = False):
    """What the product reveals, or its exit code."""
    honest, beside = pages(SET, "135"), [Page(f"p{at}", (Scan(code),)) for at, code in enumerate(codes)]
    if typed:
        told = [*words(SET, "135"), *printed_lines(SET.envelope.raw)]
        gathering = gather([], lines(*codes, *told) if before else lines(*told, *codes))
    else:
        gathering = gather([*beside, *honest] if before else [*honest, *beside], [])
    try:
        judgement = judge(gathering, anchor)
        return release(gathering, judgement, practice=False, superseded=superseded).open().password
    except SplitkitError as error:
        return error.exit_code


def by_recover(codes: list[str], anchor, *, before: bool = True, superseded: bool = False):
    """What the second implementation reveals, or its exit code."""
    told = [*words(SET, "135"), *printed_lines(SET.envelope.raw)]
    try:
        return recover.recover_text(
            [*codes, *told] if before else [*told, *codes],
            " ".join(anchor.fingerprint) if anchor else None,
            no_record=anchor is None,
            superseded="a test" if superseded else None,
        ).record["password"]
    except recover.Refusal as refusal:
        return refusal.code


def everywhere(codes: list[str], anchor, **more) -> set:
    """All that comes out, on pages and on lines, before and after the honest sheets, of both."""
    found = {
        by_product(codes, anchor, before=before, typed=typed, **more)
        for before in (True, False)
        for typed in (True, False)
    }
    return found | {by_recover(codes, anchor, before=before, **more) for before in (True, False)}


@pytest.mark.parametrize("kind", NOT_OURS)
def test_what_is_not_of_a_sheet_is_in_nobodys_way(kind):
    assert everywhere(NOT_OURS[kind], SET.anchor) == everywhere(NOT_OURS[kind], None) == {SET.record.password}


@pytest.mark.parametrize("kind", FOREIGN)
def test_with_a_record_nothing_is_in_the_way_of_a_quorum(kind):
    assert everywhere(FOREIGN[kind](), SET.anchor) == {SET.record.password}


@pytest.mark.parametrize("kind", FOREIGN | CLAIMS)
def test_without_a_record_whatever_lies_beside_stops_it(kind):
    codes = (FOREIGN | CLAIMS)[kind]()
    assert by_product(codes, None, superseded=True) == by_recover(codes, None, superseded=True) == 5
    if kind != "made-up commitments":  # they are slow, as everything is tried where no record says what comes first
        assert everywhere(codes, None, superseded=True) == {5}


@pytest.mark.parametrize("kind", CLAIMS)
def test_a_claim_of_a_newer_set_costs_one_answer(kind):
    codes = CLAIMS[kind]()
    assert everywhere(codes, SET.anchor) == {9}
    assert everywhere(codes, SET.anchor, superseded=True) == {SET.record.password}


def test_everything_at_once():
    everything = [*chain.from_iterable([*NOT_OURS.values(), *(make() for make in FOREIGN.values())])]
    assert everywhere(everything, SET.anchor) == {SET.record.password}
    assert by_product(everything, None) == by_recover(everything, None) == 5


def test_a_share_with_illegible_words_is_found_behind_many_that_are_not_ours():
    """What fits the record is taken first, however much was typed before it."""
    damaged = [" ".join(["?", *text.split()[1:]]) for text in noise(OTHER, 70)]
    told = [*damaged, *words(SET, "12"), " ".join(["?", *words(SET, "3")[0].split()[1:]]), symbol(SET)]
    gathering = gather([], lines(*told))
    judgement = judge(gathering, SET.anchor)
    assert release(gathering, judgement, practice=False, superseded=False).open() == SET.record
    result = recover.recover_text(told, " ".join(SET.anchor.fingerprint))
    assert result.record["password"] == SET.record.password


@pytest.mark.parametrize("typed", [True, False])
def test_the_page_and_the_envelope_of_a_forger_beside_honest_sheets(typed):
    """Without a record: two colluders with a set of their own, and honest sheets whose envelope was covered or never typed."""
    forgers = made("2of3", "forgers", "Forged+secret", practice=False)
    codes = [*words(forgers), symbol(forgers)]
    if typed:
        gathering = gather([], lines(*words(SET, "1"), *codes))
    else:
        covered = [Page(f"honest {n}", share_codes(SET.share(n))) for n in "123"]
        gathering = gather([*covered, *pages(forgers, "12")], [])
    with pytest.raises(SplitkitError) as refused:
        release(gathering, judge(gathering), practice=False, superseded=False)
    assert (refused.value.exit_code, "do not belong together" in refused.value.fact) == (5, True)
    with pytest.raises(recover.Refusal) as said:
        recover.recover_text([*words(SET, "1"), *codes], no_record=True)
    assert (said.value.code, "do not belong together" in said.value.fact) == (5, True)
    assert "signed record" in said.value.hint


# Three generations of a line

FIRST = made("2of3", "first", "First", practice=False)
LINE = {"practice": False, "first_set": FIRST.envelope.header.set_id}
SECOND = made("2of3", "second", "Second", epoch=2, **LINE)
THIRD = made("2of3", "third", "Third", epoch=3, **LINE)
FORKED = made("2of3", "forked", "Forked", epoch=2, **LINE)
GENERATIONS = (FIRST, SECOND, THIRD, FORKED)


@pytest.mark.parametrize("chosen", GENERATIONS, ids=lambda of: of.record.password)
@pytest.mark.parametrize("sheets", ["1", "12"], ids=["a sheet", "a quorum"])
def test_earlier_and_later_sets_of_a_line(chosen, sheets):
    rest = [of for of in GENERATIONS if of is not chosen]
    for others in chain.from_iterable(combinations(rest, size) for size in range(len(rest) + 1)):
        newer = any(of.envelope.header.epoch > chosen.envelope.header.epoch for of in others)
        told = [line for of in (*others, chosen) for line in (*words(of, sheets if of in others else "12"), symbol(of))]
        for superseded in (False, True):
            expected = chosen.record.password if superseded or not newer else 9
            gathering = gather([], lines(*told))
            judgement = judge(gathering, chosen.anchor)
            forked = [of.envelope.header.epoch for of in (chosen, *others)].count(chosen.envelope.header.epoch) == 2
            assert any("the line has forked" in warning for warning in judgement.warnings) == forked
            try:
                revealed = release(gathering, judgement, practice=False, superseded=superseded).open().password
            except SplitkitError as error:
                revealed = error.exit_code
            assert revealed == expected
            try:
                reason = "a test" if superseded else None
                revealed = recover.recover_text(told, " ".join(chosen.anchor.fingerprint), superseded=reason).record[
                    "password"
                ]
            except recover.Refusal as refusal:
                revealed = refusal.code
            assert revealed == expected


# Records of every wrong kind

SHARE = SET.share("2")
RAW = SET.envelope.raw
RECORDS = {
    "a sheet": [Page("s", (*share_codes(SHARE), envelope_code(RAW)))],
    "a sheet whose words are damaged": [Page("s", (Scan(wrong(SHARE.mnemonic.upper().split(), 3, 9)), envelope_code(RAW)))],
    "a sheet whose digits are damaged": [Page("s", (Scan(SHARE.digits[:-4] + "0000"), envelope_code(RAW)))],
    "a sheet of another program": [Page("s", (Scan(foreign(SET, extendable=True).upper()), envelope_code(RAW)))],
    "a page that could not be opened": [Page("r", (envelope_code(RAW),)), Page("r", problem="too large")],
    "two envelopes": [Page("r", (envelope_code(RAW), envelope_code(OTHER.envelope.raw)))],
    "a damaged envelope beside": [Page("r", (envelope_code(RAW), Scan(symbol(SET)[:-1] + "9")))],
    "an envelope of a newer splitkit beside": [Page("r", (envelope_code(RAW), Scan("SK1H:AAAA")))],
    "no envelope": [Page("r", (Scan("https://example.com/"),))],
    "nothing": [],
    "typed words": [symbol(SET), SHARE.mnemonic],
    "typed digits": [symbol(SET), SHARE.digits],
    "damaged words": [symbol(SET), " ".join(SHARE.words[:-1])],
    "words that are damaged and could be solved": [symbol(SET), " ".join(["?", *SHARE.words[1:]])],
    "twenty words": [symbol(SET), " ".join(SHARE.words[:20])],
    "text that is not of a record": [symbol(SET), "hello"],
    "a line of another envelope": [symbol(SET), printed_lines(OTHER.envelope.raw)[0]],
    "a misread line": [*printed_lines(RAW), "01/02 AAAA AAAA"],
}  # fmt: skip


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_of_the_wrong_kind_is_refused(kind):
    given = RECORDS[kind]
    typed = lines(*(text for text in given if isinstance(text, str)))
    with pytest.raises(SplitkitError) as refused:
        anchor_of_record(gather([page for page in given if isinstance(page, Page)], typed))
    sheet = kind.startswith(("a sheet", "typed", "words"))
    assert (refused.value.exit_code, "a sheet cannot vouch" in refused.value.fact) == (
        (2, True) if sheet else (3, False)
    )


@pytest.mark.parametrize("given", [[symbol(SET)], list(printed_lines(RAW)), ["# a remark", symbol(SET), symbol(SET)]])
def test_a_true_record_is_taken(given):
    assert anchor_of_record(gather([], lines(*given))) == (SET.anchor, SET.envelope)


def test_a_scan_of_the_record_may_show_codes_of_others_and_its_recipient():
    scanned = [
        Page("r", (envelope_code(RAW), Scan("https://example.com/"))),
        Page("r", (Scan("age1pq1" + "q" * 60),)),
        Page("r"),
    ]
    assert anchor_of_record(gather(scanned, [])) == (SET.anchor, SET.envelope)


def wrong_fingerprints() -> dict[str, list[str]]:
    mine = list(SET.anchor.fingerprint)
    neighbour = WORDLIST[WORDLIST.index(mine[11]) ^ 1]
    rival = resealed(SET, nonce=flipped(bytes(12)), label="Root")
    return {
        "of another set": list(OTHER.anchor.fingerprint),
        "of a rival that lies there": list(rival.fingerprint),
        "one word off": [*mine[:11], neighbour],
        "two words exchanged": [mine[1], mine[0], *mine[2:]],
        "turned round": mine[::-1],
    }


@pytest.mark.parametrize("kind", wrong_fingerprints())
def test_a_wrong_record_never_opens_an_honest_set(kind):
    """Of the two sets that lie there, the rival has enough shares too, and the forger's secret does not come out either."""
    anchor = type(SET.anchor)(tuple(wrong_fingerprints()[kind]))
    beside = [*words(OTHER, "1"), symbol(OTHER)]
    assert everywhere(beside, anchor) <= {4, 5}
