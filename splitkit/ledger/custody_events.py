"""The events of custody: people, places and accounts, what becomes of sheets and sets, devices, reviews and incidents."""

from typing import Annotated, Literal

from splitkit.ledger.ceremony_events import Outcome
from splitkit.ledger.fields import (
    AccountTag,
    AssetTag,
    BagNumber,
    CopyNumber,
    Count,
    Country,
    Day,
    DayGone,
    IncidentCode,
    LabelText,
    LedgerCode,
    LineId,
    LineText,
    LongText,
    NameText,
    PersonName,
    PlaceTag,
    RoomSeat,
    SeatCode,
    Seats,
    SerialNumber,
    SetId,
    Sha256,
    SheetNumber,
    SheetNumbers,
    ShortCode,
    Tag,
    TwoSeats,
    choice,
    number,
)
from splitkit.ledger.schema import Event

INCIDENTS = ("lost", "destroyed", "seal", "seen", "fire", "theft",
             "device", "taken", "leaver", "absent", "password", "machine", "alert")  # fmt: skip
URGENT = ("password", "machine", "alert")
"""Incidents by which the secret itself may be known, whatever the sheets say."""

RULE_CODES = ("PATH-1", "PACK-1", "ALONE-1", "NEEDED-1", "PLACE-1", "SITE-1", "EMPLOYER-1", "SUPERIOR-1", "COUNTRY-1",
         "SHEET-1", "SHEET-2", "KNOWN-1", "SAFE-1", "SEP-1", "SEP-2", "LEFT-1", "SET-1")  # fmt: skip
"""The rules of custody, the worst first; what each says stands where it is judged."""

Rule = Annotated[str, choice(*RULE_CODES)]
IncidentKind = Annotated[str, choice(*INCIDENTS)]
PlaceKind = Literal["safe", "bank", "office", "home", "data-centre", "other"]
Destruction = Literal["shredded", "burnt", "fire", "water", "other"]

# A table: one blank line between its rows.
# fmt: off

class PersonJoined(Event, event="person.joined", means="somebody takes part in custody", adds="person"):
    person: SeatCode
    name: PersonName
    since: DayGone
    title: NameText | None = None
    employer: NameText | None = None
    superior: SeatCode | None = None
    country: Country | None = None

class SeatBound(Event, event="seat.bound", means="which person of the folder somebody in a ceremony is"):
    ledger: LedgerCode
    seat: RoomSeat
    person: SeatCode

class DeputyNamed(Event, event="deputy", means="somebody stands in for another who is away"):
    person: SeatCode
    deputy: SeatCode
    remark: LineText | None = None

class PersonLeft(Event, event="person.left", means="somebody has left"):
    person: SeatCode
    until: DayGone
    reason: LineText

class PlaceAdded(Event, event="place.added", means="a place where things are kept", adds="place"):
    place: PlaceTag
    name: NameText
    kind: PlaceKind
    site: NameText
    fire: NameText | None = None
    water: NameText | None = None
    country: Country | None = None

class PlaceLeft(Event, event="place.left", means="nothing is kept in a place any more"):
    place: PlaceTag
    reason: LineText

class AccountAdded(Event, event="account.added", means="an account that is protected", adds="account"):
    account: AccountTag
    name: LabelText
    pack: Tag
    file: Sha256 | None = None

class AccountJudged(Event, event="account.pack", means="an account is judged by another pack, or a later one"):
    account: AccountTag
    pack: Tag
    approved: TwoSeats
    file: Sha256 | None = None

class AccountEnded(Event, event="account.ended", means="an account no longer exists, and nothing opens it"):
    account: AccountTag
    reason: LineText
    approved: TwoSeats

class LineBound(Event, event="line.bound", means="which account a line of sets protects"):
    line: LineId
    account: AccountTag

class ReceiverAdded(Event, event="receiver.added", means="somebody is to get the alerts of an account"):
    person: SeatCode
    account: AccountTag

class ReceiverLeft(Event, event="receiver.left", means="somebody no longer gets the alerts of an account"):
    person: SeatCode
    account: AccountTag

class SheetStored(Event, event="sheet.stored", means="a sheet lies in a safe"):
    set: SetId
    sheet: SheetNumber
    person: SeatCode
    bag: BagNumber
    safe: PlaceTag

class SheetTaken(Event, event="sheet.taken", means="a sheet left its safe"):
    set: SetId
    sheet: SheetNumber
    person: SeatCode
    bag: BagNumber
    safe: PlaceTag
    purpose: LineText

class SheetSeen(Event, event="sheet.seen", means="a custodian looked at the sealed bag"):
    set: SetId
    sheet: SheetNumber
    person: SeatCode
    bag: BagNumber
    intact: bool

class SheetHanded(Event, event="sheet.handed", means="a sealed sheet went to somebody else"):
    set: SetId
    sheet: SheetNumber
    from_: SeatCode
    to: SeatCode
    bag: BagNumber | None = None
    reason: LineText | None = None

class SheetLost(Event, event="sheet.lost", means="a sheet cannot be found"):
    set: SetId
    sheet: SheetNumber
    circumstances: LongText
    last_seen: DayGone | None = None

class SheetExposed(Event, event="sheet.exposed", means="somebody else may have read a sheet"):
    set: SetId
    sheet: SheetNumber
    level: Literal["possible", "confirmed"]
    reason: LongText

class SheetDestroyed(Event, event="sheet.destroyed", means="a sheet was destroyed"):
    set: SetId
    sheet: SheetNumber
    way: Destruction
    seen_by: Seats
    bag: BagNumber | None = None
    copy: CopyNumber | None = None

class SheetReissued(Event, event="sheet.reissued", saw=True, means="the same share was printed again"):
    set: SetId
    sheet: SheetNumber
    reason: LongText

class SetRefreshed(Event, event="set.refreshed", means="the same secret has new sheets"):
    set: SetId
    replaces: SetId
    reason: LongText

class SetRotated(Event, event="set.rotated", means="a new secret has new sheets"):
    set: SetId
    replaces: SetId
    reason: LongText
    incident: IncidentCode | None = None

class SetRetired(Event, event="set.retired", means="the set protects nothing any more"):
    set: SetId
    reason: LongText
    approved: TwoSeats

class FileSealed(Event, event="file.sealed", saw=True, means="a file was encrypted to the quorum"):
    set: SetId
    sha256: Sha256
    bytes: Annotated[int, number(0)]
    name: LineText | None = None

class FileOpened(Event, event="file.opened", saw=True, means="a sealed file was opened"):
    set: SetId
    sha256: Sha256
    purpose: LineText

class SafeOpened(Event, event="safe.opened", means="a safe was opened"):
    safe: PlaceTag
    people: Seats
    purpose: LineText

class SafeClosed(Event, event="safe.closed", means="a safe was closed"):
    safe: PlaceTag
    people: Seats

class ReviewHeld(Event, event="review", saw=True, means="who has access was reviewed"):
    reviewers: TwoSeats
    confirmed: Count
    removed: Count
    next: Day | None = None
    changed: Count | None = None

class ProcedureWalked(Event, event="procedure", means="a step of a procedure was gone through"):
    pack: Tag
    procedure: ShortCode
    step: Annotated[int, number(1, 99)]
    steps: Annotated[int, number(1, 99)]
    state: Literal["done", "otherwise", "not needed", "left"]
    remark: LineText | None = None
    next: Day | None = None
    account: AccountTag | None = None
    incident: IncidentCode | None = None
    owner: NameText | None = None
    person: SeatCode | None = None
    set: SetId | None = None
    sheets: SheetNumbers | None = None
    asset: AssetTag | None = None

class LineReviewed(Event, event="review.line", saw=True, means="one line of a review"):
    subject: Tag
    verdict: Literal["keep", "change", "remove", "absent"]
    person: SeatCode | None = None
    remark: LineText | None = None
    line: Annotated[int, number(1, 9999)] | None = None
    owner: NameText | None = None
    due: Day | None = None
    register: Sha256 | None = None

class DrillHeld(Event, event="drill", saw=True, means="a drill was held"):
    set: SetId
    sheets: SheetNumbers
    way: Literal["verify", "safes", "live"]
    result: Outcome
    not_proven: SheetNumbers | None = None
    next: Day | None = None

class IncidentOpened(Event, event="incident.open", means="something may be compromised", adds="incident"):
    incident: IncidentCode
    cause: LongText
    kind: IncidentKind | None = None
    person: SeatCode | None = None

class IncidentClosed(Event, event="incident.close", means="an incident is over"):
    incident: IncidentCode
    cause: LongText
    outcome: LongText
    approved: TwoSeats

class AssetAdded(Event, event="asset.added", means="a device or mailbox is kept", adds="asset"):
    asset: AssetTag
    kind: Literal["mfa", "phone", "mailbox", "printer", "laptop", "other"]
    person: SeatCode
    serial: SerialNumber | None = None
    battery: bool | None = None
    expires: Day | None = None
    place: PlaceTag | None = None
    account: AccountTag | None = None
    working: bool | None = None

class AssetChecked(Event, event="asset.checked", means="an asset was tried"):
    asset: AssetTag
    result: Outcome
    expires: Day | None = None
    remark: LineText | None = None

class AssetUsed(Event, event="asset.used", means="an asset was taken out and used"):
    asset: AssetTag
    people: Seats
    purpose: LineText

class AssetMoved(Event, event="asset.moved", means="an asset has another keeper or place"):
    asset: AssetTag
    reason: LineText
    person: SeatCode | None = None
    place: PlaceTag | None = None

class AssetRetired(Event, event="asset.retired", means="an asset is no longer in use"):
    asset: AssetTag
    reason: LineText

class RuleOverruled(Event, event="lint.override", means="a rule of custody is knowingly broken"):
    rule: Rule
    reason: LongText
    approved: TwoSeats
    until: Day | None = None

# fmt: on
