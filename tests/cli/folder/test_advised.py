"""What `status` advises can be done as it is printed: every command, in a folder that brings it up, at a terminal.

What stands in capital letters is filled in, questions are answered, and then the line is gone from NOW, or says what comes next.
"""

from __future__ import annotations

import datetime as dt
import inspect
import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile
from pathlib import Path
from types import ModuleType

import pytest

from splitkit.cli.ui import ledger_reading
from splitkit.cli.ui.hints import HINTS
from splitkit.custody import due
from splitkit.custody.overview import glance, now
from splitkit.custody.ways import mending, rules
from splitkit.custody.ways.rules import RULES
from splitkit.errors import Remedy
from splitkit.host import clock
from splitkit.ledger import branches, last_heads
from tests.support.ceremonies import plan_of, whole
from tests.support.custody.company import written
from tests.support.custody.custodies import changed
from tests.support.custody.house import (
    ADA,
    BEN,
    CLEO,
    DORA,
    EMIL,
    FAY,
    GUS,
    HANA,
    KEEPERS,
    LOU,
    NEXT,
    SET,
    TWO,
    a_set,
    ago,
    an_account,
    begun,
    devices,
    entry,
    following,
    house,
    of_sheet,
    ours,
    put_away,
    readings,
    replaced,
    sound,
    to_come,
)
from tests.support.kit import COMMAND, run
from tests.support.ledgers import head_of
from tests.support.sampling import sampled
from tests.support.terminals import COLUMNS, Session

GONE, STAYS = "", None
"""What a line of NOW comes to: nothing, or itself; else what stands in its place."""

BEGUN = -1
"""How a command ends that asks for more than this is about."""
PATIENCE = 60

OLD, NEW = SET[:8], NEXT[:8]


@dataclass(frozen=True)
class Advised:
    """A line that status shows, the way in which the folder came to it, and what its commands come to."""

    line: str
    """How it begins, as an expression."""
    remedy: Remedy | None
    """What is advised; none where the pack has the command."""
    entries: Sequence[object]
    comes_to: Sequence[str | None] = (GONE,)
    """What each of several ways comes to."""
    fill: dict[str, str] = field(default_factory=dict)
    """What is filled in where the usual would not do."""
    ceremony: Sequence[object] = ()
    before: Callable[[Path], None] = lambda home: None
    """What else is done in the folder."""
    where: str = "NOW"
    """The part of the status in which it stands."""
    ends: int = 0
    """How its commands end."""


def exposed(*numbers: str, set_: str = SET):
    return [of_sheet("sheet.exposed", one, set_=set_, level="confirmed", reason="it was seen") for one in numbers]


def gone(*numbers: str):
    return [of_sheet("sheet.destroyed", one, way="burnt", seen_by=TWO) for one in numbers]


def shown(days: int = 3):
    return entry("reveal", days, set=SET, purpose="a task", released_by=TWO, seen_by=TWO, seconds=60, way="screen")


def left(person: str, days: int = 3):
    return entry("person.left", days, person=person, until=ago(days), reason="another post")


def stands_in(person: str, deputy: str):
    return entry("deputy", person=person, deputy=deputy)


def told(one, **more):
    return changed(one, **more)


def person(who: str, name: str, **more):
    return entry("person.joined", 6, person=who, name=name, since=ago(6), **more)


def signed_in(set_: str, days: int = 2):
    return entry("signin", days, password="new", accepted=True, set=set_)


def withdrawn(home: Path) -> None:
    assert run("record", "note", "a slip", "--by", ADA, cwd=home).returncode == 0
    number = str(len((home / "ledgers" / "desk.ledger").read_bytes().splitlines()))
    words = ["record", "withdraw", number, "--reason", "a slip", "--by", ADA, "--wit", BEN]
    with Session([*COMMAND, *words], home) as session:
        for times in (1, 2):
            session.until(lambda screen, times=times: "\n".join(screen.main).count("is this withdrawn?") >= times)
            session.type("yes\r")
        assert session.finish() == 0


def torn(home: Path) -> None:
    with (home / "ledgers" / "desk.ledger").open("ab") as file:
        file.write(b'{"by":"ada')


def not_taken_up(home: Path) -> None:
    told = [changed(one, ceremony="C-0002") if one.event == "open" else one for one in whole(plan_of("2of3"))]
    written(home / "ledgers" / "c-0002.ledger", told[:5])
    (home / "ledgers" / "c-0002.ledger").chmod(0o600)


def stale(home: Path) -> None:
    desk = home / "ledgers" / "desk.ledger"
    before = desk.read_bytes()
    assert run("record", "note", "today", "--by", ADA, cwd=home).returncode == 0
    desk.write_bytes(before)


def forked(home: Path) -> None:
    desk = home / "ledgers" / "desk.ledger"
    before = desk.read_bytes()
    for name in ("stick.ledger", "desk.ledger"):
        desk.write_bytes(before)
        assert run("record", "note", name, "--by", ADA, cwd=home).returncode == 0
        (home / "ledgers" / name).write_bytes(desk.read_bytes())
        (home / "ledgers" / name).chmod(0o600)


def a_ceremony_beside(home: Path) -> None:
    written(home.parent / "c1", whole(plan_of("2of3")))


def without_signin(days: int = 10):
    return [*begun(days), *a_set(days), *an_account(days)[:-1], *devices(days=days)]


RUN_DRY = [one for one in sound() if one.event != "signin"]
TWO_SAFES = [of_sheet("sheet.taken", "2", person=DORA, bag="BAG-2", safe="safe-2", purpose="a move"),
             of_sheet("sheet.stored", "2", 4, person=DORA, bag="BAG-2", safe="safe-1")]  # fmt: skip
FAILED = entry("drill", set=SET, sheets=["1", "2"], way="verify", result="fail")
RULE = Remedy.OVERRULE

CASES = {
    # sets
    "compromised": Advised(f"set {OLD}: compromised", Remedy.ROTATE, [*sound(), *exposed("1", "2")], [STAYS]),
    "compromised, a new one is to come": Advised(
        f"set {OLD}: compromised", Remedy.READ_NEW_SHEETS, [*sound(), *exposed("1", "2"), to_come("rotated")],
        [STAYS, STAYS], {"SCAN": "new"}),
    "compromised, the new one was read": Advised(
        f"set {OLD}: compromised", Remedy.TAKE_OVER,
        [*sound(), *exposed("1", "2"), to_come("rotated"), *readings(set_=NEXT, days=4)], [rf"set {OLD} \(superseded\): compromised"]),
    "dead": Advised(f"set {OLD}: dead", Remedy.START_ANEW, [*sound(), *gone("1", "2")], [STAYS]),
    "one short": Advised(f"set {OLD}: one short", Remedy.REFRESH, [*sound(), *exposed("1")], [STAYS]),
    "doubtful": Advised(f"set {OLD}: doubtful", Remedy.HOLD_DRILL, [*sound(), FAILED]),
    "destroyed": Advised(f"set {OLD}: destroyed", Remedy.REISSUE, [*sound(), *gone("3")], [f"set {OLD}: unproven"], {"BROUGHT": "12"}),
    "unproven": Advised(f"set {OLD}: unproven", Remedy.HOLD_DRILL, [*sound(), of_sheet("sheet.reissued", "3", reason="worn")]),
    "old and one short": Advised(
        rf"set {OLD} \(superseded\): one short", Remedy.DESTROY_SHEETS, [*sound(), *replaced("refreshed"), *exposed("1")], fill={"SHEET": "1-3"}),
    "old and compromised": Advised(
        rf"set {OLD} \(superseded\): compromised", Remedy.ROTATE, [*sound(), *replaced("refreshed"), *exposed("1", "2")],
        [STAYS], {"SCAN": "new"}),
    "rotated away and compromised": Advised(
        rf"set {OLD} \(superseded\): compromised", Remedy.SIGN_IN_AND_RETIRE, [*sound(), *replaced("rotated"), *exposed("1", "2")]),
    "to come and compromised": Advised(
        rf"set {NEW} \(not yet relied upon\): compromised", Remedy.DESTROY_AND_VOID,
        [*sound(), to_come("rotated"), *exposed("1", "2", set_=NEXT)], fill={"SHEET": "1-3"}),
    "to come and spoilt": Advised(
        rf"set {NEW} \(not yet relied upon\): destroyed", Remedy.DESTROY_AND_VOID,
        [*sound(), to_come("refreshed"), *readings(set_=NEXT, days=4),
         of_sheet("sheet.read", "1", 3, set_=NEXT, use="read-back", source="scan", result="damaged")], fill={"SHEET": "1-3"}),
    "to come and lost": Advised(
        rf"set {NEW} \(not yet relied upon\): one short", Remedy.DESTROY_AND_VOID,
        [*sound(), to_come("refreshed"), *readings(set_=NEXT, days=4), *(one for number in "123" for one in put_away(number, 4, NEXT, "NEW")),
         of_sheet("sheet.lost", "1", 3, set_=NEXT, circumstances="moved house")], fill={"SHEET": "2-3"}),
    "void and compromised": Advised(
        rf"set {NEW} \(void\): compromised", Remedy.RETIRE_SET,
        [*sound(), to_come("rotated"), *readings(set_=NEXT, days=4), changed(shown(), set=NEXT), *exposed("1", "2", set_=NEXT),
         entry("set.void", 2, set=NEXT, reason="it was refused")]),
    # incidents, what was begun, what contradicts
    "incident": Advised("incident I-1 is open", Remedy.CLOSE_INCIDENT, [*sound(), entry("incident.open", incident="I-1", cause="a bag is torn")]),
    "alert": Advised("incident I-1 is open: the secret", Remedy.TREAT_AS_KNOWN,
                     [*sound(), entry("incident.open", incident="I-1", cause="a sign-in at night", kind="password")]),
    "begun": Advised("begun, never finished", Remedy.ENTER_OUTCOME, [*sound(), entry("intent", intent="N-1", act="recover", purpose="a task")],
                     fill={"RESULT": "stopped"}),
    "contradiction": Advised("entry [0-9]+ of", Remedy.CORRECT, [*sound(), of_sheet("sheet.handed", "1", from_=DORA, to=LOU)]),
    "withdrawn": Advised("withdrawn: entry", Remedy.HOLD_REVIEW, sound(), [STAYS], before=withdrawn, ends=BEGUN),
    "nothing": Advised("no set was recorded", Remedy.TAKE_LEDGER, begun(), before=a_ceremony_beside, fill={"LEDGER": "../c1"}),
    # ledgers in doubt
    "torn": Advised("in doubt: desk.ledger", Remedy.END_LINE, sound(), before=torn),
    "not taken up": Advised("in doubt: C-0002", Remedy.TAKE_LEDGER, sound(), before=not_taken_up, fill={"LEDGER": "ledgers/c-0002.ledger"}),
    "ahead": Advised("in doubt: note", Remedy.CORRECT, [*sound(), entry("note", -3, text="a clock was wrong")]),
    "stale": Advised("in doubt: DESK", Remedy.NEWER_COPY, sound(), [STAYS], before=stale, ends=8),
    "forked": Advised("in doubt: DESK", Remedy.LEDGER_VERIFY, sound(), [STAYS], before=forked, ends=8),
    # what is due
    "drill": Advised(f"drill of set {OLD}", Remedy.HOLD_DRILL, sound(100)),
    "live drill": Advised("live drill of Production", Remedy.HOLD_LIVE_DRILL, sound(100), [STAYS], ends=BEGUN),
    "live drill without receivers": Advised(
        "live drill of Production", Remedy.NAME_RECEIVER, [one for one in sound(100) if one.event != "receiver.added"], [STAYS],
        fill={"PERSON": "Ada Example"}, ends=BEGUN),
    "review": Advised("access review", Remedy.HOLD_REVIEW, sound(100), [STAYS], ends=BEGUN),
    "sheet unread": Advised("read sheet 1", Remedy.HOLD_DRILL, sound(400)),
    "planned": Advised("planned drill", Remedy.HOLD_LIVE_DRILL, sound(), [STAYS],
                        ceremony=[*whole(plan_of("2of3"))[:5], entry("close", exceptions=0, people_out=[], items_out=[], next=ago(1))], ends=BEGUN),
    "standby": Advised("standby day", Remedy.HOLD_LIVE_DRILL, sound(), [STAYS],
                       ceremony=[*whole(plan_of("2of3"))[:5], entry("close", exceptions=0, people_out=[], items_out=[], standby=ago(1))], ends=BEGUN),
    "no account": Advised(f"no account is recorded for set {OLD}", Remedy.BIND_ACCOUNT, [*begun(), *a_set(), *devices()]),
    "account not bound": Advised(f"no account is recorded for set {OLD}", Remedy.BIND_LINE, [*begun(), *a_set(), *devices(), *an_account()[:1]],
                                 fill={"ACCOUNT": "Production"}),
    "a device for no account": Advised("say for which account mfa key-1 is", Remedy.BIND_DEVICE, [
        *sound(), entry("account.added", account="second", name="Second", pack="generic-password")], fill={"ACCOUNT": "production"}),
    "a seat without a name": Advised("say who c-0001-c9 is", Remedy.BIND_SEAT, sound(), ceremony=[
        *whole(plan_of("2of3"))[:5], entry("roll", person="C9", role="custodian"), entry("asset.added", asset="key-9", kind="mfa", person="C9"),
        entry("close", exceptions=0, people_out=[], items_out=[])]),
    "to take over": Advised(f"take over with set {NEW}", Remedy.TAKE_OVER, [*sound(45), to_come("refreshed", 40), *readings(set_=NEXT, days=39)]),
    "to take over at once": Advised(f"take over with set {NEW}", Remedy.TAKE_OVER,
                                    [*sound(), to_come("rotated"), *readings(set_=NEXT, days=4), signed_in(NEXT)]),
    "to read": Advised(f"take over with set {NEW}", Remedy.READ_NEW_SHEETS, [*sound(45), to_come("refreshed", 40)], [STAYS, GONE], {"SCAN": "new"}),
    "to read, and sealed": Advised(f"take over with set {NEW}", Remedy.HOLD_DRILL,
                                   [*sound(45), to_come("refreshed", 40), *put_away("1", 39, NEXT, "NEW")], [STAYS], {"SCAN": "new"}),
    "first sign-in": Advised(f"record the first sign-in: set {OLD}", Remedy.SIGN_IN, [*without_signin(), shown()]),
    "use": Advised(f"change the password: set {OLD}", Remedy.SETTLE_USE, [*sound(), shown()], [GONE, STAYS]),
    "use, rotated since": Advised(f"change the password: set {OLD}", Remedy.SIGN_IN_AND_RETIRE, [*sound(), shown(6), *replaced("rotated")]),
    "use, signed in since": Advised(f"have two people say that the old password opens nothing any more: set {OLD}", Remedy.RETIRE_SET, [*sound(), shown(6), *replaced("rotated"), signed_in(NEXT)]),
    "use, refreshed since": Advised(f"change the password: set {OLD}", Remedy.SETTLE_USE, [*sound(), shown(6), *replaced("refreshed")], [GONE, STAYS],
                                    {"SCAN": "new"}),
    "use, retired since": Advised(f"review the use: set {OLD}", Remedy.REVIEW_USE,
                                  [*sound(), shown(6), *replaced("rotated"), signed_in(NEXT, 4), entry("set.retired", 3, set=SET, reason="x", approved=TWO)]),
    "out of its safe": Advised(f"put back sheet 1 of set {OLD}", Remedy.STORE_SHEET,
                               [*sound(), of_sheet("sheet.taken", "1", 9, person=CLEO, bag="BAG-1", safe="safe-1", purpose="a move")]),
    "out of its bag": Advised(f"put back sheet 1 of set {OLD}", Remedy.SEAL_SHEET,
                              [*sound(), of_sheet("bag.opened", "1", 9, bag="BAG-1", intact=True, expected=True, purpose="a drill")]),
    "in no safe": Advised(f"say where sheet 1 of set {NEW} is kept", Remedy.SEAL_SHEET,
                          [*sound(30), to_come("refreshed", 20), *readings(days=20, set_=NEXT), entry("set.refreshed", 20, set=NEXT, replaces=SET, reason="x")]),
    "out of a safe that was left": Advised(
        f"say where sheet 1 of set {OLD} is kept", Remedy.STORE_SHEET,
        [*sound(), of_sheet("sheet.taken", "1", 9, person=CLEO, bag="BAG-1", safe="safe-1", purpose="a move"),
         entry("place.left", 9, place="safe-1", reason="a move")]),
    "out of its safe, and burnt": Advised(
        f"put back sheet 1 of set {OLD}", Remedy.DESTROY_OLD,
        [*sound(), of_sheet("sheet.taken", "1", 9, person=CLEO, bag="BAG-1", safe="safe-1", purpose="a move"),
         of_sheet("sheet.destroyed", "1", way="fire", seen_by=[])]),
    "out of its safe, and lost": Advised(
        f"put back sheet 1 of set {OLD}", Remedy.SAY_LOST,
        [*sound(), of_sheet("sheet.taken", "1", 9, person=CLEO, bag="BAG-1", safe="safe-1", purpose="a move"),
         replace(of_sheet("sheet.lost", "1", 8, circumstances="moved house"), witness="")]),
    "burnt sheet of a leaver": Advised(f"hand over sheet 3 of set {OLD}", Remedy.DESTROY_OLD,
                                       [*sound(), of_sheet("sheet.destroyed", "3", way="fire", seen_by=[]), left(EMIL)]),
    "given up": Advised(f"give up set {NEW}", Remedy.DESTROY_AND_VOID,
                        [*sound(45), to_come("rotated", 40), entry("set.retired", 30, set=SET, reason="x", approved=TWO)], fill={"SHEET": "1-3"}),
    "read, and not sealed": Advised(f"put back sheet 1 of set {OLD}", Remedy.SEAL_SHEET, [*sound(30), *readings(["1"], 20, use="inventory")]),
    "old paper": Advised(f"destroy the old paper of sheet 3 of set {OLD}", Remedy.DESTROY_OLD, [*sound(), of_sheet("sheet.reissued", "3", reason="worn")]),
    "sheet of a leaver": Advised(f"hand over sheet 3 of set {OLD}", Remedy.HAND_OVER, [*sound(), left(EMIL)]),
    "old sheet of a leaver": Advised(f"hand over sheet 3 of set {OLD}", Remedy.DESTROY_SHEETS, [*sound(), *replaced("refreshed"), left(EMIL)],
                                     fill={"SHEET": "3"}),
    "pack by one": Advised("confirm the pack of Production", Remedy.CONFIRM_PACK, [replace(one, witness="") if one.event == "account.added" else one for one in sound()]),
    "line by one": Advised(f"confirm that set {SET[:8]} is for Production", Remedy.CONFIRM_LINE, [replace(one, witness="") if one.event == "line.bound" else one for one in sound()]),
    "role of a leaver": Advised("say who is bill-payer now", Remedy.NAME_ROLE, [*sound(), entry("role", 6, person=LOU, role="bill-payer", reason="it was agreed"), left(LOU)],
                               fill={"PERSON": "Kim Example"}),
    "device of a leaver": Advised("hand over mfa key-1", Remedy.HAND_OVER_DEVICE, [*sound(), left(FAY)]),
    "action": Advised("action D-1", Remedy.FINISH_ACTION, [*sound(), entry("action", action="D-1", text="buy a lamp", due=ago(1))]),
    "procedure that is no more": Advised("procedure Q9 was begun", Remedy.END_WALK, [*sound(), entry("procedure", pack="aws-root",
                                         procedure="Q9", step=6, steps=7, state="done")]),
    "step left of a procedure that is no more": Advised("procedure Q9 is not ended", Remedy.END_WALK, [*sound(), *(
        entry("procedure", 5, pack="aws-root", procedure="Q9", step=at, steps=4, state="left" if at == 2 else "done") for at in range(1, 5))]),
    "override ends": Advised("override of rule SAFE-1 ends", Remedy.OVERRULE,
                             [*sound(), *TWO_SAFES, entry("lint.override", rule="SAFE-1", reason="x", approved=TWO, until=ago(1))]),
    "device unchecked": Advised("check mfa key-1", Remedy.CHECK_DEVICE, sound(100), fill={"RESULT": "pass"}),
    "battery": Advised("battery of mfa key-3", Remedy.CHANGE_BATTERY,
                       [*sound(), entry("asset.added", asset="key-3", kind="mfa", person=FAY, battery=True, expires=ago(-20))]),
    "expiry": Advised("expiry of mfa key-3", Remedy.REPLACE_DEVICE, [*sound(), entry("asset.added", asset="key-3", kind="mfa", person=FAY, expires=ago(-20))]),
    "broken": Advised("replace mfa key-1", Remedy.REPLACE_DEVICE, [*sound(), entry("asset.checked", 3, asset="key-1", result="fail")]),
    # rules
    "PATH-1 device": Advised("Production: no MFA device is recorded", None, [*begun(), *a_set(), *an_account(), *devices("key-1", "key-2")]),
    "PATH-1 device failed": Advised("Production: no MFA device works", None, [
        *begun(), *a_set(), *an_account(), *devices("key-2"), entry("asset.checked", 3, asset="key-1", result="fail")]),
    "PATH-1 sheets": Advised("Production: nobody is recorded who keeps sheets 1, 2, 3", None,
                             [*begun(), *a_set()[:5], *an_account(), *devices()], ["Production: nobody is recorded who keeps sheets 2, 3"], {"PERSON": "Cleo Example"}),
    "PATH-1 no line": Advised("Production: no set of sheets is recorded", None, [*begun(), *a_set(), *an_account()[:1], *devices()]),
    "PATH-1 people": Advised("Production: nobody can get in", RULE, [*sound(), left(HANA), left("ivo-example")]),
    "PACK-1": Advised("CA: splitkit knows no pack", RULE, [*sound(), entry("account.added", account="ca", name="CA", pack="no-such-pack")]),
    "ALONE-1": Advised("Production: Fay Example alone can", RULE, [*sound(), entry("asset.moved", asset="box-1", reason="x", person=FAY)]),
    "NEEDED-1": Advised("Production: without Fay Example nobody can", RULE, [*begun(), *a_set(), *an_account(), *devices("key-2")]),
    "PLACE-1": Advised("Production: without Safe 4 nobody can", RULE, [
        *sound(), *(entry("asset.moved", asset=tag, reason="x", place="safe-4") for tag in ("key-1", "key-2"))]),
    "SITE-1": Advised("Production: without the site Site 4 nobody can", RULE, [
        *sound(), *(entry("asset.moved", asset=tag, reason="x", place="safe-4") for tag in ("key-1", "key-2"))]),
    "EMPLOYER-1": Advised("Production: without the people of Firm nobody can", RULE, [
        *sound(), person(FAY, "Fay Example", employer="Firm"), person(GUS, "Gus Example", employer="Firm")]),
    "SUPERIOR-1": Advised("Production: Lou Example with everybody who does as they say can", RULE, [
        *sound(), person(FAY, "Fay Example", superior=LOU), person(HANA, "Hana Example", superior=LOU)]),
    "COUNTRY-1": Advised("Production: without what is in CH nobody can", RULE, [
        *sound(), person(FAY, "Fay Example", country="CH"), person(GUS, "Gus Example", country="CH")]),
    "NEEDED-1 deputy": Advised("Production: without Fay Example nobody can", Remedy.SAY_DEPUTY, [*sound(), entry("asset.retired", asset="key-2", reason="old"),
                               replace(stands_in(FAY, LOU), witness="")]),
    "SHEET-1": Advised("Dora Example keeps 2 sheets", Remedy.HAND_OVER, [*sound(), of_sheet("sheet.handed", "3", from_=EMIL, to=DORA)]),
    "SHEET-2": Advised("Dora Example can bring sheets 2, 3", Remedy.NAME_DEPUTY, [*sound(), stands_in(EMIL, DORA)]),
    "KNOWN-1": Advised("Dora Example keeps sheet 3", RULE, [
        *sound(), of_sheet("sheet.handed", "2", from_=DORA, to=LOU), of_sheet("sheet.handed", "3", from_=EMIL, to=DORA)]),
    "SAFE-1": Advised("Safe 1 holds 2 sheets", Remedy.MOVE_SHEET, [*sound(), *TWO_SAFES]),
    "SEP-1": Advised("Production: Cleo Example can bring an MFA device", Remedy.HAND_OVER_DEVICE, [*sound(), entry("asset.moved", asset="key-1", reason="x", person=CLEO)]),
    "SEP-1 deputy": Advised("Production: Cleo Example can bring an MFA device", Remedy.NAME_DEPUTY, [*sound(), stands_in(FAY, CLEO)]),
    "SEP-1 gone for one": Advised("Production: Cleo Example can bring an MFA device", Remedy.SAY_RETIRED, [*sound(), entry("asset.moved", asset="key-1", reason="x", person=CLEO),
                                  replace(entry("asset.retired", 3, asset="key-1", reason="old"), witness="")]),
    "SEP-1 fails for one": Advised("Production: Cleo Example can bring an MFA device", Remedy.SAY_FAILS, [*sound(), entry("asset.moved", asset="key-1", reason="x", person=CLEO),
                                   replace(entry("asset.checked", 3, asset="key-1", result="fail"), witness="")]),
    "SEP-2": Advised("key-1 lies with sheet 1", Remedy.MOVE_DEVICE, [*sound(), entry("asset.moved", asset="key-1", reason="x", place="safe-1")]),
    "LEFT-1": Advised("Emil Example left on .* and keeps sheet 3", Remedy.HAND_OVER, [*sound(), left(EMIL, 0)]),
    "LEFT-1 old": Advised(f"Emil Example left on .* and keeps sheet 3 of set {OLD}", Remedy.DESTROY_SHEETS, [*sound(), *replaced("refreshed"), left(EMIL, 0)], fill={"SHEET": "3"}),
    "LEFT-1 receiver": Advised("Jo Example left on .* and gets the alerts of Production", Remedy.RECEIVER_LEFT,
                               [*sound(), entry("receiver.added", person="jo-example", account="production"), left("jo-example", 0)]),
    "LEFT-1 device": Advised("Fay Example left on .* and keeps mfa key-1", Remedy.HAND_OVER_DEVICE, [*sound(), left(FAY, 0)]),
    "SET-1": Advised(f"old sheets of set {OLD} still open it", Remedy.DESTROY_SHEETS, [*sound(), *replaced("refreshed")], fill={"SHEET": "1-3"}),
    "SET-1 doubtful": Advised(f"old sheets of set {OLD} still open it", Remedy.HOLD_DRILL,
                              [*sound(), *replaced("refreshed"), changed(FAILED, set=NEXT)], [STAYS], {"SCAN": "new"}),
    "SET-1 rotated": Advised(f"old sheets of set {OLD} still open it", Remedy.RETIRE_SET, [*sound(), *replaced("rotated"), signed_in(NEXT)]),
    # what nobody has recorded
    "mail": Advised("note: nobody is recorded who runs the mail", None, sound(), where="RULES"),
    "phone": Advised("note: nobody is recorded who pays the phone bill", None, sound(), where="RULES"),
    "no account yet": Advised("note: no account is recorded", None, [*begun(), *a_set(), *devices()], where="RULES"),
    "not bound yet": Advised(f"note: set {OLD} is recorded for no account", None, [*begun(), *a_set(), *devices(), *an_account()[:1]],
                             fill={"ACCOUNT": "Production"}, where="RULES"),
    "not compared": Advised("NOT COMPARED WITH PAPER FOR LONG", Remedy.COMPARE_HEAD, sound(100), where="RECORD"),
}  # fmt: skip

# --- what is printed, filled in and answered --------------------------------------------------------------------------

USUAL = {
    "NAME": "Example AG", "PLACE": "Safe 4", "REASON": "it was agreed", "TEXT": "it was agreed", "CAUSE": "a slip", "CIRCUMSTANCES": "a move", "OUTCOME": "nothing came of it",
    "BAG": "BAG-9", "WAY": "shredded", "CODE": "C-0009", "PLAN": "../plan.toml", "FILE": "../made.pdf", "DIR": "../made", "TAG": "key-9", "SCAN": "sheet",
    "DATE": str(clock.day() + dt.timedelta(days=300)),
}  # fmt: skip
MANY = ("Ada Example", "Ben Example", "Lou Example")
_PLACEHOLDER = re.compile(r"(?<![\w-])[A-Z]{3,}(?:\.\.\.)?(?![\w-])")


def filled(command: str, line: str, fill: dict[str, str], home: Path) -> list[str]:
    """Return the words of a command once people have filled in what stands in capital letters."""
    words = shlex.split(command.replace("--print-to QUEUE", "--to-files DIR"))  # no printer is here
    people = iter(MANY if command.count("PERSON") > 1 else ("Lou Example",))
    seen = {
        "RULE": re.search(r"rule ([A-Z]+-\d)", line),
        "ENTRY": re.search(r"entry (\S+) of", line),
    }
    known = USUAL | {name: found[1] for name, found in seen.items() if found} | fill

    def value(found: re.Match[str]) -> str:
        name = found[0].removesuffix("...")
        if name == "PERSON" and name not in fill:
            return next(people)
        if name == "WORDS":
            return " ".join(head_of((home / "ledgers" / "desk.ledger").read_bytes().splitlines()))
        return known[name]

    done = [_PLACEHOLDER.sub(value, word) for word in words[1:]]
    scans = known["SCAN"]
    return [
        one
        for word in done
        for one in ([f"../{scans}-{n}.png" for n in fill.get("BROUGHT", KEEPERS)] if word == scans else [word])
    ]


def words_of(of) -> str:
    return " ".join(of.envelope.fingerprint)


def answers() -> list[tuple[str, list[str]]]:
    """What people type, by what they are asked: the last of each again and again."""
    return [
        ("(Who says so|Who has seen it)\\?.*:$|Who does this.*:$", ["Ada Example"]),
        ("Which set is it\\?.*:$", ["FINGERPRINT"]),
        ("(Is this the set|Is that what was agreed).*:$", ["yes"]),
        ("keep or .*:$", ["keep"]),
        ("It cannot be kept as it is.* change or remove:$", ["change"]),
        ("What is done about it.*\\?$|By whom.*:$", ["Ada Example"]),
        ("By which day.*\\?$", [USUAL["DATE"]]),
        ("pass, fail or skip:$", ["pass"]),
        ("Was the sign-in accepted.*:$", ["yes"]),
        ("Who has received the alert.*\\?$", ["Ada Example", ""]),
        ("After how many minutes\\?$", ["2"]),
        ("Did they check whether it was announced.*:$", ["yes"]),
        ("(went wrong|was surprising|should change).*\\?$", ["nothing"]),
        ("Is there something to change, with a name and a day.*:$", ["no"]),
        ("Does the folder hold who that is.*:$", ["no"]),
        ("a guided ceremony.*:$", []),
    ]


def part(shown: Sequence[str], name: str) -> list[str]:
    """Return the rows of one part of a status, below its heading."""
    begins = next((at for at, row in enumerate(shown) if row.startswith(name)), len(shown))
    return list(takewhile(bool, shown[begins + 1 :]))


ITEM = re.compile(r" *\d+  |  note: |  NOT ")
"""How a line begins that is about something else than the one before."""
COMMANDS = re.compile(r"(     |then |  or )> ")


def told_in(rows: Sequence[str]) -> list[tuple[str, list[list[str]]]]:
    """Return each line of a part of the status in whole, with the ways that are advised: each some commands, one after the other.

    Several lines may stand above what is advised for all of them.
    """
    found: list[tuple[list[str], list[list[str]]]] = []
    for before, row in pairwise(["", *rows]):
        mark = COMMANDS.match(row)
        if ITEM.match(row):
            found.append(([row.strip()], []))
        elif mark:
            command = row[mark.end() :]
            ways = found[-1][1]
            ways += [[]] if mark[1] != "then " else []
            ways[-1].append(command)
        elif before.endswith("\\"):
            found[-1][1][-1][-1] = found[-1][1][-1][-1].removesuffix("\\") + row.strip()
        elif found:
            found[-1][0].append(row.strip())
    told = [(" ".join(line), ways) for line, ways in found]
    return [(line, next(ways for _, ways in told[at:] if ways)) for at, (line, _) in enumerate(told)]


def printed(home: Path, case: Advised) -> tuple[str, list[list[str]]]:
    """Return a line of the status as a terminal shows it, and the ways that are advised."""
    with Session([*COMMAND, "status"], home) as session:
        session.finish()
        shown = session.screen.main
    assert max(map(len, shown[shown.index("") :])) <= COLUMNS
    found = told_in(part(shown, case.where))
    return next(one for one in found if re.match(rf"(\d+  )?{case.line}", one[0]))


def obeyed(words: Sequence[str], home: Path, ends: int) -> None:
    """Run a command at a terminal, answer what it asks, and find that it is accepted."""
    known, at = answers(), 0
    with Session([*COMMAND, *words], home) as session:

        def asked() -> list[list[str]]:
            new = " ".join("\n".join(session.screen.main)[at:].split())
            return [typed for question, typed in known if re.search(question, new)]

        while session.until(lambda _: bool(asked()), PATIENCE):
            if ends == BEGUN:
                return
            typed = asked()[-1]
            answer = typed.pop(0) if len(typed) > 1 else typed[0]
            if answer == "FINGERPRINT":
                answer = words_of(following() if any(NEW in word for word in words) else ours())
            at = len("\n".join(session.screen.main))
            session.type(f"{answer}\r")
        shown = "\n".join(session.screen.main)
        assert not session.screen.main[-1], shown
        assert session.finish() == max(ends, 0), shown


ONE_EACH = {case.remedy: name for name, case in reversed(CASES.items())}
"""A case of each remedy; many cases go through one."""


@pytest.mark.parametrize("name", sampled(list(CASES), 6, always=ONE_EACH.values()))
def test_what_is_advised_can_be_done_as_it_is_printed(name, tmp_path, monkeypatch):
    case = CASES[name]
    for number, after in enumerate(case.comes_to):
        at = tmp_path / str(number)
        at.mkdir()
        monkeypatch.setenv("XDG_STATE_HOME", str(at / "state"))
        home = house(at, case.entries, case.ceremony)
        case.before(home)
        line, ways = printed(home, case)
        check_advised(case, ways)
        for command in ways[number]:
            obeyed(filled(command, line, case.fill, home), home, case.ends)
        now = " ".join(" ".join(part(run("status", cwd=home).stdout.splitlines(), case.where)).split())
        stands = re.search(rf"(^| ){case.line}", now)
        if after is STAYS:
            assert stands, now
        else:
            assert not stands and (not after or re.search(after, now)), now


def check_advised(case: Advised, ways: Sequence[Sequence[str]]) -> None:
    """Find that each way is tried, and that they are those of the remedy."""
    assert len(ways) == len(case.comes_to), ways
    if case.remedy:
        words = re.findall(r"splitkit [^;]+", HINTS[case.remedy])
        told = [command for way in ways for command in way]
        assert len(words) == len(told), told
        for wanted, command in zip(words, told, strict=True):
            assert re.fullmatch(re.sub(r"\\{\d\\}", ".+", re.escape(wanted)), command.replace(" --practice", "")), (
                command
            )


ADVISING: tuple[ModuleType, ...] = (now, glance, due, rules, mending, branches, last_heads, ledger_reading)
"""The modules that say what helps in a status."""
ELSEWHERE = {Remedy.GIVE_HEAD, Remedy.WALK_ON, Remedy.WALK_ANEW}
"""What they say to others, where words of paper are compared; and a walk, which is gone through to its end by a test of its own."""


def test_every_remedy_that_status_can_advise_is_tried():
    named = set[Remedy]()
    for module in ADVISING:
        found = re.findall(r"\bRemedy\.([A-Z_]+)", inspect.getsource(module))
        named |= {Remedy[one] for one in found}
    assert named - ELSEWHERE == {case.remedy for case in CASES.values() if case.remedy}
    assert [one.name for one in named - ELSEWHERE if "splitkit " not in HINTS[one]] == []


def test_every_rule_is_tried():
    assert {name.split()[0] for name in CASES if re.match("[A-Z]+-[0-9]", name)} == set(RULES)
