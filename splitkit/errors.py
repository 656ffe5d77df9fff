"""What can go wrong, one class for each exit code.

Every error is two sentences for a frightened person: the *fact* (what happened) and the *hint* (what to do next).  Both
are written in the program; neither ever quotes a share, a secret or raw text from a sheet.

`SplitkitError` is for what paper, people and machines do.  A mistake of the calling code is a `ValueError`.
"""

import enum


class Remedy(enum.Enum):
    """What would help, where each front end has its own way to do it: the command line names the command or the option."""

    LEDGER_VERIFY = "verify the ledger"
    LEDGER_CLOSE = "close the ledger first"
    BOTH_HERE = "administrator and witness must both be here"
    WITNESS = "name a witness"
    DRILL = "hold a drill"
    DEBRIEF = "record a debrief"
    NEWER_COPY = "fetch the newer copy of the folder; if it is lost, two people choose this one"
    SEE_TAGS = "look up the tags of the assets"
    SEE_PLACES = "look up the places"
    SEE_PEOPLE = "look up the people"
    NAME_SHEET = "name the sheet"
    NAME_ASSET = "name the asset"
    NAME_PLACE = "name the place"
    NAME_PERSON = "name the person"
    DESCRIBE = "say what happened"
    MAKE_LATER = "make the new set from the old one"
    READ_BACK = "read back every printed sheet first; until then the old set counts"
    SEE_ACTIONS = "look up the open actions"
    TWO_REVIEWERS = "name two reviewers"
    NAME_TWO = "name two people; one whose seat nobody has named may be the other one"
    NAME_WHO_IS_HERE = "name somebody who is here; whoever is back joins again"
    SEE_ROLL = "look up who was called in that ceremony"
    TAKE_BACK = "if that is wrong, two people take it back first"
    RECORD_PERSON = "record who it is"
    ADD_PLACE = "record the place first"
    ADD_ACCOUNT = "record the account first"
    ADD_ASSET = "record the asset first"
    TAKE_LEDGER = "bring its record into the folder first"
    NEW_FOLDER = "name a new folder"
    OTHER_BAG = "look again; if it is right, report an incident"
    STORE_SHEET = "put it back into a safe, and say so"
    SEAL_SHEET = "seal it into a new bag, put it back into a safe, and say both"
    MOVE_SHEET = "bring it into another safe, and say so"
    HAND_OVER = "hand it over, and say to whom"
    HAND_OVER_DEVICE = "hand the device over, and say to whom"
    SAY_RETIRED = "let a second person say too that the device was retired"
    SAY_LOST = "let a second person say too that the sheet is lost, or put it back"
    SAY_FAILS = "let a second person say too that the device fails"
    MOVE_DEVICE = "bring the device into another place, and say so"
    SAY_DEPUTY = "let a second person say too who stands in"
    NAME_DEPUTY = "name somebody else who stands in"
    READ_NEW_SHEETS = "read every sheet of the new set, or make it void"
    TAKE_OVER = "let it take over"
    DESTROY_SHEETS = "destroy its sheets in front of two people"
    DESTROY_AND_VOID = "destroy its sheets in front of two people, then make it void"
    DESTROY_OLD = "destroy the old paper in front of two people"
    SETTLE_USE = "two people say why the password stays, or make a new secret"
    REVIEW_USE = "two people review the use, and say who was told"
    RETIRE_SET = "retire the set, two people"
    SIGN_IN_AND_RETIRE = "sign in with the new secret, then retire the set, two people"
    SIGN_IN = "sign in, and say so"
    BIND_ACCOUNT = "record the account, and that the set protects it"
    BIND_LINE = "record which account the set protects"
    CONFIRM_PACK = "two people say by which pack the account is judged"
    CONFIRM_LINE = "let a second person say too which account the set protects"
    BIND_DEVICE = "record it again, for its account"
    BIND_SEAT = "say who had that seat"
    NEXT_CODE = "a code never comes twice: take the next one"
    NAME_HOME = "name the custody folder, or make one"
    SEE_EVENTS = "look up the events"
    LET_IT_SEE = "let the program see it: a command that does it also records it"
    SEE_FIELDS = "write it in that way"
    SEE_NUMBERS = "look up the numbers of the entries"
    WHO_LEFT = "record who came back, or say who has left for good"
    ASK_AND_DEBRIEF = "ask everybody, then record a debrief"
    GIVE_HEAD = "entries cut off at the end cannot be seen: give the 12 words headed L from the signed paper"
    COMPARE_HEAD = "compare it with the words on the signed paper"
    ROTATE = "make a new secret and a new set"
    REFRESH = "make a new set for the same secret"
    REISSUE = "print the same share again, and read it back"
    START_ANEW = "reset the password where it is used, then make a new set"
    CLOSE_INCIDENT = "do what the incident asks for, then close it"
    TREAT_AS_KNOWN = "act as if the secret were known, then close the incident"
    ENTER_OUTCOME = "find out what was made or shown, then say what came of it"
    RECORD_REVEAL = "record the reveal first, with its set; then say what came of it"
    HOLD_DRILL = "read the sheets in a drill"
    HOLD_LIVE_DRILL = "hold a drill with the sign-in and its alert"
    NAME_RECEIVER = "record who gets the alerts, then hold a drill with the sign-in and its alert"
    NAME_ROLE = "say who does it now"
    HOLD_REVIEW = "hold a review"
    FINISH_ACTION = "do it, and say so"
    CHECK_DEVICE = "look at it, and say whether it works"
    REPLACE_DEVICE = "put another in its place"
    CHANGE_BATTERY = "change the battery, and say until when it lasts"
    OVERRULE = "change who keeps what, or let two people overrule the rule"
    CORRECT = "say what is right"
    RECEIVER_LEFT = "take whoever left off those who get the alerts"
    END_LINE = "any entry ends the torn line, and records it"
    WALK_ON = "go on with the procedure"
    WALK_ANEW = "go through the procedure from its first step"
    END_WALK = "say that the procedure is over"
    SEE_PACKS = "see which packs there are"
    SEE_PROCEDURES = "look up the procedures"
    RECIPIENT_FILE = "give the recipient file of the set"
    WHOLE_SHEET = "scan a whole sheet, type the lines of the envelope, or give the public record"
    TYPE_ENVELOPE = "type the lines of the envelope from any sheet of the set, or give the public record"
    NEWER_SET = "use the sheets of the newer set, or say why the old one is opened"
    PRACTICE = "ask for a practice set"
    NO_PRACTICE = "do not ask for a practice set"
    FIND_RECORD = "find the signed record: nothing else can tell what is genuine"
    READ_AGAIN = "read again what could not be read, or find the signed record"
    WHOLE_PAGE = "scan the whole page, or give the record"
    MORE_PICTURES = "take several pictures, flat and in different light, and give them all; or type the sheet"
    CAMERA_LIBRARY = "install the extra for cameras while the machine is being prepared"
    CAMERA_MISSING = "plug it in, or use another"
    CAMERA_DENIED = "on Linux the user must be in the group 'video'"
    CAMERA_BUSY = "close other programs that use it"
    OTHER_WAYS = "use pictures of the sheets, or type them"


About = str | tuple[str, ...]
"""What a remedy is applied to: the id of a set, a code, a tag; of several things each, in the order of its words."""


class ExplainedError(Exception):
    """Never raised itself; whatever ends a run with a fact, a hint and an exit code of its own."""

    exit_code = 1

    def __init__(self, fact: str, hint: str | Remedy = "") -> None:
        super().__init__(fact)
        self.fact = fact
        self.hint = hint


class SplitkitError(ExplainedError):
    """Never raised itself; the root of every error that people can cause, and may overrule or go on without."""


class UsageError(SplitkitError):
    """The command, the policy or the plan does not make sense."""

    exit_code = 2


class UnreadableError(SplitkitError):
    """The input cannot be read: damaged, not ours, or too large."""

    exit_code = 3


class TooNewError(UnreadableError):
    """The input was made by a newer splitkit."""


class NoQuorumError(SplitkitError):
    """Too few sheets for the policy."""

    exit_code = 4


class ForgedError(SplitkitError):
    """Sheets contradict each other or the record the people trust."""

    exit_code = 5


class UnsafeMachineError(SplitkitError):
    """The machine or the terminal is not fit for a secret."""

    exit_code = 6


class DeviceError(SplitkitError):
    """A file, a printer or a camera failed."""

    exit_code = 7


class LedgerError(SplitkitError):
    """The ledger or the register fails verification."""

    exit_code = 8


class AttentionError(SplitkitError):
    """A rule is broken, something is due, or a practice or superseded set was refused."""

    exit_code = 9


class StillToDoError(AttentionError):
    """What was asked for is done, and something must be done now all the same: no error, and told as none."""

    mark = "NOW"


class SupersededError(AttentionError):
    """An envelope says that a newer set is there: a claim, which people may overrule."""


class NotIntroducedError(AttentionError):
    """An entry speaks of somebody or something that no entry before it made known."""


class SelfCheckError(SplitkitError):
    """The two implementations or the read-back disagree: destroy what was printed."""

    exit_code = 10


class StoppedError(ExplainedError):
    """The operator or a signal stopped the work: never a refusal that something goes on without."""

    exit_code = 130


class OperatorStopError(StoppedError):
    """The person at the keyboard stopped it; a guided ceremony asks what they want."""
