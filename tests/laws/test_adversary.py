"""The adversary table: who forges what, on how many of the sheets that are brought, and what comes out.

Rows are what the forger knows: nothing but the public record; one share of his own; T-1 shares (all the others in the
plot); everything, K and every polynomial included, as after a recovery.  Columns are what he forges: the share, the header,
the ciphertext.  Each cell is tried with T, T+1 and all N sheets on the table, by the product on pages and by the second
implementation on lines, with the people's record and without.  What comes out is the true password or an error: a wrong
secret appears in no cell.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, product

import cbor2
import pytest

from splitkit import recover
from splitkit.errors import SplitkitError
from splitkit.quorum.envelope import decode_envelope, seal
from splitkit.quorum.field import interpolate
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import judge
from splitkit.quorum.policy import Group, Policy, SheetId
from splitkit.quorum.recipient import recipient_hash, recipient_of
from splitkit.quorum.release import release
from splitkit.quorum.share import share_from_slip, to_slip
from splitkit.quorum.slip39 import combine_ems, decrypt_ems, identifier_of, split_key
from splitkit.quorum.textform import symbol_text
from splitkit.quorum.verdicts import Status
from splitkit.secret.record import SecretRecord
from tests.support.builders import DAY, Made, altered, flipped, lines, made, page, seeded, seeded_bytes
from tests.support.sampling import sampled

pytestmark = pytest.mark.usefixtures("stretched_once")

LEVELS = ("blind", "knows own share", "T-1 colluding", "has seen everything")
TARGETS = ("share", "header", "ciphertext")
COUNTS = ("T", "T+1", "N")
FLAT, GROUPED = "3of5", "2 of: Board 2of3, IT 3of5, Audit 1of1"
ORDERS = {FLAT: list("12345"), GROUPED: ["A1", "A2", "C1", "A3", "B1", "B2", "B3", "B4", "B5"]}
"""Who comes first: the forgers, then honest custodians; the first three are the smallest quorum."""
NEEDED = 3
LIE = SecretRecord("the-forger's-own-password")


@dataclass(frozen=True)
class Attack:
    """What the forgers bring: for each of their sheets a share and an envelope."""

    name: str
    sheets: dict[str, tuple]


# The forger's workshop


@lru_cache(maxsize=2)
def scene(policy: str) -> Made:
    return made(policy, seed=f"adversary {policy}", practice=False)


def key_of(of: Made) -> bytes:
    """K, for the forger who has seen everything."""
    subset = [of.share(number) for number in ORDERS[FLAT if of.policy.flat else GROUPED][:NEEDED]]
    return decrypt_ems(combine_ems(subset))


def random_bytes(*seed) -> bytes:
    return seeded_bytes(seed)(32)


def sheet_id(of: Made, number: str) -> SheetId:
    return next(sheet for sheet in of.sheets if of.policy.number(sheet) == number)


def reheaded(of: Made, **changes):
    """The true envelope with another header: the ciphertext stays, as the forger has no key."""
    header = dataclasses.replace(of.envelope.header, **changes).encode()
    return cbor2.dumps([header, of.envelope.nonce, of.envelope.ciphertext], canonical=True)


def recommitted(of: Made, shares: dict) -> dict:
    """The true commitments, but for those of forged *shares* by their numbers."""
    set_id = of.envelope.header.set_id
    forged = {sheet_id(of, number): share.commitment(set_id) for number, share in shares.items()}
    return of.envelope.header.commitments | forged


def own_envelope(of: Made, key: bytes, **changes) -> bytes:
    """A whole envelope of this set under a key of the forger's choice, with his own secret inside."""
    set_id = of.envelope.header.set_id
    changes = {"recipient_hash": recipient_hash(recipient_of(key, set_id))} | changes
    header = dataclasses.replace(of.envelope.header, **changes)
    return seal(key, header, LIE.encode(), random_bytes("nonce", key)[:12]).raw


def with_body(of: Made, ciphertext: bytes, nonce: bytes | None = None) -> bytes:
    return cbor2.dumps([of.envelope.header_bytes, nonce or of.envelope.nonce, ciphertext], canonical=True)


def own_deal(of: Made, key: bytes, policy: Policy | None = None) -> dict:
    """All shares of a set of the forger's own, with the true set's identifier."""
    return split_key(key, of.envelope.header.set_id, policy or of.policy, seeded(key.hex()))


def lowered(policy: Policy) -> Policy:
    """The same sheets, with fewer needed where that is possible."""
    groups = tuple(Group(max(2, g.threshold - 1), g.members) if g.members > 1 else g for g in policy.groups)
    return Policy(1 if len(groups) > 1 and groups[-1].members > 1 else policy.group_threshold, groups)


def bent(of: Made, forgers: list[str], key: bytes) -> dict:
    """Shares of the forgers that combine with one honest sheet to a *key* of their own, digest and all (flat, 3 of 5).

    Two forged shares, the honest one and the digest determine a polynomial of degree 2: he who knows the honest share
    can choose its value at 255.
    """
    honest = of.share(ORDERS[FLAT][NEEDED - 1])
    own = own_deal(of, key)
    ems = combine_ems(own[sheet] for sheet in of.sheets[:NEEDED])
    digest = interpolate({s.member: s.value for s in list(own.values())[:NEEDED]}, 254)
    points = {255: ems.ciphertext, 254: digest, honest.member: honest.value}
    return {n: altered(of.share(n), interpolate(points, of.share(n).member)) for n in forgers}


# The attacks


def blind(of: Made, target: str, forgers: list[str]) -> list[Attack]:
    """He has the public record, and invents the rest."""
    true, noise = of.envelope.raw, {n: altered(of.share(n), random_bytes("blind", n)) for n in forgers}
    stranger = {n: dataclasses.replace(share, identifier=12_345) for n, share in noise.items()}
    stranger = {n: share_from_slip(to_slip(share)) for n, share in stranger.items()}
    if target == "share":
        return [brought("noise", noise, true), brought("noise, another identifier", stranger, true)]
    if target == "header":
        commitments = {sheet: random_bytes("commitment", sheet)[:8] for sheet in of.sheets}
        return [
            brought("noise that the header commits to", noise, reheaded(of, commitments=recommitted(of, noise))),
            brought("random commitments", noise, reheaded(of, commitments=commitments)),
            brought("another label", noise, reheaded(of, label="Test.", created_day=DAY + 1)),
        ]
    size = len(of.envelope.ciphertext)
    return [brought("random ciphertext", noise, with_body(of, seeded_bytes("ciphertext")(size)))]


def own_share(of: Made, target: str, forgers: list[str]) -> list[Attack]:
    """He has one true share, and may change it."""
    true, mine = of.envelope.raw, {n: of.share(n) for n in forgers}
    changed = {n: altered(share, flipped(share.value, 7)) for n, share in mine.items()}
    alone = {n: altered(s, b"pay the forger, who is a manager", member_threshold=1) for n, s in mine.items()}
    alone = {n: altered(share, group_threshold=1) for n, share in alone.items()}
    if target == "share":
        moved = {n: altered(share, index=share.member ^ 1) for n, share in mine.items()}
        return [
            brought("one byte", changed, true),
            brought("asks for one sheet", alone, true),
            brought("another number", moved, true),
        ]
    if target == "header":
        return [
            brought("his own commitment", changed, reheaded(of, commitments=recommitted(of, changed))),
            brought("fewer needed", mine, reheaded(of, policy=lowered(of.policy))),
            brought("another recipient", mine, reheaded(of, recipient_hash=random_bytes("recipient")[:16])),
            brought("practice", mine, reheaded(of, practice=True)),
        ]
    return [
        brought("one bit", mine, with_body(of, flipped(of.envelope.ciphertext, 20))),
        brought("another nonce", mine, with_body(of, of.envelope.ciphertext, flipped(of.envelope.nonce))),
        brought("his key, the true header", mine, lying_body(of, random_bytes("own key"))),
    ]


def colluding(of: Made, target: str, forgers: list[str]) -> list[Attack]:
    """They have all shares but one of a quorum, and a polynomial of their own."""
    key = random_bytes("colluders")
    dealt = own_deal(of, key)
    forged = {n: dealt[sheet_id(of, n)] for n in forgers}
    low = lowered(of.policy)
    fewer_dealt = own_deal(of, key, low)
    fewer = {n: fewer_dealt[sheet_id(of, n)] for n in forgers}
    mine = {n: of.share(n) for n in forgers}
    if target == "share":
        return [brought("consistent", forged, of.envelope.raw), brought("enough alone", fewer, of.envelope.raw)]
    if target == "header":
        return [
            brought("own key, honest commitments", forged, own_envelope(of, key, commitments=recommitted(of, forged))),
            brought(
                "fewer needed, enough alone",
                fewer,
                own_envelope(of, key, policy=low, commitments=recommitted(of, fewer)),
            ),
            brought("a whole set of their own", fewer, whole_set(of, key, low)),
            brought("own commitments, true body", forged, reheaded(of, commitments=recommitted(of, forged))),
        ]
    return [brought("own key, the true header", mine, lying_body(of, key))]


def seen_everything(of: Made, target: str, forgers: list[str]) -> list[Attack]:
    """He knows K and all shares: he can do all that the dealer could, but not change the people's record."""
    key, lie = key_of(of), random_bytes("a key of his own")
    mine = {n: of.share(n) for n in forgers}
    dealt = own_deal(of, lie)
    others = {n: dealt[sheet_id(of, n)] for n in forgers}
    curved = bent(of, forgers, lie) if of.policy.flat else others
    again = {n: own_deal(of, key)[sheet_id(of, n)] for n in forgers}
    low = lowered(of.policy)
    cheap = {n: own_deal(of, key, low)[sheet_id(of, n)] for n in forgers}
    if target == "share":
        return [
            brought("combine with the honest", curved, of.envelope.raw),
            brought("same K, another polynomial", again, of.envelope.raw),
        ]
    if target == "header":
        return [
            brought("combine with the honest", curved, own_envelope(of, lie, commitments=recommitted(of, curved))),
            brought("same K, another label", mine, own_envelope(of, key, label="Root")),
            brought("same K, fewer needed", cheap, whole_set(of, key, low)),
            brought("a newer epoch", mine, own_envelope(of, key, epoch=2, first_set=bytes(16))),
        ]
    return [brought("same K, another secret", mine, own_envelope(of, key))]


def lying_body(of: Made, key: bytes) -> bytes:
    """The true header over the forger's secret under the forger's key."""
    return own_envelope(of, key, recipient_hash=of.envelope.header.recipient_hash)


def whole_set(of: Made, key: bytes, policy: Policy) -> bytes:
    """An envelope without a flaw: every commitment is that of a share of the forger's own deal."""
    dealt = own_deal(of, key, policy)
    commitments = {sheet: share.commitment(of.envelope.header.set_id) for sheet, share in dealt.items()}
    return own_envelope(of, key, policy=policy, commitments=commitments)


def brought(name: str, shares: dict, envelope: bytes) -> Attack:
    return Attack(name, {number: (share, envelope) for number, share in shares.items()})


WORKSHOP = dict(zip(LEVELS, (blind, own_share, colluding, seen_everything), strict=True))


# The table


def presented(of: Made, count: str) -> list[str]:
    order = ORDERS[FLAT if of.policy.flat else GROUPED]
    return order[: {"T": NEEDED, "T+1": NEEDED + 1, "N": len(order)}[count]]


def forgers_of(level: str, numbers: list[str]) -> list[str]:
    return numbers[:1] if level in LEVELS[:2] else numbers[: NEEDED - 1]


@cache
def cell(policy: str, level: str, target: str, count: str) -> list[tuple[Made, Attack, dict]]:
    """The attacks of one cell, each with all the sheets on the table: number -> (share, envelope)."""
    of = scene(policy)
    numbers = presented(of, count)
    honest = {number: (of.share(number), of.envelope.raw) for number in numbers}
    attacks = WORKSHOP[level](of, target, forgers_of(level, numbers))
    return [(of, attack, honest | attack.sheets) for attack in attacks]


@cache
def unvouched(*of_cell: str) -> list:
    """What the product says of each table of a cell without a record."""
    return [by_product(table, None) for _, _, table in cell(*of_cell)]


def true_sheets(of: Made, table: dict) -> dict:
    """The sheets whose share is the true one, whatever envelope lies beside it."""
    return {sheet_id(of, n): (share,) for n, (share, _) in table.items() if share == of.share(n)}


def opens(of: Made, table: dict) -> bool:
    anchored = any(raw == of.envelope.raw for _, raw in table.values())
    return anchored and of.policy.opens(true_sheets(of, table))


def pages_of(table: dict):
    return [page(share, raw, f"scan-{number}") for number, (share, raw) in table.items()]


def lines_of(table: dict) -> list[str]:
    """The same, typed: every share, and every envelope once."""
    shares = [share.mnemonic for share, _ in table.values()]
    return shares + list(dict.fromkeys(symbol_text(raw) for _, raw in table.values()))


def by_product(table: dict, anchor, copy=None, typed=False):
    """What the product reveals, or its exit code; with the judgement."""
    gathering = gather([], lines(*lines_of(table))) if typed else gather(pages_of(table), [])
    if copy:
        gathering.add_envelope(copy)
    judgement = judge(gathering, anchor)
    try:
        released = release(gathering, judgement, practice=False, superseded=False)
    except SplitkitError as error:
        return error.exit_code, judgement
    return released.open().password, judgement


def by_recover(table: dict, fingerprint):
    """What the second implementation reveals, or its exit code."""
    words = " ".join(fingerprint) if fingerprint else None
    try:
        return recover.recover_text(lines_of(table), words, no_record=not words).record["password"]
    except recover.Refusal as refusal:
        return refusal.code


def named(judgement) -> set[str]:
    return {sheet.source.removeprefix("scan-") for sheet in judgement.sheets if sheet.status is Status.FORGED}


CELLS = [
    pytest.param(policy, level, target, count, id=f"{level}-{target}-{count}-{policy.split(':')[0]}")
    for policy in (FLAT, GROUPED)
    for level in LEVELS
    for target in TARGETS
    for count in COUNTS
]


@pytest.mark.parametrize(("policy", "level", "target", "count"), CELLS)
def test_with_the_signed_record(policy, level, target, count):
    """The true password when enough true sheets are there, else exit 5; every forged sheet named, no honest one."""
    tally = Counter()
    for of, attack, table in cell(policy, level, target, count):
        expected = of.record.password if opens(of, table) else 5
        revealed, judgement = by_product(table, of.anchor)
        assert revealed == expected, attack.name
        assert named(judgement) == set(attack.sheets), attack.name
        tally["revealed" if revealed == of.record.password else "stopped"] += 1
    assert tally.total() >= 1
    if count == "N":
        assert set(tally) == {"revealed"}


@pytest.mark.parametrize(("policy", "level", "target", "count"), CELLS)
def test_typed_lines_and_the_second_implementation(policy, level, target, count):
    """Lines say less than pages: a share of another identifier is then merely of another set.  Both programs agree."""
    for of, attack, table in cell(policy, level, target, count):
        revealed = by_recover(table, of.anchor.fingerprint)
        assert revealed in ({of.record.password} if opens(of, table) else {4, 5}), attack.name
        assert by_product(table, of.anchor, typed=True)[0] == revealed, attack.name


@pytest.mark.parametrize(("policy", "level", "target", "count"), CELLS)
def test_with_a_trusted_copy(policy, level, target, count):
    for of, attack, table in cell(policy, level, target, count):
        revealed, judgement = by_product(table, of.anchor, copy=of.envelope)
        assert revealed == (of.record.password if opens(of, table) else 5), attack.name
        assert named(judgement) == set(attack.sheets), attack.name


@pytest.mark.parametrize(("policy", "level", "target", "count"), CELLS)
def test_without_a_record(policy, level, target, count):
    """Availability is less, and still nothing wrong comes out while one page on the table is honest."""
    attacks = cell(policy, level, target, count)
    for (of, attack, table), (revealed, _) in zip(attacks, unvouched(policy, level, target, count), strict=True):
        assert revealed in {of.record.password, 4, 5}, attack.name
        assert by_recover(table, None) in {of.record.password, 4, 5}, attack.name


@pytest.mark.parametrize(("policy", "level", "target", "count"), CELLS)
def test_nothing_is_called_forged_before_something_vouches(policy, level, target, count):
    """`check` without a record: the word needs an opened envelope."""
    attacks = cell(policy, level, target, count)
    for (_, attack, _), (_, judgement) in zip(attacks, unvouched(policy, level, target, count), strict=True):
        if not (judgement.chosen and judgement.chosen.proof):
            assert not named(judgement), attack.name


@pytest.mark.parametrize("policy", [FLAT, GROUPED])
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("count", COUNTS)
def test_all_sheets_on_the_table_are_forged(policy, target, count):
    """He who has seen everything has swapped every sheet: only the record stands, and it is enough."""
    of = scene(policy)
    numbers = presented(of, count)
    for attack in seen_everything(of, target, numbers):
        revealed, judgement = by_product(attack.sheets, of.anchor)
        assert revealed == 5, attack.name
        if target == "share":
            assert named(judgement), attack.name
        assert by_recover(attack.sheets, of.anchor.fingerprint) == 5, attack.name


@pytest.mark.parametrize("cell", sampled(list(product([FLAT, GROUPED], LEVELS, TARGETS)), 4, ids="-".join))
def test_every_choice_of_sheets_with_the_record(cell):
    """Forged and honest sheets in every combination of three or four, also both sheets of one number."""
    policy, level, target = cell
    of = scene(policy)
    numbers = presented(of, "T+1")
    for attack in WORKSHOP[level](of, target, forgers_of(level, numbers)):
        sheets = [(n, of.share(n), of.envelope.raw) for n in numbers]
        sheets += [(f"{n} forged", *forged) for n, forged in attack.sheets.items()]
        for chosen in combinations(sheets, NEEDED):
            table = {name: (share, raw) for name, share, raw in chosen}
            assert by_product(table, of.anchor)[0] in {of.record.password, 4, 5}, attack.name
            revealed, _ = by_product(table, of.anchor, typed=True)
            assert revealed in {of.record.password, 4, 5}, attack.name
            assert by_recover(table, of.anchor.fingerprint) == revealed, attack.name


def test_the_table_is_whole():
    """Every cell of the table holds at least one attack that changes something, and all of them do."""
    attacks = Counter()
    for parameters in CELLS:
        policy, level, target, count = parameters.values
        for of, attack, _ in cell(policy, level, target, count):
            assert all(sheet != (of.share(n), of.envelope.raw) for n, sheet in attack.sheets.items())
            attacks[level, target, count] += 1
    assert len(attacks) == len(LEVELS) * len(TARGETS) * len(COUNTS) == 36
    assert attacks.total() == 2 * 3 * sum(ATTACKS.values())
    assert {key: n // 2 for key, n in attacks.items()} == {
        (lv, t, c): ATTACKS[lv, t] for lv, t in ATTACKS for c in COUNTS
    }


ATTACKS = {
    ("blind", "share"): 2,
    ("blind", "header"): 3,
    ("blind", "ciphertext"): 1,
    ("knows own share", "share"): 3,
    ("knows own share", "header"): 4,
    ("knows own share", "ciphertext"): 3,
    ("T-1 colluding", "share"): 2,
    ("T-1 colluding", "header"): 4,
    ("T-1 colluding", "ciphertext"): 1,
    ("has seen everything", "share"): 2,
    ("has seen everything", "header"): 4,
    ("has seen everything", "ciphertext"): 1,
}
"""How many forgeries are tried in each cell, for each policy and each number of sheets."""


def test_the_forgeries_are_as_strong_as_they_claim():
    """What the forger's own tool would say: his shares combine to his key, his envelopes open to his lie."""
    of = scene(FLAT)
    lie = random_bytes("a key of his own")
    curved = bent(of, ["1", "2"], lie)
    assert decrypt_ems(combine_ems([*curved.values(), of.share("3")])) == lie
    attack = next(a for a in seen_everything(of, "header", ["1", "2"]) if a.name == "combine with the honest")
    share, raw = attack.sheets["1"]
    assert SecretRecord.decode(decode_envelope(raw).decrypt(lie)) == LIE
    assert share.commitment(of.envelope.header.set_id) in decode_envelope(raw).header.commitments.values()
    assert share.identifier == identifier_of(of.envelope.header.set_id)
    same = decode_envelope(seen_everything(of, "ciphertext", ["1"])[0].sheets["1"][1])
    assert same.header == of.envelope.header
    assert SecretRecord.decode(same.decrypt(key_of(of))) == LIE


def test_a_forger_who_rules_the_table_is_why_the_record_exists():
    """Without a record and with every sheet his, his secret comes out; with the record the same sheets are refused."""
    of = scene(FLAT)
    attack = seen_everything(of, "ciphertext", presented(of, "T"))[0]
    assert by_product(attack.sheets, None)[0] == LIE.password
    assert by_product(attack.sheets, of.anchor)[0] == 5
