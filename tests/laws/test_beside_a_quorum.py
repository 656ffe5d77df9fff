"""What people with bad intent lay beside an honest quorum, and what comes out.

With a record the true secret comes out whatever lies there, and what claims to be a newer set of the line costs one question.
Without a record nothing comes out but where nothing else lies there.  A wrong secret comes out nowhere.  Both implementations, for
a flat policy, for groups with a sheet that is enough alone, for practice, and for a later set of a line.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, groupby, product

import pytest
from shamir_mnemonic.wordlist import WORDLIST

from splitkit import recover
from splitkit.errors import SplitkitError
from splitkit.quorum.anchor import Anchor, anchor_of_record, parse_fingerprint
from splitkit.quorum.envelope import seal
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import judge
from splitkit.quorum.recipient import recipient_hash, recipient_of
from splitkit.quorum.release import release
from splitkit.quorum.scan import Page, Scan
from splitkit.quorum.textform import printed_lines, symbol_text
from splitkit.secret.record import SecretRecord
from tests.support import sampling
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
from tests.support.sampling import sampled

pytestmark = pytest.mark.usefixtures("stretched_once")


@dataclass(frozen=True)
class Scene:
    """An honest set, and the sheets of it that are brought."""

    of: Made
    brought: tuple[str, ...]

    @property
    def spare(self) -> str:
        """A sheet that is not brought, whose owner is the forger."""
        return next(n for n in map(self.of.policy.number, self.of.sheets) if n not in self.brought)

    @property
    def header(self):
        return self.of.envelope.header

    @property
    def practice(self) -> bool:
        return self.header.practice

    def words(self, *numbers: str) -> list[str]:
        return words(self.of, numbers)

    def claiming(self, seed: str, **facts) -> Made:
        """A set of somebody who says it is of this line."""
        facts = {"practice": self.practice, "password": "Later+set", "first_set": self.header.line} | facts
        return made("2of3", seed, **({"epoch": self.header.epoch + 1} | facts))


def words(of: Made, numbers: Sequence[str] = "12") -> list[str]:
    return [of.share(number).mnemonic.upper() for number in numbers]


def symbol(of: Made) -> str:
    return symbol_text(of.envelope.raw)


SET = made("3of5", "beside", practice=False)
SET_ID = SET.envelope.header.set_id
OTHER = made("2of3", "beside other", "Other+set", practice=False)
FLAT = Scene(SET, ("1", "3", "5"))
SCENES = {
    "flat": FLAT,
    "groups": Scene(made("2 of: Board 2of3, IT 3of5, Audit 1of1", "beside groups", practice=False), ("A1", "A3", "C1")),
    "practice": Scene(made("2of3", "beside practice"), ("1", "2")),
    "a later set": Scene(made("2of4", "beside later", practice=False, epoch=3, first_set=bytes(15) + b"1"), ("2", "4")),
}
LIE = SecretRecord("the-forger's-own-password")


def noise(of: Made, count: int) -> list[str]:
    first = next(iter(of.dealt.shares.values()))
    return [altered(first, seeded_bytes(f"noise {n}")(32)).mnemonic.upper() for n in range(count)]


def of_forger(scene: Scene, **changes) -> str:
    """The header of the set with changes, around the forger's own secret under his own key."""
    key = seeded_bytes("forger")(32)
    changes = {"recipient_hash": recipient_hash(recipient_of(key, scene.header.set_id))} | changes
    return symbol_text(seal(key, dataclasses.replace(scene.header, **changes), LIE.encode(), bytes(12)).raw)


def never_combining(scene: Scene, set_id: bytes) -> list[str]:
    """An envelope that commits to shares of no polynomial, and those shares."""
    shares = {sheet: altered(share, seeded_bytes(f"{sheet}")(32)) for sheet, share in scene.of.dealt.shares.items()}
    commitments = {sheet: share.commitment(set_id) for sheet, share in shares.items()}
    raw = resealed(scene.of, set_id=set_id, commitments=commitments).raw
    return [*(share.mnemonic.upper() for share in shares.values()), symbol_text(raw)]


def own_commitment(scene: Scene) -> list[str]:
    """The forger's share, and an envelope with his commitment among the honest ones."""
    sheet = next(sheet for sheet in scene.of.sheets if scene.of.policy.number(sheet) == scene.spare)
    share = altered(scene.of.share(scene.spare), b"pay the forger, who is a manager")
    commitments = scene.header.commitments | {sheet: share.commitment(scene.header.set_id)}
    return [share.mnemonic.upper(), of_forger(scene, commitments=commitments)]


NOT_OURS: dict[str, Callable[[Scene], list[str]]] = {
    "web address": lambda _: ["https://example.com/?set=1"],
    "text": lambda _: ["hello", "12 monkeys"],
    "the recipient of a set": lambda _: ["age1pq1" + "q" * 60],
}
"""Codes and lines of others."""

FOREIGN: dict[str, Callable[[Scene], list[str]]] = {
    "noise": lambda scene: noise(scene.of, 3),
    "noise under another identifier": lambda _: noise(OTHER, 3),
    "asks for one sheet": lambda scene: [altered(scene.of.share(scene.spare), b"pay the forger, who is a manager", member_threshold=1).mnemonic.upper()],
    "one sheet of one group": lambda scene: [altered(scene.of.share(scene.spare), seeded_bytes("alone")(32), member_threshold=1, group_threshold=1).mnemonic.upper()],
    "another number": lambda scene: [altered(scene.of.share(scene.spare), index=9).mnemonic.upper()],
    "another share of a sheet that is here": lambda scene: [altered(scene.of.share(scene.brought[0]), bytes(32)).mnemonic.upper()],
    "extendable": lambda scene: [foreign(scene.of, scene.spare, extendable=True).upper()],
    "a minute of stretching": lambda scene: [foreign(scene.of, scene.spare, iteration_exponent=15).upper()],
    "damaged": lambda scene: [wrong(scene.words(scene.spare)[0].split(), 3, 9)],
    "too many illegible words": lambda scene: [" ".join(["?"] * 5 + scene.words(scene.spare)[0].split()[5:])],
    "an envelope that is misspelt": lambda scene: [symbol(scene.of)[:-1] + "9"],
    "an envelope cut off": lambda scene: [symbol_text(scene.of.envelope.raw[:-5])],
    "an envelope of a newer splitkit": lambda _: ["SK1H:AAAA", "SK1-1/2:AAAA"],
    "a whole other set": lambda _: [*words(OTHER), symbol(OTHER)],
    "a rival under the same key": lambda scene: [symbol_text(resealed(scene.of, label="Root").raw)],
    "a rival that asks for two": lambda scene: [symbol_text(resealed(made("2of5", "rival", "Rival", practice=scene.practice), set_id=scene.header.set_id).raw)],
    "a rival of another line": lambda scene: [symbol_text(resealed(scene.of, epoch=9, first_set=bytes(16)).raw)],
    "a rival of practice or production": lambda scene: [symbol_text(resealed(scene.of, practice=not scene.practice).raw)],
    "the honest commitments, under their key": lambda scene: [of_forger(scene)],
    "the true header, under their key": lambda scene: [of_forger(scene, recipient_hash=scene.header.recipient_hash)],
    "their commitment among the honest ones": own_commitment,
    "made-up commitments": lambda _: made_up_commitments(),
    "made-up commitments for this set": lambda scene: never_combining(scene, scene.header.set_id),
    "made-up commitments for another set": lambda scene: never_combining(scene, bytes(16)),
    "more shares than the cap": lambda _: noise(OTHER, 70),
    "more shares than the cap, of this set": lambda scene: noise(scene.of, 70),
    "more envelopes than the cap": lambda _: [symbol_text(resealed(OTHER, created_day=day).raw) for day in range(40)],
    "more rivals than the cap": lambda scene: [symbol_text(resealed(scene.of, created_day=day).raw) for day in range(40)],
    "more of all than the cap": lambda scene: [*noise(OTHER, 70), *(symbol_text(resealed(scene.of, created_day=day).raw) for day in range(40)), *noise(scene.of, 70)],
    "a made-up line": lambda scene: [symbol(scene.claiming("made up", epoch=7, first_set=bytes(16)))],
    "a made-up line with a quorum": lambda scene: [*words(scene.claiming("made up", epoch=7, first_set=bytes(16))), symbol(scene.claiming("made up", epoch=7, first_set=bytes(16)))],
    "practice of the same line": lambda scene: [symbol(scene.claiming("practice", practice=not scene.practice))],
    "a first set of the line": lambda scene: [symbol_text(resealed(OTHER, set_id=scene.header.line, practice=scene.practice).raw)],
    "a fork": lambda scene: [symbol(scene.claiming("fork", epoch=scene.header.epoch, first_set=scene.header.first_set))],
}  # fmt: skip
"""What is of a sheet, and not of this set, or damaged: each makes its codes."""

CLAIMS: dict[str, Callable[[Scene], list[str]]] = {
    "the next set": lambda scene: [symbol(scene.claiming("next"))],
    "the next set, with a quorum": lambda scene: [*words(scene.claiming("next")), symbol(scene.claiming("next"))],
    "a set three later": lambda scene: [symbol(scene.claiming("third", epoch=scene.header.epoch + 3))],
    "a made-up epoch": lambda scene: [symbol(scene.claiming("last", epoch=2**32 - 1))],
    "two later ones and a fork": lambda scene: [symbol(scene.claiming(f"{later}", epoch=scene.header.epoch + later)) for later in (1, 2)] + FOREIGN["a fork"](scene),
    "this very set, newer": lambda scene: [symbol_text(resealed(scene.of, epoch=scene.header.epoch + 1, first_set=scene.header.line, set_id=bytes(16)).raw)],
    "forty claims": lambda scene: [symbol_text(resealed(scene.claiming("next"), created_day=day).raw) for day in range(40)],
}  # fmt: skip
"""Envelopes that say they are of a newer set of the line."""


def laid(scene: Scene, codes: list[str], way: str, *, brought: Sequence[str] | None = None):
    """All that lies there: each code on a page of its own, all on one, on the honest page itself, or typed; before or behind."""
    brought = scene.brought if brought is None else brought
    where, _, order = way.partition(", ")
    first = order == "before"
    if where == "typed":
        told = [*scene.words(*brought), *printed_lines(scene.of.envelope.raw)]
        return gather([], lines(*codes, *told) if first else lines(*told, *codes))
    honest, scans = pages(scene.of, brought), tuple(map(Scan, codes))
    beside = [Page(f"p{at}", (scan,)) for at, scan in enumerate(scans)]
    if where == "on one page":
        beside = [Page("p", scans)]
    if where == "on a sheet":
        scans = (*scans, *honest[0].scans) if first else (*honest[0].scans, *scans)
        honest, beside = [dataclasses.replace(honest[0], scans=scans), *honest[1:]], []
    return gather([*beside, *honest] if first else [*honest, *beside], [])


WAYS = [
    f"{where}, {order}"
    for where in ("on pages", "on one page", "on a sheet", "typed")
    for order in ("before", "behind")
]


def by_product(
    scene: Scene, codes: list[str], anchor, way: str, *, copy: bool = False, superseded: bool = False, brought=None
):
    """What the product reveals, or its exit code; a trusted *copy* is one envelope more."""
    gathering = laid(scene, codes, way, brought=brought)
    if copy:
        gathering.add_envelope(scene.of.envelope)
    try:
        judgement = judge(gathering, anchor)
        return release(gathering, judgement, practice=scene.practice, superseded=superseded).open().password
    except SplitkitError as error:
        return error.exit_code


def by_recover(scene: Scene, codes: list[str], anchor, *, before: bool = True, superseded: bool = False, brought=None):
    """What the second implementation reveals, or its exit code."""
    told = [*scene.words(*(scene.brought if brought is None else brought)), *printed_lines(scene.of.envelope.raw)]
    try:
        return recover.recover_text(
            [*codes, *told] if before else [*told, *codes],
            " ".join(anchor.fingerprint) if anchor else None,
            no_record=anchor is None,
            practice=scene.practice,
            superseded="a test" if superseded else None,
        ).record["password"]
    except recover.Refusal as refusal:
        return refusal.code


def ways(codes: list[str]) -> list[str]:
    """How these may lie there: no symbol holds a '?', which people type.  In the short run by lot, one on pages and one typed."""
    right = [way for way in WAYS if way.startswith("typed") or not any(code.startswith("?") for code in codes)]
    if not sampling.short:
        return right
    return [
        random.Random(f"{codes}").choice([*group]) for _, group in groupby(right, lambda way: way.startswith("typed"))
    ]


def everywhere(scene: Scene, codes: list[str], anchor, **more) -> set:
    """All that comes out, in every way to lay it there, of both."""
    found = {by_product(scene, codes, anchor, way, **more) for way in ways(codes)}
    if anchor:
        found |= {by_product(scene, codes, anchor, way, copy=True, **more) for way in ways(codes)[::3]}
    return found | {by_recover(scene, codes, anchor, before=before, **more) for before in (True, False)}


LARGE = (
    "more of all than the cap",
    "more rivals than the cap",
    "more shares than the cap, of this set",
    "forty claims",
)
"""What takes seconds."""


def table(kinds, keep: int, *, flat: bool = False) -> list:
    """Every scene with every kind; *keep* of them in every run, and all of the *flat* policy that are quick."""
    cells = list(product(SCENES, kinds))
    always = [cell for cell in cells if flat and cell[0] == "flat" and cell[1] not in LARGE]
    return sampled(cells, keep, always=always, ids="-".join)


@pytest.mark.parametrize("cell", table(NOT_OURS, 3))
def test_codes_of_others_are_in_nobodys_way(cell):
    scene, kind = SCENES[cell[0]], cell[1]
    codes, secret = NOT_OURS[kind](scene), scene.of.record.password
    assert everywhere(scene, codes, scene.of.anchor) == {secret}
    alone = {(by_product(scene, codes, None, way), way.startswith("typed")) for way in ways(codes)}
    assert alone == {(secret, False), (5, True)}, "a line that was typed may be a share with a slip in it"
    assert by_recover(scene, codes, None) == 5


@pytest.mark.parametrize("cell", table(FOREIGN, 8, flat=True))
def test_with_a_record_nothing_is_in_the_way_of_a_quorum(cell):
    scene, kind = SCENES[cell[0]], cell[1]
    assert everywhere(scene, FOREIGN[kind](scene), scene.of.anchor) == {scene.of.record.password}


SLOW = ("made-up commitments", "made-up commitments for another set")
"""Where no record says what comes first, everything is tried."""


@pytest.mark.parametrize("cell", table(FOREIGN | CLAIMS, 6, flat=True))
def test_without_a_record_whatever_lies_beside_stops_it(cell):
    scene, kind = SCENES[cell[0]], cell[1]
    codes = (FOREIGN | CLAIMS)[kind](scene)
    assert (
        by_product(scene, codes, None, ways(codes)[0], superseded=True)
        == by_recover(scene, codes, None, superseded=True)
        == 5
    )
    if kind not in SLOW:
        assert everywhere(scene, codes, None, superseded=True) == {5}


@pytest.mark.parametrize("cell", table(CLAIMS, 4, flat=True))
def test_a_claim_of_a_newer_set_costs_one_answer(cell):
    scene, kind = SCENES[cell[0]], cell[1]
    codes = CLAIMS[kind](scene)
    assert everywhere(scene, codes, scene.of.anchor) == {9}
    assert everywhere(scene, codes, scene.of.anchor, superseded=True) == {scene.of.record.password}


@pytest.mark.parametrize("cell", table(FOREIGN | CLAIMS, 8))
def test_with_too_few_honest_sheets_nothing_comes_out(cell):
    scene, kind = SCENES[cell[0]], cell[1]
    codes, few = (FOREIGN | CLAIMS)[kind](scene), scene.brought[:-1]
    for superseded in (False, True):
        assert everywhere(scene, codes, scene.of.anchor, superseded=superseded, brought=few) <= {3, 4, 5}


@pytest.mark.parametrize("name", sampled(list(SCENES), 1))
def test_everything_at_once(name):
    scene = SCENES[name]
    everything = [*chain.from_iterable(make(scene) for make in [*NOT_OURS.values(), *FOREIGN.values()])]
    assert everywhere(scene, everything, scene.of.anchor) == {scene.of.record.password}
    assert by_product(scene, everything, None, WAYS[-1]) == by_recover(scene, everything, None) == 5


PAIRS = list(product(SCENES, combinations([*FOREIGN, *CLAIMS], 2)))


@pytest.mark.parametrize("cell", sampled(PAIRS, 8, ids=lambda cell: f"{cell[0]}-{' and '.join(cell[1])}"))
def test_two_forgers_with_a_record(cell):
    scene, kinds = SCENES[cell[0]], cell[1]
    codes = [code for kind in kinds for code in (FOREIGN | CLAIMS)[kind](scene)]
    found = {by_product(scene, codes, scene.of.anchor, way, superseded=True) for way in ways(codes)[::2]}
    found.add(by_recover(scene, codes, scene.of.anchor, superseded=True))
    assert found == {scene.of.record.password}


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


WHOSE = [others for size in range(4) for others in combinations(range(4), size)]


@pytest.mark.parametrize("chosen", sampled(GENERATIONS, 0, always=[SECOND], ids=lambda of: of.record.password))
@pytest.mark.parametrize("sheets", ["1", "12"], ids=["a sheet", "a quorum"])
def test_earlier_and_later_sets_of_a_line(chosen, sheets):
    """Each of the line with all choices of the others beside it, on pages and on lines."""
    for others in ([GENERATIONS[at] for at in whose] for whose in WHOSE):
        if chosen in others:
            continue
        told = [line for of in (*others, chosen) for line in (*words(of, sheets if of in others else "12"), symbol(of))]
        scans = [one for of in (chosen, *others) for one in pages(of, sheets if of in others else "12")]
        newer = any(of.envelope.header.epoch > chosen.envelope.header.epoch for of in others)
        forked = [of.envelope.header.epoch for of in (chosen, *others)].count(chosen.envelope.header.epoch) == 2
        for superseded in (False, True):
            expected = chosen.record.password if superseded or not newer else 9
            for gathering in (gather([], lines(*told)), gather(scans, [])):
                judgement = judge(gathering, chosen.anchor)
                assert any("the line has forked" in warning for warning in judgement.warnings) == forked
                assert revealed(gathering, judgement, superseded) == expected
                if others:
                    assert revealed(gathering, judge(gathering), superseded) == 5
            assert by_second(told, chosen.anchor, superseded) == expected
            if others:
                assert by_second(told, None, superseded) == 5


def revealed(gathering, judgement, superseded: bool):
    try:
        return release(gathering, judgement, practice=False, superseded=superseded).open().password
    except SplitkitError as error:
        return error.exit_code


def by_second(told: list[str], anchor, superseded: bool):
    words = " ".join(anchor.fingerprint) if anchor else None
    reason = "a test" if superseded else None
    try:
        return recover.recover_text(told, words, no_record=not words, superseded=reason).record["password"]
    except recover.Refusal as refusal:
        return refusal.code


@pytest.mark.parametrize("vouched", GENERATIONS, ids=lambda of: of.record.password)
@pytest.mark.parametrize("brought", GENERATIONS, ids=lambda of: of.record.password)
def test_the_record_of_another_generation_opens_nothing(vouched, brought):
    """A quorum of one set, and the record of another, whose envelope lies there or not."""
    if vouched is brought:
        return
    for beside in ([], [symbol(vouched)], [*words(vouched, "1"), symbol(vouched)]):
        told = [*words(brought), symbol(brought), *beside]
        gathering = gather([], lines(*told))
        for superseded in (False, True):
            assert revealed(gathering, judge(gathering, vouched.anchor), superseded) in (4, 5)
            assert by_second(told, vouched.anchor, superseded) in (4, 5)


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


SHARE_TYPED = SHARE.mnemonic.split()
TYPED = {
    "the words of a share": " ".join(SHARE_TYPED),
    "the first twelve words of a share, and more": " ".join(SHARE_TYPED[:13]),
    "eleven words": " ".join(SET.anchor.fingerprint[:11]),
    "a word that is not on the list": " ".join([*SET.anchor.fingerprint[:11], "splitkit"]),
    "an illegible word": " ".join([*SET.anchor.fingerprint[:11], "?"]),
    "the words of a ledger": "L " + " ".join(SET.anchor.fingerprint),
    "digits": SHARE.digits,
    "the envelope": symbol(SET),
    "nothing": "",
}
"""What is typed where the words of the record are asked for."""


@pytest.mark.parametrize("kind", TYPED)
def test_words_that_are_none_of_a_record_are_refused(kind):
    with pytest.raises(SplitkitError) as refused:
        parse_fingerprint(TYPED[kind])
    assert refused.value.exit_code == 2
    with pytest.raises(recover.Refusal) as second:
        recover.recover_text([*words(SET, "135"), symbol(SET)], TYPED[kind])
    assert second.value.code == 2


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
    anchor = Anchor(tuple(wrong_fingerprints()[kind]))
    beside = [*words(OTHER, "1"), symbol(OTHER)]
    assert everywhere(FLAT, beside, anchor) <= {4, 5}
