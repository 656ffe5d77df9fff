"""What the command line tells people to do where the core says what would help: which command, and which option."""

from splitkit.errors import Remedy

OTHER_WAYS = "name pictures or PDFs of the sheets, give - for a hand-held scanner, or --type to type them"

HINTS = {
    Remedy.LEDGER_VERIFY: "see 'splitkit ledger verify'",
    Remedy.LEDGER_CLOSE: "close it first: 'splitkit ledger close'; without --ledger the sheet has lines to write on",
    Remedy.WITNESS: "name a witness with --wit",
    Remedy.DRILL: "hold one: splitkit drill SCAN... --ledger FILE",
    Remedy.DEBRIEF: "record it: splitkit record debrief",
    Remedy.NEWER_COPY: "fetch the newer copy of the folder; if it is lost, two people choose this one: see 'splitkit ledger verify'",
    Remedy.SEE_TAGS: "see 'splitkit custody status' for their tags",
    Remedy.SEE_PLACES: "see 'splitkit custody status' for the places",
    Remedy.SEE_PEOPLE: "see 'splitkit custody status' for the people",
    Remedy.NAME_SHEET: "name it with --sheet",
    Remedy.NAME_ASSET: "name it with --asset",
    Remedy.NAME_PLACE: "name it with --place",
    Remedy.NAME_PERSON: "name it with --person",
    Remedy.DESCRIBE: "describe it with --text",
    Remedy.MAKE_LATER: "make it with 'refresh' or 'rotate'",
    Remedy.READ_BACK: "read every printed sheet with 'drill' first; until then the old set counts",
    Remedy.SEE_ACTIONS: "see 'custody due' for the open ones",
    Remedy.TWO_REVIEWERS: "name two: --reviewer ADM --reviewer WIT",
    Remedy.RECORD_PERSON: "say with --by who you are, or record who it is: splitkit record person.joined",
    Remedy.ADD_PLACE: "record the place first: splitkit record place.added; 'splitkit custody status' shows those there are",
    Remedy.ADD_ACCOUNT: "record the account first: splitkit record account.added",
    Remedy.ADD_ASSET: "record it first: splitkit record asset.added; 'splitkit custody status' shows those there are",
    Remedy.TAKE_LEDGER: "take the ceremony up first: splitkit record --take LEDGER",
    Remedy.NEW_FOLDER: "name a new folder with --out",
    Remedy.OTHER_BAG: "read the number again; if it is really another bag: splitkit custody incident --what seal",
    Remedy.NEXT_CODE: Remedy.NEXT_CODE.value,
    Remedy.NAME_HOME: "name the one that holds 'splitkit.toml' with --home, or make one: splitkit init DIR",
    Remedy.SEE_EVENTS: "see 'splitkit ledger events' for all of them",
    Remedy.LET_IT_SEE: "let the program see it: the command that does it also records it",
    Remedy.SEE_FIELDS: "write it as the list of events says: 'splitkit ledger events'",
    Remedy.SEE_NUMBERS: "see 'splitkit ledger show' for the numbers",
    Remedy.WHO_LEFT: "record a room.return, or name with --left who has left for good",
    Remedy.ASK_AND_DEBRIEF: "ask everybody, then record it: splitkit record debrief",
    Remedy.GIVE_HEAD: "entries cut off at the end cannot be seen: give the 12 words headed L from the signed paper with --head",
    Remedy.SEE_RUNBOOKS: "see 'splitkit runbook list'",
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


def worded(hint: str | Remedy) -> str:
    """Return a hint in the words of the command line."""
    return HINTS[hint] if isinstance(hint, Remedy) else hint
