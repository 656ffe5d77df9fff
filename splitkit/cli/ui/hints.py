"""What the command line tells people to do where the core says what would help: which command, and which option."""

import re

from splitkit.errors import About, Remedy

OTHER_WAYS = "name pictures or PDFs of the sheets, give - for a hand-held scanner, or --type to type them"

_ROTATE = 'splitkit ceremony renew PLAN SCAN... --rotate --set {0} --purpose "REASON" --out DIR'
_REVIEWED = 'splitkit record use.reviewed "PERSON" "PERSON,PERSON" set={0}'
_RETIRED = 'splitkit record set.retired {0} "REASON" "PERSON,PERSON"'
_CLOSED = 'splitkit record incident.close {0} "CAUSE" "OUTCOME" "PERSON,PERSON"'
_LIVE = "splitkit ceremony drill --ledger FILE --ceremony CODE --set {0}"

HINTS = {
    Remedy.LEDGER_VERIFY: "see what is wrong: splitkit ledger verify",
    Remedy.LEDGER_CLOSE: "close it first: 'splitkit record close'; without --ledger the sheet has lines to write on",
    Remedy.BOTH_HERE: "administrator and witness are both here for it; whoever writes by hand names a witness with --wit",
    Remedy.WITNESS: "if that is right, name a witness with --wit",
    Remedy.DRILL: "hold one: splitkit ceremony drill SCAN... --ledger FILE",
    Remedy.DEBRIEF: "record it: splitkit record debrief",
    Remedy.NEWER_COPY: "fetch the newer copy of the folder; if it is lost, two people choose this one: splitkit ledger verify",
    Remedy.SEE_TAGS: "see 'splitkit status' for their tags",
    Remedy.SEE_PLACES: "see 'splitkit status' for the places",
    Remedy.SEE_PEOPLE: "see 'splitkit status' for the people",
    Remedy.NAME_SHEET: "name it with --sheet",
    Remedy.NAME_ASSET: "name it with --asset",
    Remedy.NAME_PLACE: "name it with --place",
    Remedy.NAME_PERSON: "name it with --person",
    Remedy.DESCRIBE: "describe it with --text",
    Remedy.MAKE_LATER: "make it: splitkit ceremony renew",
    Remedy.READ_BACK: "read every printed sheet first: splitkit ceremony drill SCAN...; until then the old set counts",
    Remedy.SEE_ACTIONS: "see 'status' for the open ones",
    Remedy.TWO_REVIEWERS: "name two people whom the register knows, both of them here",
    Remedy.NAME_TWO: "two people do it, never one; who had a seat that has no name yet is said first: splitkit record seat.bound",
    Remedy.NAME_WHO_IS_HERE: "name somebody who is here; whoever is back joins again: splitkit record joined NAME",
    Remedy.SEE_ROLL: "see who was called: splitkit ledger show FILE, with the ledger of that ceremony",
    Remedy.TAKE_BACK: "if that is wrong, two people take it back first: splitkit record withdraw ENTRY",
    Remedy.RECORD_PERSON: "name somebody whom 'splitkit status' shows, or record who it is: splitkit record person.joined",
    Remedy.ADD_PLACE: "record the place first: splitkit record place.added; 'splitkit status' shows those there are",
    Remedy.ADD_ACCOUNT: "record the account first: splitkit record account.added",
    Remedy.ADD_ASSET: "record it first: splitkit record asset.added; 'splitkit status' shows those there are",
    Remedy.TAKE_LEDGER: "bring its record into the folder first: splitkit record --take LEDGER",
    Remedy.NEW_FOLDER: "name a new folder",
    Remedy.OTHER_BAG: "look again; if it is right: splitkit incident --what seal",
    Remedy.STORE_SHEET: "splitkit record stored {1} {2} set={0}{3}",
    Remedy.SEAL_SHEET: "splitkit record sealed BAG {1} set={0}{3}; then splitkit record stored {1} {2} set={0}",
    Remedy.MOVE_SHEET: 'splitkit record taken {1} "REASON" set={0}; then splitkit record stored {1} "PLACE" set={0} --wit "PERSON"',
    Remedy.HAND_OVER: 'splitkit record handed {1} "PERSON" set={0} --wit "PERSON"',
    Remedy.HAND_OVER_DEVICE: 'splitkit record moved {0} "REASON" person="PERSON" --wit "PERSON"',
    Remedy.SAY_RETIRED: 'splitkit record asset.retired {0} "REASON" --wit "PERSON"',
    Remedy.SAY_LOST: 'splitkit record lost {1} "CIRCUMSTANCES" set={0} --wit "PERSON"',
    Remedy.SAY_FAILS: 'splitkit record checked {0} fail --wit "PERSON"',
    Remedy.MOVE_DEVICE: 'splitkit record moved {0} "REASON" place="PLACE" --wit "PERSON"',
    Remedy.SAY_DEPUTY: 'splitkit record deputy {0} {1} --wit "PERSON"',
    Remedy.NAME_DEPUTY: 'splitkit record deputy {0} "PERSON" --wit "PERSON"',
    Remedy.READ_NEW_SHEETS: 'splitkit ceremony drill SCAN... --set {0}; or splitkit record void {0} "REASON"',
    Remedy.TAKE_OVER: 'splitkit record {2} {0} {1} "REASON"',
    Remedy.DESTROY_SHEETS: 'splitkit record destroyed SHEET WAY "PERSON,PERSON" set={0}',
    Remedy.DESTROY_AND_VOID: 'splitkit record destroyed SHEET WAY "PERSON,PERSON" set={0}; then splitkit record void {0} "REASON" --wit "PERSON"',
    Remedy.DESTROY_OLD: 'splitkit record destroyed {1} WAY "PERSON,PERSON" set={0} copy={2}',
    Remedy.SETTLE_USE: "say who was told, which two looked at it, and why the password stays: "
    + _REVIEWED
    + ' kept="REASON"; or '
    + _ROTATE.format("{1}"),
    Remedy.REVIEW_USE: "say who was told, and which two looked at it: " + _REVIEWED,
    Remedy.RETIRE_SET: _RETIRED,
    Remedy.SIGN_IN_AND_RETIRE: "sign in with the new password: splitkit record signin new accepted=yes set={1}; then "
    + _RETIRED,
    Remedy.SIGN_IN: "splitkit record signin new accepted=yes set={0}",
    Remedy.BIND_ACCOUNT: 'splitkit record account "NAME" pack=aws-root --wit "PERSON"; then splitkit record bound line={0} --wit "PERSON"',
    Remedy.BIND_LINE: 'splitkit record bound line={0} account=ACCOUNT --wit "PERSON"',
    Remedy.CONFIRM_PACK: 'splitkit record account.pack account={0} pack={1} approved="PERSON,PERSON"',
    Remedy.CONFIRM_LINE: 'splitkit record bound line={0} account={1} --wit "PERSON"',
    Remedy.BIND_DEVICE: 'splitkit record asset.retired {0} "REASON" --wit "PERSON"; then splitkit record asset {0} {1} "PERSON" account=ACCOUNT',
    Remedy.BIND_SEAT: 'splitkit record seat.bound {0} {1} "PERSON"',
    Remedy.NEXT_CODE: Remedy.NEXT_CODE.value,
    Remedy.NAME_HOME: "name the one that holds 'splitkit.toml' with --home, or make one: splitkit init DIR; a recovery needs none: splitkit recover SCAN",
    Remedy.SEE_EVENTS: "see 'splitkit record --list' for all of them",
    Remedy.LET_IT_SEE: "let the program see it: the command that does it also records it",
    Remedy.SEE_FIELDS: "write it in that way; 'splitkit record --list' has every event with its fields",
    Remedy.SEE_NUMBERS: "see 'splitkit ledger show' for the numbers",
    Remedy.WHO_LEFT: "record a room.return, or say who has left for good: left=SEAT",
    Remedy.ASK_AND_DEBRIEF: "ask everybody, then record it: splitkit record debrief",
    Remedy.GIVE_HEAD: "entries cut off at the end cannot be seen: give the 12 words headed L from the signed paper with --head",
    Remedy.COMPARE_HEAD: 'splitkit ledger verify --head "WORDS" --by "PERSON" --wit "PERSON"',
    Remedy.ROTATE: _ROTATE,
    Remedy.REFRESH: 'splitkit ceremony renew PLAN SCAN... --refresh --set {0} --purpose "REASON" --out DIR',
    Remedy.REISSUE: 'splitkit ceremony renew PLAN SCAN... --reissue --sheet {1} --set {0} --purpose "REASON" --out DIR',
    Remedy.START_ANEW: "splitkit packs show {0}",
    Remedy.CLOSE_INCIDENT: "do what it asks for, then close it: " + _CLOSED,
    Remedy.TREAT_AS_KNOWN: "splitkit packs show {1}; then " + _CLOSED,
    Remedy.ENTER_OUTCOME: "find out what came of it, and say done, stopped or nothing: splitkit record outcome {0} RESULT "
    '--by "PERSON" --wit "PERSON"',
    Remedy.RECORD_REVEAL: "record it first: splitkit record reveal set=ID; then say what came of it",
    Remedy.HOLD_DRILL: "splitkit ceremony drill SCAN... --set {0}",
    Remedy.HOLD_LIVE_DRILL: _LIVE,
    Remedy.NAME_RECEIVER: 'splitkit record receiver "PERSON" account={1}; then ' + _LIVE,
    Remedy.NAME_ROLE: 'splitkit record role "PERSON" {0} "REASON"',
    Remedy.HOLD_REVIEW: "splitkit ceremony review --ledger FILE --ceremony CODE --out FILE",
    Remedy.FINISH_ACTION: "whoever is to do it says so, or somebody else and a witness: splitkit record done {0}",
    Remedy.CHECK_DEVICE: "try it, and say pass or fail: splitkit record checked {0} RESULT",
    Remedy.REPLACE_DEVICE: 'splitkit record asset NEW-TAG {1} "PERSON"; then splitkit record asset.retired {0} "REASON" --wit "PERSON"',
    Remedy.CHANGE_BATTERY: "splitkit record checked {0} pass expires=DATE",
    Remedy.OVERRULE: "change who keeps what, or let two people overrule the rule: "
    'splitkit record lint.override {0} "REASON" "PERSON,PERSON" until=DATE',
    Remedy.CORRECT: 'splitkit record correction ENTRY "TEXT" --by "PERSON" --wit "PERSON"',
    Remedy.RECEIVER_LEFT: 'splitkit record receiver.left {0} account={1} --wit "PERSON"',
    Remedy.END_LINE: 'any entry ends it, and records it: splitkit record note "TEXT"',
    Remedy.WALK_ON: "splitkit incident --from {1} {0}",
    Remedy.WALK_ANEW: 'splitkit incident {0} --wit "PERSON"',
    Remedy.END_WALK: 'splitkit record procedure {1} {0} {2} --wit "PERSON"',
    Remedy.SEE_PACKS: "'splitkit packs list' has all; one of your own lies in the custody folder, as packs/CODE.toml",
    Remedy.SEE_PROCEDURES: "see 'splitkit packs list'",
    Remedy.RECIPIENT_FILE: "give the recipient.txt that 'split' wrote",
    Remedy.WHOLE_SHEET: "scan a whole sheet, type the lines of the envelope, or give the public record with --record",
    Remedy.TYPE_ENVELOPE: "type the lines of the envelope from any sheet of the set, or give the public record with --record",
    Remedy.NEWER_SET: "use the sheets of the newer set, or give --override superseded --reason TEXT",
    Remedy.PRACTICE: "add --practice to open it",
    Remedy.NO_PRACTICE: "leave --practice out to recover a real secret",
    Remedy.FIND_RECORD: "find the signed record and give its 12 words with --fingerprint, or --record FILE: nothing else can tell what is genuine",
    Remedy.READ_AGAIN: "type or scan again what could not be read, or find the signed record and give its 12 words with --fingerprint, or --record FILE",
    Remedy.WHOLE_PAGE: "scan the whole page, or give --record",
    Remedy.MORE_PICTURES: "take several pictures, flat and in different light, and give them all; or --type",
    Remedy.CAMERA_LIBRARY: "install 'splitkit[camera]' while the machine is being prepared; or " + OTHER_WAYS,
    Remedy.CAMERA_MISSING: "plug it in, or give another number with --camera N; or " + OTHER_WAYS,
    Remedy.CAMERA_DENIED: "on Linux the user must be in the group 'video'; or " + OTHER_WAYS,
    Remedy.CAMERA_BUSY: "close other programs that use it; or " + OTHER_WAYS,
    Remedy.OTHER_WAYS: OTHER_WAYS,
}


_HELD = re.compile(r"splitkit (?:ceremony (?:make|recover|drill|renew|review)|recover)\b")


def rehearsed(hint: str | Remedy, about: About = "") -> str:
    """Return a hint as `worded` does, in the words for a rehearsal: a practice set is held to be one by whoever names it."""
    return _HELD.sub(r"\g<0> --practice", worded(hint, about))


def worded(hint: str | Remedy, about: About = "") -> str:
    """Return a hint in the words of the command line, *about* what it is applied to.

    Several commands stand between semicolons: those that come one after the other begin with 'then', another way with 'or'.
    What stands in capital letters is for people to fill in.
    """
    words = (about,) if isinstance(about, str) else about
    return HINTS[hint].format(*words) if isinstance(hint, Remedy) else hint
