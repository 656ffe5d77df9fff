"""An account has one password: the secret that was accepted last has replaced those of its other lines."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from splitkit.custody.due import due
from splitkit.custody.exposure import SetCase, alarms
from splitkit.custody.overview.now import Danger, matters
from splitkit.custody.records.lives import Life
from splitkit.custody.register import Built, build
from splitkit.custody.ways.rules import Rules
from splitkit.errors import AttentionError, Remedy
from tests.support.custody.custodies import (
    EVER,
    OTHER_SET,
    SET,
    chained,
    changed,
    destroyed,
    drilled,
    event,
    introduced,
    made,
    proven,
    register_of,
    stored,
    then,
    to_come,
)

THIRD = "3" * 32
REFRESHED = "6" * 32
ACCOUNT = event("account.added", "2026-01-10", account="root", name="Production", pack="generic-password")
TWO = ["ADM", "WIT"]


def a_line(set_id, keepers, day="2026-01-15"):
    """A set of its own, in the hands of some."""
    numbers = "123"
    return [made("2of3", set_id, day), *proven(*numbers, set_id=set_id, day=day),
            *(stored(n, who, f"{set_id[:2]}-{n}", set_id, day, bag=f"BAG-{set_id[:4]}-{n}".upper()) for n, who in zip(numbers, keepers, strict=True))]  # fmt: skip


def bound(line, day="2026-01-20"):
    return event("line.bound", day, line=line, account="root")


def signed_in(set_id, day, password="new"):
    return event("signin", day, set=set_id, password=password, accepted=True)


FIRST = [ACCOUNT, *a_line(SET, ["C1", "C2", "C3"]), bound(SET), signed_in(SET, "2026-01-21")]
SECOND = a_line(OTHER_SET, ["D1", "D2", "D3"], "2026-02-01")
BOUND, NEW = bound(OTHER_SET, "2026-02-02"), signed_in(OTHER_SET, "2026-02-03")


def old_ones(register):
    """Which sets open an account, and should not."""
    return {code.split("-")[1].lower() for code in register.urgent if code.startswith("OLD-")}


def lives(register):
    return {one.set_id: one.life for one in register.sets.values()}


@pytest.mark.parametrize("told", [[BOUND, NEW], [NEW, BOUND]])
def test_the_line_whose_password_was_set_last_is_the_one_that_opens(told):
    register = register_of(*FIRST, *SECOND, *told)
    assert lives(register) == {SET: Life.SUPERSEDED, OTHER_SET: Life.LIVE}
    (target,) = Rules(register).targets
    able = {bringer.person for item in target.brought() for bringer in item.bringers}
    assert able >= {"C1", "D1"}, "whoever has the old one is watched still"
    gone = then(register, *(destroyed(number, OTHER_SET) for number in "12"))
    rules = Rules(gone)
    assert any(one.rule == "PATH-1" for one in rules.broken), "no quorum of the old line helps"


@pytest.mark.parametrize(
    "between", [[], [bound(OTHER_SET, "2026-02-02")], [signed_in(OTHER_SET, "2026-02-03", "unchanged")]]
)  # the last is that of a line which is recorded for no account
def test_a_line_that_nobody_has_signed_in_with_replaces_nothing(between):
    """Both may open it; that it was never tried is due."""
    register = register_of(*FIRST, *SECOND, *between)
    assert set(lives(register).values()) == {Life.LIVE}


def test_of_another_account_it_replaces_nothing():
    other = event("account.added", "2026-01-10", account="two", name="Backup", pack="generic-password")
    to_other = event("line.bound", "2026-02-02", line=OTHER_SET, account="two")
    assert set(lives(register_of(*FIRST, other, *SECOND, to_other, NEW)).values()) == {Life.LIVE}


def test_a_later_set_of_the_replaced_line_is_replaced_too_and_two_retire_it():
    refreshed = [changed(to_come(REFRESHED, policy="2of3"), sheets=3), *proven(*"123", set_id=REFRESHED),
                 event("set.refreshed", "2026-01-25", set=REFRESHED, replaces=SET, reason="a leaver")]  # fmt: skip
    register = register_of(*FIRST, *refreshed, *SECOND, BOUND, NEW)
    assert lives(register) == {SET: Life.SUPERSEDED, REFRESHED: Life.SUPERSEDED, OTHER_SET: Life.LIVE}
    told = [one for one in Rules(register).broken if one.rule == "SET-1"]
    assert [one.step for one in told] == [(Remedy.RETIRE_SET, SET[:8]), (Remedy.RETIRE_SET, REFRESHED[:8])]
    over = [
        event("set.retired", "2026-02-04", set=one, reason="it was reset", approved=TWO) for one in (REFRESHED, SET)
    ]
    retired = then(register, *over)
    assert not Rules(retired).breaks("SET-1")
    assert not [one for one in due(retired) if one.what == f"drill of set {SET[:8]}"]


def test_it_is_told_until_it_is_settled_and_an_old_password_that_opens_is_an_incident():
    register = register_of(*FIRST, *SECOND, BOUND, NEW)
    pressing = [one.what for one in matters(Built(register), Rules(register), dt.date(2026, 2, 4))]
    assert [one for one in pressing if "SET-1" in one and SET[:8] in one]
    again = then(register, signed_in(SET, "2026-02-05", "unchanged"))
    assert [one for one in again.urgent if one.startswith("OLD")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_of_several_lines_one_opens_in_whatever_order_they_are_told_and_the_others_are_told(order):
    """Whoever signs in with a secret that another took the place of has it still: an incident, as it always was."""
    third = a_line(THIRD, ["E1", "E2", "E3"], "2026-02-01")
    told = [signed_in(SET, "2026-02-10"), NEW, signed_in(THIRD, "2026-02-05")]
    lines = [ACCOUNT, *a_line(SET, ["C1", "C2", "C3"]), bound(SET), *SECOND, BOUND, *third, bound(THIRD, "2026-02-02")]
    register = build(chained(introduced(*lines, *(told[at] for at in order))), EVER).register
    (opens,) = [name for name, life in lives(register).items() if life is Life.LIVE]
    assert opens == (SET, OTHER_SET, THIRD)[order[0]]
    old = {name for name in lives(register) if name != opens}
    assert all(any(name[:8] in what for what in Rules(register).breaks("SET-1")) for name in old)
    assert {code.split("-")[1] for code in register.urgent} == {name[:8].upper() for name in old}


def a_new_one(set_id, of, epoch=2, kind="rotated", day="2026-02-01", line=SET):
    """A set that is to replace another, read back and in nobody's hands."""
    return [
        changed(to_come(set_id, of, epoch, "2of3", day, kind), sheets=3, line=line),
        *proven(*"123", set_id=set_id, day=day),
    ]


def took_over(set_id, of, day="2026-02-05", kind="rotated"):
    return event(f"set.{kind}", day, set=set_id, replaces=of, reason="a theft")


def shown(set_id, day="2026-02-02"):
    return event("reveal", day, set=set_id, purpose="set it", released_by=TWO, seen_by=TWO, seconds=9, way="screen")


def void(set_id, day="2026-02-03"):
    return event("set.void", day, set=set_id, reason="it was refused")


def retired(set_id, day="2026-02-03"):
    return event("set.retired", day, set=set_id, reason="it was set nowhere", approved=TWO)


def dead(register):
    """What is said of passwords that have no set, and what is to be done."""
    found = matters(Built(register), Rules(register), dt.date(2026, 2, 20))
    return [(one.what.split(":")[0], one.remedy) for one in found if "the password in use has no set" in one.what]


NOT_USED = {
    "to come": [*a_new_one(OTHER_SET, SET)],
    "of a second line": [made("2of3", OTHER_SET, "2026-02-01"), *proven(*"123", set_id=OTHER_SET, day="2026-02-01"), bound(OTHER_SET, "2026-02-01")],
}  # fmt: skip


@pytest.mark.parametrize("password", ["new", "unchanged"])
@pytest.mark.parametrize("kind", NOT_USED)
@pytest.mark.parametrize(
    "ends",
    [
        [void(OTHER_SET)],
        [*(destroyed(n, OTHER_SET) for n in "123"), void(OTHER_SET)],
        [void(OTHER_SET), retired(OTHER_SET)],
    ],
)
def test_a_password_whose_set_is_void_opens_and_nothing_else_does(kind, ends, password):
    """The set in use opens nothing any more, and that is told until somebody has signed in with one that has a set."""
    begun = [*FIRST, *NOT_USED[kind], shown(OTHER_SET), *ends]
    assert not dead(register_of(*begun))
    begun.append(signed_in(OTHER_SET, "2026-02-04", password))
    register = register_of(*begun)
    assert bool(old_ones(register)) is (password == "unchanged" or len(ends) > 1), "or it had come to nothing"
    assert lives(register)[SET] is Life.SUPERSEDED
    told = "retired" if ends[-1].data.event == "set.retired" else "void"
    assert dead(register) == [(f"set {OTHER_SET[:8]} ({told})", Remedy.START_ANEW)]
    assert SetCase.DEAD in {one.case for one in alarms(register, dt.date(2026, 2, 20))}
    third = [*a_line(THIRD, ["E1", "E2", "E3"], "2026-02-05"), bound(THIRD, "2026-02-05")]
    waits = register_of(*begun, *third)
    assert dead(waits), "nobody has signed in with the new one yet"
    settled = then(waits, signed_in(THIRD, "2026-02-06"))
    assert not dead(settled)
    assert lives(settled)[THIRD] is Life.LIVE
    again = then(settled, signed_in(OTHER_SET, "2026-02-07", "unchanged"))
    assert [code for code in again.urgent if code.startswith(f"OLD-{OTHER_SET[:8].upper()}")]


def test_it_is_told_in_whatever_order_and_two_who_retire_it_leave_no_way_in():
    told = [shown(OTHER_SET), signed_in(OTHER_SET, "2026-02-02")]
    late = register_of(*FIRST, *NOT_USED["to come"], void(OTHER_SET), *told)
    assert dead(late)
    over = then(late, retired(OTHER_SET, "2026-02-08"))
    assert not dead(over)
    assert any(one.rule == "PATH-1" for one in Rules(over).broken)
    older = register_of(*FIRST, *NOT_USED["to come"], shown(OTHER_SET), void(OTHER_SET), signed_in(SET, "2026-02-09"))
    older = then(older, signed_in(OTHER_SET, "2026-02-04"))
    assert (lives(older)[SET], dead(older)) == (Life.LIVE, []), "a sign-in that is told late is not the last"


def test_a_set_whose_password_was_set_before_it_took_over_replaces_the_other_lines_of_its_account():
    second = [*SECOND, BOUND, signed_in(OTHER_SET, "2026-02-03", "unchanged")]
    late = [*a_new_one(THIRD, OTHER_SET, line=OTHER_SET, day="2026-02-04"), signed_in(THIRD, "2026-02-05")]
    waits = register_of(*FIRST, *second, *late)
    assert any(one.what == f"take over with set {THIRD[:8]}" for one in due(waits))
    register = then(waits, took_over(THIRD, OTHER_SET))
    assert lives(register) == {SET: Life.SUPERSEDED, OTHER_SET: Life.SUPERSEDED, THIRD: Life.LIVE}


@pytest.mark.parametrize("last", [OTHER_SET, THIRD])
@pytest.mark.parametrize("known", [[], [ACCOUNT, bound(SET)]])
@pytest.mark.parametrize("order", [(OTHER_SET, THIRD), (THIRD, OTHER_SET)])
def test_of_two_that_were_to_replace_the_same_set_the_last_that_was_signed_in_with_opens(last, known, order):
    """Also where nobody has said of which account they are: a line has one password."""
    first = [*a_line(SET, ["C1", "C2", "C3"]), *known, signed_in(SET, "2026-01-21")]
    both = [*a_new_one(OTHER_SET, SET), *a_new_one(THIRD, SET, 3)]
    day = {of: "2026-02-04" if of == last else "2026-02-03" for of in order}
    register = register_of(
        *first, *both, *(one for of in order for one in (signed_in(of, day[of]), took_over(of, SET)))
    )
    (other,) = {OTHER_SET, THIRD} - {last}
    assert (lives(register)[last], lives(register)[other]) == (Life.LIVE, Life.SUPERSEDED)
    again = then(register, signed_in(other, "2026-02-07", "unchanged"))
    assert any(code.startswith(f"OLD-{other[:8].upper()}") for code in again.urgent)


def test_whichever_set_of_a_secret_was_named_the_one_that_is_to_come_takes_over():
    both = [*a_new_one(OTHER_SET, SET), *a_new_one(REFRESHED, OTHER_SET, 3, "refreshed"), shown(OTHER_SET)]
    register = register_of(*FIRST, *both, signed_in(REFRESHED, "2026-02-04"))
    told = {one.what: one for one in due(register)}
    assert told[f"take over with set {OTHER_SET[:8]}"].remedy is Remedy.TAKE_OVER
    assert not [one for one in told if one.startswith("record the first sign-in")]
    register = then(register, took_over(OTHER_SET, SET), took_over(REFRESHED, OTHER_SET, kind="refreshed"))
    assert lives(register)[REFRESHED] is Life.LIVE
    dropped = then(register_of(*FIRST, *both, void(REFRESHED)), signed_in(REFRESHED, "2026-02-04"))
    assert any(one.what == f"take over with set {OTHER_SET[:8]}" for one in due(dropped))


# --- whichever word is used -------------------------------------------------------------------------------------------

WORDS = ["new", "unchanged", "old"]
COMING = a_new_one(OTHER_SET, SET)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("more", [[], [shown(OTHER_SET, "2026-02-01")]])
def test_a_set_to_come_whose_password_is_accepted_takes_over_at_once(word, more):
    """Then its sheets are all that opens the account: nobody gives them up, and it is dead without them."""
    register = register_of(*FIRST, *COMING, *more, signed_in(OTHER_SET, "2026-02-02", word))
    assert old_ones(register) == ({OTHER_SET[:8]} if word != "new" else set())
    assert TAKE_OVER in {one.what for one in due(register) if one.pressing(dt.date(2026, 2, 2))}
    gone = then(register, *(destroyed(number, OTHER_SET) for number in "123"))
    for given_up in (void(OTHER_SET), retired(OTHER_SET)):
        with pytest.raises(AttentionError):
            then(gone, given_up)
    (told,) = [one for one in matters(Built(gone), Rules(gone), NOW) if one.what.startswith(f"set {OTHER_SET[:8]} ")]
    assert (told.danger, told.remedy) == (Danger.DEAD, Remedy.START_ANEW)
    assert "reset the password" in told.what
    over = then(register, took_over(OTHER_SET, SET))
    assert lives(over) == {SET: Life.SUPERSEDED, OTHER_SET: Life.LIVE}
    again = then(over, signed_in(OTHER_SET, "2026-02-09", "unchanged"))
    assert old_ones(again) == old_ones(register), "by then it was to be expected"


TAKE_OVER = f"take over with set {OTHER_SET[:8]}"
NOW = dt.date(2026, 2, 20)


@pytest.mark.parametrize("first", WORDS)
@pytest.mark.parametrize("word", WORDS)
def test_a_password_is_accepted_after_another_was_whichever_words_are_used(first, word):
    """After the new set took its place, the old secret should open nothing; the first sign-in with the new one is expected."""
    new = [*FIRST, RECEIVER, *COMING, took_over(OTHER_SET, SET), signed_in(OTHER_SET, "2026-02-06", first)]
    register = register_of(*new)
    assert not old_ones(register)
    assert old_ones(then(register, signed_in(SET, "2026-02-07", word))) == {SET[:8]}
    passed = then(register, *live(OTHER_SET, "2026-02-08"))
    assert passed.sets[OTHER_SET].live_drill
    assert old_ones(then(passed, signed_in(SET, "2026-02-09", word))) == {SET[:8]}


RECEIVER = event("receiver.added", "2026-01-20", person="ADM", account="root")


def live(set_id, day):
    """A live drill that passed."""
    return [signed_in(set_id, day, "unchanged"), event("alert", day, receiver="ADM", minutes=2, validated=True),
            *drilled(*"123", set_id=set_id, day=day, way="live")]  # fmt: skip


def test_live_drills_of_two_lines_of_one_account_are_those_of_two_passwords():
    two = [*FIRST, RECEIVER, *SECOND, BOUND]
    register = register_of(*two, *live(OTHER_SET, "2026-02-06"))
    assert (old_ones(register), lives(register)[SET]) == ({OTHER_SET[:8]}, Life.SUPERSEDED)
    register = then(register, *live(SET, "2026-02-08"))
    assert old_ones(register) == {SET[:8], OTHER_SET[:8]}
    assert not register.sets[SET].live_drill
    said = register_of(*two, NEW, *live(OTHER_SET, "2026-02-06"))
    assert not old_ones(said), "somebody said that it is new"


@pytest.mark.parametrize(("word", "found"), [("new", set()), ("unchanged", {OTHER_SET[:8]})])
def test_it_comes_out_when_the_line_turns_out_to_be_of_the_same_account(word, found):
    accepted = signed_in(OTHER_SET, "2026-02-02", word)
    register = register_of(*FIRST, *SECOND, accepted)
    assert not old_ones(register)
    register = then(register, changed(BOUND, account="root"))
    assert (old_ones(register), lives(register)[SET]) == (found, Life.SUPERSEDED)
    closed = then(register, *(event("incident.close", "2026-02-04", incident=code, cause="a slip", outcome="it is changed", approved=TWO)
                              for code in register.urgent))  # fmt: skip
    assert not old_ones(then(closed, bound(OTHER_SET, "2026-02-05"))), "to say it once more is no news"


def test_what_is_told_late_is_the_same_as_in_its_order():
    both = [signed_in(OTHER_SET, "2026-02-03", "unchanged"), signed_in(SET, "2026-02-05", "unchanged")]
    for told in (both, both[::-1]):
        assert old_ones(register_of(*FIRST, *SECOND, BOUND, *told))
    early = [signed_in(SET, "2026-01-25", "unchanged"), NEW]
    assert not old_ones(register_of(*FIRST, *SECOND, BOUND, *early))


@pytest.mark.parametrize("signs_in", [[], [signed_in(SET, "2026-01-25", "unchanged")]])
@pytest.mark.parametrize("word", WORDS)
def test_a_set_that_was_refreshed_from_a_password_that_is_gone_is_not_in_use(signs_in, word):
    """It is judged by the secret that it has, however late it was made."""
    first = [ACCOUNT, *a_line(SET, ["C1", "C2", "C3"]), bound(SET), *signs_in]
    late = [
        *a_new_one(REFRESHED, SET, 3, "refreshed", "2026-02-04"),
        took_over(REFRESHED, SET, "2026-02-04", "refreshed"),
    ]
    coming = [*COMING, signed_in(OTHER_SET, "2026-02-03", word)]
    register = register_of(*first, *coming, *late, took_over(OTHER_SET, SET))
    assert lives(register) == {SET: Life.SUPERSEDED, REFRESHED: Life.SUPERSEDED, OTHER_SET: Life.LIVE}
    again = then(register, signed_in(REFRESHED, "2026-02-09", "unchanged"))
    assert REFRESHED[:8] in old_ones(again)


OLDER = event("signin", "2026-02-10", password="old", accepted=True)


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        (FIRST[:-1], ""),
        (FIRST, SET),
        ([*FIRST[:-1], signed_in(SET, "2026-01-21", "unchanged")], SET),
        ([*FIRST, *COMING], ""),
        ([*FIRST, *COMING, took_over(OTHER_SET, SET)], ""),
        ([*FIRST, *COMING, took_over(OTHER_SET, SET), signed_in(OTHER_SET, "2026-02-06", "unchanged")], SET),
        ([*FIRST, *COMING, void(OTHER_SET)], SET),
        ([*FIRST, *a_new_one(OTHER_SET, SET, kind="refreshed")], SET),
        ([*FIRST, *SECOND, BOUND], ""),
        ([*FIRST, *SECOND, BOUND, NEW, *a_new_one(THIRD, OTHER_SET, line=OTHER_SET)], ""),
    ],
)
def test_an_older_password_of_no_set_opens_nothing_but_what_waits_for_its_first_sign_in(entries, found):
    """Until the new one is accepted the old one is in use; afterwards it opens nothing, whether or not its set is known."""
    register = register_of(*entries)
    now = then(register, OLDER)
    assert old_ones(now) == ({found[:8]} if found else set())
    assert not old_ones(then(register, changed(OLDER, accepted=False)))
    other = [changed(ACCOUNT, account="two", name="Backup"), *a_line(REFRESHED, ["F1", "F2", "F3"])]
    apart = then(register_of(*other, *entries, changed(bound(REFRESHED), account="two")), OLDER)
    assert old_ones(apart) == old_ones(now), "another account says nothing of it"
