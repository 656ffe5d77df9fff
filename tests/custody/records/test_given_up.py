"""A set that came to nothing: two people give it up, and then nothing is owed for it, in whatever order they say so."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from types import SimpleNamespace

import pytest

from splitkit.custody.due import due
from splitkit.custody.exposure import SetCase, alarms
from splitkit.custody.overview.now import matters
from splitkit.custody.records.lives import Life
from splitkit.custody.register import Built
from splitkit.custody.ways.rules import Rules
from splitkit.errors import AttentionError, Remedy
from tests.support.custody.custodies import (
    NOW,
    OTHER_SET,
    SET,
    changed,
    destroyed,
    event,
    held,
    made,
    proven,
    read_back,
    register_of,
    sheet,
    stored,
    then,
    to_come,
)

TWO = ["ADM", "WIT"]
VOID = event("set.void", "2026-02-05", set=OTHER_SET, reason="it was refused")
SHOWN = event(
    "reveal",
    "2026-02-01",
    set=OTHER_SET,
    purpose="set the password",
    released_by=TWO,
    seen_by=TWO,
    seconds=9,
    way="screen",
)
TRIED = event("signin", "2026-02-02", password="unchanged", accepted=True, set=OTHER_SET)
NOWHERE = "have two people say that the password was set nowhere"
RETIRED = event("set.retired", "2026-02-06", set=OTHER_SET, reason="it was set nowhere", approved=TWO)
GONE = tuple(destroyed(number, OTHER_SET) for number in "12345")
NEW = {
    "rotated": [*held(), to_come(kind="rotated")],
    "refreshed": [*held(), to_come()],
    "first": [made(set_id=OTHER_SET)],
}
THIRD = "7" * 32
ANOTHER = [
    changed(to_come(THIRD, kind="rotated"), epoch=3),
    *proven(*"12345", set_id=THIRD),
    event("set.rotated", "2026-02-03", set=THIRD, replaces=SET, reason="theft"),
    event("signin", "2026-02-03", password="new", accepted=True, set=THIRD),
    event("set.retired", "2026-02-04", set=SET, reason="theft", approved=TWO),
]
"""Another set takes the place of the one in use, which is retired."""


def photo(numbers):
    return tuple(
        sheet("sheet.exposed", number, set_id=OTHER_SET, level="confirmed", reason="a photo") for number in numbers
    )


def lost(numbers):
    return tuple(sheet("sheet.lost", number, set_id=OTHER_SET, circumstances="stolen") for number in numbers)


def put_away(numbers="12345"):
    return [stored(number, set_id=OTHER_SET, bag=f"NEW-{number}") for number in numbers]


def owed(register):
    """What is said of the set, and what is due about it."""
    said = [(one.case, one.record.set_id) for one in alarms(register, NOW) if one.record.set_id == OTHER_SET]
    return said, [one.what for one in due(register) if OTHER_SET[:8] in one.what]


@pytest.mark.parametrize("kind", NEW)
@pytest.mark.parametrize("seen", ["", "1", "123"])
@pytest.mark.parametrize("shown", [[], [(SHOWN,)], [(TRIED,)]])
def test_in_whatever_order_a_set_comes_to_nothing_it_comes_to_the_same(kind, seen, shown):
    if kind != "refreshed" and shown == [(TRIED,)]:
        begun = register_of(*NEW[kind], *read_back(*"12345"), TRIED, *photo(seen), *GONE)
        with pytest.raises(AttentionError, match="was in use"):  # it is the password
            then(begun, VOID)
        return
    if shown == [(TRIED,)]:  # nobody signs in with what is void
        orders = [
            ((TRIED,), *some)
            for some in permutations([photo(seen), GONE, (VOID,)])
            if some.index(GONE) < some.index((VOID,))
        ]
    else:
        orders = list(permutations([photo(seen), GONE, (VOID,), *shown]))
    ends = []
    for order in orders:
        register = register_of(*NEW[kind], *read_back(*"12345"), *(one for part in order for one in part))
        ends.append((register.sets[OTHER_SET].outdated, *owed(register)))
    assert len(orders) >= 3
    assert all(one == ends[0] for one in ends)
    known = seen == "123" and (kind == "refreshed" or bool(shown))
    assert ends[0][1] == [(SetCase.COMPROMISED, OTHER_SET)] * known
    assert not ends[0][2] or known or kind == "refreshed"


def test_one_who_gives_up_alone_takes_no_exposure_back_and_the_shredder_does():
    alone = replace(VOID, witness="")
    register = register_of(*NEW["rotated"], *photo("123"), alone)
    assert owed(register)[0] == [(SetCase.COMPROMISED, OTHER_SET)]
    assert owed(then(register, *GONE)) == owed(then(register, VOID)) == ([], [])


@pytest.mark.parametrize("kind", ["rotated", "refreshed"])
def test_what_nobody_can_destroy_keeps_nobody_from_giving_a_set_up(kind):
    register = register_of(*NEW[kind], *proven(*"12345", set_id=OTHER_SET), *put_away(), *lost("1"))
    with pytest.raises(AttentionError):
        then(register, VOID)
    with pytest.raises(AttentionError, match="sheet 5"):
        then(register, *GONE[1:4], VOID)  # no quorum is left, and somebody has it
    register = then(register, *GONE[1:])
    with pytest.raises(AttentionError):
        then(register, replace(VOID, witness=""))
    register = then(register, VOID)
    assert (register.sets[OTHER_SET].life, owed(register)) == (Life.VOID, ([], []))


def test_a_stolen_quorum_of_a_password_that_was_set_nowhere_counts_for_nothing_once_two_give_it_up():
    register = register_of(*NEW["rotated"], *proven(*"12345", set_id=OTHER_SET), *put_away(), *lost("123"))
    assert owed(register)[0] == [(SetCase.COMPROMISED, OTHER_SET)]
    with pytest.raises(AttentionError):
        then(register, VOID)  # the others are still to be destroyed
    assert owed(then(register, *GONE[3:], VOID)) == ([], [])
    for used in (SHOWN, TRIED):
        with pytest.raises(AttentionError):
            then(register, used, *GONE[3:], VOID)
    same = register_of(*NEW["refreshed"], *proven(*"12345", set_id=OTHER_SET), *put_away(), *lost("123"))
    with pytest.raises(AttentionError):
        then(same, *GONE[3:], VOID)


def test_what_is_void_and_may_have_been_set_is_retired_by_two():
    register = register_of(*NEW["rotated"], *proven(*"12345", set_id=OTHER_SET), SHOWN, *photo("123"), *GONE, VOID)
    rules = SimpleNamespace(register=register, broken=())
    (found,) = [one for one in matters(Built(register), rules, NOW) if one.what.startswith(f"set {OTHER_SET[:8]} ")]
    assert found.remedy is Remedy.RETIRE_SET
    retired = event("set.retired", "2026-02-06", set=OTHER_SET, reason="it was set nowhere", approved=TWO)
    register = then(register, retired)
    assert owed(register) == ([], [])
    assert not register.sets[SET].outdated  # nobody signed in with the one that was to take its place


@pytest.mark.parametrize("kind", ["rotated", "refreshed"])
def test_a_void_set_that_was_of_no_use_or_opens_what_is_in_use_is_never_retired(kind):
    register = register_of(*NEW[kind], *(SHOWN for _ in kind if kind == "refreshed"), *GONE, VOID)
    with pytest.raises(AttentionError):
        then(register, event("set.retired", "2026-02-06", set=OTHER_SET, reason="no", approved=TWO))


def test_what_replaces_a_set_in_use_no_more_is_owed_no_more_once_that_secret_is_retired():
    before = [*NEW["refreshed"], *proven(*"12345", set_id=OTHER_SET), *put_away(), *lost("1")]
    assert owed(register_of(*before, *ANOTHER)) == ([], [])


@pytest.mark.parametrize("ends", [
    [*GONE, event("set.retired", "2026-02-06", set=OTHER_SET, reason="it was refused", approved=TWO)], [*GONE, VOID], [VOID, *GONE],
])  # fmt: skip
def test_a_first_sign_in_is_owed_no_more_once_two_people_say_that_there_is_none(ends):
    refused = event("signin", "2026-02-02", password="new", accepted=False, set=OTHER_SET)
    begun = [*held(), made(set_id=OTHER_SET), *proven(*"12345", set_id=OTHER_SET), SHOWN, refused]
    asked = f"record the first sign-in: set {OTHER_SET[:8]} was shown on 2026-02-01"
    assert asked in owed(register_of(*begun))[1]
    assert owed(register_of(*begun, *ends))[1] == []
    if len(ends) > 1 and ends[-1] is VOID:
        register = register_of(
            *begun, VOID
        )  # whoever has its sheets may have the password, and nobody is told to set it
        (left,) = [one for one in due(register) if one.about == OTHER_SET[:8] and "was shown" in one.what]
        assert (left.what.partition(":")[0], left.remedy) == (NOWHERE, Remedy.RETIRE_SET)
        assert owed(then(register, RETIRED))[1] == []


@pytest.mark.parametrize("ends", [[*GONE, VOID], [VOID, *GONE]])
def test_nor_for_one_that_was_to_come(ends):
    begun = [*NEW["rotated"], *proven(*"12345", set_id=OTHER_SET), SHOWN]
    assert owed(register_of(*begun))[1] != owed(register_of(*begun, *ends))[1] == []


def bid(register):
    """What is to be done about the set."""
    rules = SimpleNamespace(register=register, broken=())
    about = [one for one in matters(Built(register), rules, NOW) if OTHER_SET[:8] in one.what]
    return {one.remedy for one in about if one.about == OTHER_SET[:8]}


@pytest.mark.parametrize("gone", [lost("123"), photo("123"), (*photo("12"), *lost("3"))])
def test_one_to_come_that_was_shown_and_is_known_is_retired_by_two_where_nobody_signed_in_with_it(gone):
    """Nobody can destroy what is lost: no alarm stays that nothing settles."""
    begun = [*NEW["rotated"], *proven(*"12345", set_id=OTHER_SET), *put_away(), SHOWN, *gone]
    refused = event("signin", "2026-02-02", password="new", accepted=False, set=OTHER_SET)
    for more in ([], [refused]):
        register = register_of(*begun, *more)
        assert (owed(register)[0], bid(register)) == ([(SetCase.COMPROMISED, OTHER_SET)], {Remedy.RETIRE_SET})
        assert owed(then(register, RETIRED)) == ([], [])
        assert not then(register, RETIRED).sets[SET].outdated
    with pytest.raises(AttentionError):
        then(register_of(*begun), replace(RETIRED, data=RETIRED.data.saying({"approved": ("ADM", "ADM")})))
    used = event("signin", "2026-02-02", password="new", accepted=True, set=OTHER_SET)
    with pytest.raises(AttentionError):
        then(register_of(*begun, used), RETIRED)


def test_one_to_come_is_not_retired_that_was_never_shown_or_has_the_secret_in_use():
    for begun in (NEW["rotated"], [*NEW["refreshed"], SHOWN]):
        with pytest.raises(AttentionError):
            then(register_of(*begun, *proven(*"12345", set_id=OTHER_SET)), RETIRED)


def test_nor_is_a_first_sign_in_asked_for_where_another_took_the_place():
    register = register_of(*NEW["rotated"], *proven(*"12345", set_id=OTHER_SET), *put_away(), SHOWN, *ANOTHER)
    about = [one for one in due(register) if one.about == OTHER_SET[:8]]
    assert {one.remedy for one in about} == {Remedy.RETIRE_SET}
    assert owed(then(register, RETIRED)) == ([], [])


def filed(act, *made_by, new=OTHER_SET):
    """A set of which every sheet was written into a file, and not printed by the machine that made it."""
    begun = event("intent", intent="N-1", act=act, purpose="a new board", makes=new)
    return [begun, *made_by, event("outcome", intent="N-1", result="done")]


GIVEN = made(set_id=OTHER_SET, origin="given")
UNKNOWN = made(set_id=OTHER_SET, origin=None)
IN_FILES = {
    "refreshed": [*held(), *filed("refresh", to_come())],
    "given": filed("split", GIVEN),
    "of nobody knows what": filed("split", UNKNOWN),
    "rotated, given": [*held(), *filed("rotate", changed(to_come(kind="rotated"), origin="given"))],
}


def still_asked_for(register):
    return [one.what for one in Rules(register).broken if one.rule == "SET-1"]


@pytest.mark.parametrize("name", IN_FILES)
def test_what_was_written_into_files_is_paper_until_two_saw_it_destroyed(name):
    register = register_of(*IN_FILES[name])
    with pytest.raises(AttentionError, match="takes two people"):
        then(register, replace(VOID, witness=""))
    void = then(register, VOID)
    assert still_asked_for(void) == [
        "sheets of set 0b0b0b0b, which is void, still open the secret until sheets 1, 2 and 3 are destroyed".replace(
            "0b0b0b0b", OTHER_SET[:8]
        )
    ]
    assert void.sets[OTHER_SET] in void.at_stake, "a review asks of it"
    assert still_asked_for(then(void, *GONE[:2]))
    assert not still_asked_for(then(void, *GONE[:3]))


@pytest.mark.parametrize("ends", [[], [event("outcome", intent="N-2", result="done")]])
def test_a_page_that_was_written_into_a_file_once_more_is_paper_too(ends):
    again = event("intent", intent="N-2", act="reissue", purpose="water", set=OTHER_SET, sheet="1")
    old = sheet("sheet.destroyed", "1", set_id=OTHER_SET, way="shredded", seen_by=TWO, copy=1)
    register = register_of(
        *held(),
        to_come(policy="2of3"),
        again,
        sheet("sheet.reissued", "1", set_id=OTHER_SET, reason="water"),
        *ends,
        old,
    )
    assert register.sets[OTHER_SET].sheets["1"].on_paper
    printed = register_of(
        *held(), to_come(policy="2of3"), sheet("sheet.reissued", "1", set_id=OTHER_SET, reason="water"), old
    )
    assert not printed.sets[OTHER_SET].sheets["1"].on_paper, "a ceremony prints it later"


@pytest.mark.parametrize("what", [GIVEN, UNKNOWN])
def test_a_secret_that_people_gave_may_be_in_use_though_nobody_has_recorded_that(what):
    register = register_of(what, *proven(*"12345", set_id=OTHER_SET))
    known = then(register, *photo("123"), VOID)
    assert owed(known)[0] == [(SetCase.COMPROMISED, OTHER_SET)]
    assert owed(then(known, RETIRED))[0] == []
    new = event("signin", "2026-02-03", password="new", accepted=True, set=OTHER_SET)
    debts = ["change the password", "review the use", "tell who must know of the use"]
    for shown in (then(register, SHOWN), then(register, SHOWN, replace(new, witness=""))):
        assert [debt for debt in debts if any(one.what.startswith(debt) for one in due(shown))] == debts
    ours = then(register_of(made(set_id=OTHER_SET), *proven(*"12345", set_id=OTHER_SET)), SHOWN)
    assert any(one.what.startswith("record the first sign-in") for one in due(ours))
