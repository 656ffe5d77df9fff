"""The events of a ceremony: its ledger, its people and their room, the machine and the plan."""

from typing import Annotated, Literal

from splitkit.ledger.fields import (
    ROLES,
    ActionCode,
    BagNumber,
    Count,
    Day,
    Items,
    LabelText,
    LedgerCode,
    LeftWrong,
    LineText,
    LongText,
    NameText,
    PersonName,
    PolicyText,
    ProgramVersion,
    RoomTime,
    SeatCode,
    Seats,
    SetId,
    Sha256,
    SheetNumber,
    ShortCode,
    ShortCodes,
    Tag,
    TwoSeats,
    choice,
    number,
)
from splitkit.ledger.schema import Event, Wrong

FORMAT = 1
DESK = "desk"
"""The kind of the one ledger of a custody folder that takes the others up."""
KINDS = (DESK, "split", "recover", "drill", "renew", "reissue", "refresh", "rotate", "destroy", "review", "incident",
         "custody")  # fmt: skip
CeremonyKind = Annotated[str, choice(*KINDS)]
Role = Annotated[str, choice(*ROLES)]
Outcome = Literal["pass", "fail"]
WipeReason = Literal["done", "timeout", "break", "stopped"]

# A table: one blank line between its rows.
# fmt: off

# --- the ledger itself ------------------------------------------------------------------------------------------------

class LedgerOpened(Event, event="open", saw=True, means="a ledger begins"):
    format: Annotated[int, number(1, 1)]
    ceremony: ShortCode
    kind: CeremonyKind
    practice: bool
    version: ProgramVersion
    title: LabelText | None = None

class LedgerClosed(Event, event="close", saw=True, means="the ledger is complete"):
    exceptions: Count
    people_out: Seats
    items_out: Items
    next: Day | None = None
    standby: Day | None = None

class LedgerReopened(Event, event="reopen", means="a closed ledger goes on"):
    reason: LongText

class TornLine(Event, event="torn", saw=True, means="an append was cut off; its bytes stand before this entry"):
    bytes: Annotated[int, number(0)]
    sha256: Sha256

class Note(Event, event="note", means="something worth knowing"):
    text: LongText

class Correction(Event, event="correction", means="an earlier entry is wrong; this is right"):
    seq: Annotated[int, number(1)]
    text: LongText
    ledger: LedgerCode | None = None

class Withdrawn(Event, event="withdrawn", means="two people withdraw what was said by a slip"):
    entry: Sha256
    reason: LongText
    approved: TwoSeats

class Checkpoint(Event, event="checkpoint", means="the head was written down on paper"):
    phase: LineText

class Export(Event, event="export", means="copies of the ledger were made"):
    medium: LineText
    bag: BagNumber | None = None

class LedgerTaken(Event, event="ledger.taken", saw=True, means="the record of a ceremony is in the folder, up to a head", adds="ledger"):
    ledger: LedgerCode
    head: Sha256

class ForkSettled(Event, event="fork.settled", saw=True, means="a ledger has forked; two people have chosen this branch"):
    kept: Sha256
    left: Sha256
    approved: TwoSeats
    said: Items | None = None
    amiss: LeftWrong | None = None

class HeadCompared(Event, event="head.compared", means="the words on paper are those of this head"):
    head: Sha256

# --- people and the room ----------------------------------------------------------------------------------------------

class RollCalled(Event, event="roll", means="somebody is present and says who", adds="person"):
    person: SeatCode
    role: Role
    name: PersonName | None = None
    sheet: SheetNumber | None = None

class RoleTaken(Event, event="role", means="somebody takes over a role"):
    person: SeatCode
    role: Role
    reason: LineText

class RoleGivenUp(Event, event="role.ended", means="somebody gives up a role"):
    person: SeatCode
    role: Role
    reason: LineText

class RoomClock(Event, event="room.clock", means="the clock in the room was read"):
    wrong = Wrong("agrees", "the clock in the room and that of the machine differed")
    time: RoomTime
    agrees: bool

class RoomEntered(Event, event="room.enter", means="somebody comes in"):
    person: SeatCode
    items_in: Items

class RoomLeft(Event, event="room.exit", means="somebody leaves"):
    person: SeatCode
    items_out: Items
    time: RoomTime | None = None
    reason: LineText | None = None

class RoomReturned(Event, event="room.return", means="somebody is back"):
    person: SeatCode
    items_in: Items
    time: RoomTime | None = None

class BreakBegun(Event, event="break", means="the ceremony pauses, nothing secret is open"):
    reason: LineText
    bags: ShortCodes

class BreakEnded(Event, event="resume", means="the ceremony goes on"):
    wrong = Wrong("bags_agree", "after a break the bags were not those of before")
    bags_agree: bool
    present: Seats
    remark: LineText | None = None

class ScriptException(Event, event="exception", means="something was not as the script says"):
    expected: LongText
    happened: LongText
    decision: LongText
    step: ShortCode | None = None
    time: RoomTime | None = None
    approved: Seats | None = None
    people_out: Seats | None = None
    left: RoomTime | None = None
    items_out: Items | None = None
    people_back: Seats | None = None
    returned: RoomTime | None = None
    items_in: Items | None = None

class StepTaken(Event, event="step", saw=True, by_hand=True, means="a step of the script"):
    step: ShortCode
    state: Literal["begun", "done", "skipped"]
    values: LineText | None = None

class Debrief(Event, event="debrief", means="what everybody has learnt"):
    went_wrong: LongText
    surprising: LongText
    change: LongText | None = None

class ActionAgreed(Event, event="action", means="something is to be done by a day", adds="action"):
    action: ActionCode
    text: LongText
    due: Day
    owner: NameText | None = None
    leaver: SeatCode | None = None
    hands_over: SeatCode | None = None
    set: SetId | None = None
    debt: Literal["password", "review", "told"] | None = None

class ActionDone(Event, event="action.done", means="an action is done"):
    action: ActionCode
    remark: LineText | None = None

# --- the machine and the plan -----------------------------------------------------------------------------------------

class PreflightCheck(Event, event="preflight", saw=True, means="one check of the machine"):
    wrong = Wrong("verdict", "the machine failed the check {check}", "fail", ("pass", "info", "warn"), of="check")
    check: Tag
    verdict: Literal["pass", "info", "warn", "fail", "unknown"]
    detail: LineText | None = None

class PreflightDone(Event, event="preflight.done", saw=True, means="all checks of the machine"):
    passed: Count
    warned: Count
    failed: Count
    unknown: Count

class WarningAccepted(Event, event="acknowledge", means="a warning was read and accepted"):
    check: Tag
    reason: LineText

class CheckOverruled(Event, event="override", saw=True, by_hand=True, means="a failed check or a refusal was overruled"):
    check: Tag
    reason: LongText
    approved: Seats

class PlanAgreed(Event, event="plan", means="the plan was agreed"):
    sha256: Sha256
    policy: PolicyText
    agreed: Seats

class HashCompared(Event, event="hash", means="a hash was compared with the paper"):
    wrong = Wrong("equal", "the hash of {what} was not the one on paper", of="what")
    what: LineText
    sha256: Sha256
    equal: bool

class SelfTest(Event, event="selftest", saw=True, means="the program tested itself"):
    wrong = Wrong("result", "the program failed its self-test", "fail", ("pass",))
    result: Outcome
    tests: Count

class DiceMixed(Event, event="dice", saw=True, means="dice were mixed in; only their number is kept"):
    rolls: Annotated[int, number(1, 9999)]
    person: SeatCode

class MachineWiped(Event, event="wipe", saw=True, means="secrets were cleared from the machine"):
    wrong = Wrong("empty", "something secret was left on the machine")
    reason: WipeReason
    empty: bool

# fmt: on
