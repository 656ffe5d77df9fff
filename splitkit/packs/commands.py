"""What a procedure may ask to be typed: a pack names a command by its key, never by its spelling, so that no command can hide in one."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

COMMANDS: Mapping[str, str] = MappingProxyType({
    "init": "splitkit init DIR --name NAME --by PERSON",
    "plan": "splitkit plan new PLAN",
    "documents": "splitkit papers ceremony PLAN --out DIR",
    "status": "splitkit status",
    "status-page": "splitkit status --page FILE",
    "status-without": "splitkit status --without PERSON",
    "verify": "splitkit ledger verify --head WORDS --by PERSON --wit WITNESS",
    "register": "splitkit papers register --out FILE",
    "call-out": "splitkit papers call-out --out FILE",
    "alert-template": "splitkit packs show aws-root --alert --out FILE",
    "who": "splitkit ceremony drill --who",
    "incident": "splitkit incident",
    "review": "splitkit ceremony review --ledger LEDGER --ceremony CEREMONY --out FILE",
    "make": "splitkit ceremony make PLAN --ledger FILE --ceremony CEREMONY --print-to QUEUE",
    "read-back": "splitkit ceremony drill SCAN... --set ID",
    "drill": "splitkit ceremony drill SCAN... --certificate FILE",
    "drill-live": "splitkit ceremony drill --ledger LEDGER --ceremony CEREMONY",
    "recover": "splitkit recover SCAN... --purpose TEXT --wit WITNESS",
    "rotate": "splitkit ceremony renew PLAN SCAN... --rotate --purpose TEXT --out /dev/shm/sheets",
    "refresh": "splitkit ceremony renew PLAN SCAN... --refresh --purpose TEXT --out /dev/shm/sheets",
    "reissue": "splitkit ceremony renew PLAN SCAN... --reissue --sheet SHEET --purpose TEXT --out /dev/shm/sheets",
    "request": "splitkit record request TASK PERSON,PERSON",
    "exception": "splitkit record exception EXPECTED FOUND DONE",
    "debrief": "splitkit record debrief WHAT-WENT-WRONG WHAT-SURPRISED",
    "action": "splitkit record action WHAT due=DAY owner=PERSON",
    "done": "splitkit record done ACTION --wit WITNESS",
    "note": "splitkit record note TEXT",
    "safe-opened": "splitkit record safe.opened PLACE PERSON,PERSON PURPOSE",
    "bag-opened": "splitkit record bag.opened SHEET INTACT EXPECTED PURPOSE set=SET",
    "stored": "splitkit record stored SHEET PLACE bag=BAG",
    "stored-new": "splitkit record stored SHEET PLACE set=SET",
    "sealed": "splitkit record sealed BAG SHEET person=PERSON set=SET",
    "seen": "splitkit record seen SHEET intact=yes",
    "lost": "splitkit record lost SHEET CIRCUMSTANCES set=SET",
    "handed": "splitkit record handed SHEET PERSON --wit WITNESS",
    "destroyed": "splitkit record destroyed SHEET WAY PERSON,PERSON set=SET",
    "old-copy": "splitkit record destroyed SHEET WAY PERSON,PERSON set=SET copy=COPY",
    "take": "splitkit record --take LEDGER",
    "joined": "splitkit record joined NAME",
    "left": "splitkit record left PERSON REASON",
    "role": "splitkit record role PERSON ROLE REASON",
    "role-ended": "splitkit record role.ended PERSON ROLE REASON --wit WITNESS",
    "deputy": "splitkit record deputy PERSON DEPUTY --wit WITNESS",
    "receiver": "splitkit record receiver PERSON",
    "receiver-left": "splitkit record receiver.left PERSON --wit WITNESS",
    "place": "splitkit record place NAME site=SITE kind=safe",
    "account": "splitkit record account NAME pack=PACK --wit WITNESS",
    "account-ended": "splitkit record account.ended REASON PERSON,PERSON account=NAME",
    "bound": "splitkit record bound account=NAME --wit WITNESS",
    "other": "splitkit record asset NEW-TAG other PERSON place=PLACE serial=SERIAL",
    "laptop": "splitkit record asset NEW-TAG laptop PERSON place=PLACE serial=SERIAL",
    "mailbox": "splitkit record asset NEW-TAG mailbox PERSON",
    "phone": "splitkit record asset NEW-TAG phone PERSON place=PLACE",
    "mfa-device": "splitkit record asset NEW-TAG mfa PERSON place=PLACE serial=SERIAL expires=DAY working=yes",
    "checked": "splitkit record checked TAG pass",
    "failed": "splitkit record checked TAG fail",
    "used": "splitkit record used TAG PERSON,PERSON PURPOSE",
    "moved": "splitkit record moved TAG REASON person=PERSON --wit WITNESS",
    "retired": "splitkit record asset.retired TAG REASON --wit WITNESS",
    "signed-in": "splitkit record signin unchanged accepted=yes",
    "signed-in-new": "splitkit record signin new accepted=yes",
    "alert": "splitkit record alert PERSON minutes=MINUTES validated=yes",
    "set-retired": "splitkit record set.retired SET REASON PERSON,PERSON",
    "refreshed": "splitkit record refreshed NEW-SET OLD-SET REASON",
    "rotated": "splitkit record rotated NEW-SET OLD-SET REASON",
    "use-reviewed": "splitkit record use.reviewed WHO-WAS-TOLD PERSON,PERSON set=SET",
    "use-kept": "splitkit record use.reviewed WHO-WAS-TOLD PERSON,PERSON set=SET kept=WHY",
    "incident-closed": "splitkit record incident.close INCIDENT CAUSE OUTCOME PERSON,PERSON",
})  # fmt: skip
"""Each command by its key; what is in capital letters is filled in by whoever types it."""

_MARKED = ("splitkit init ", "splitkit ceremony ", "splitkit recover ")
"""How those begin that must be told that it is a rehearsal."""


def rehearsed(command: str) -> str:
    """Return a command as it is typed in a rehearsal."""
    return f"{command} --practice" if command.startswith(_MARKED) else command


MEANINGS: Mapping[str, str] = MappingProxyType({
    "ACTION": "its code, which 'status' shows",
    "BAG": "number on the bag",
    "CEREMONY": "such as C-0001, never used before",
    "COPY": "number of the copy, which 'status' shows",
    "DAY": "as 2030-01-31",
    "DEPUTY": "name in full of whoever stands in for them",
    "DIR": "new folder",
    "FILE": "new file",
    "ID": "first eight signs of the set id, on each of its sheets",
    "EXPECTED": "yes if the bag has the number that the register has, else no",
    "INCIDENT": "its code, which 'status' shows",
    "INTACT": "yes if its seal is whole, else no",
    "LEDGER": "file of the ceremony's record",
    "MINUTES": "how many passed",
    "NEW-SET": "as SET",
    "NEW-TAG": "short name not taken yet, such as key-3",
    "OLD-SET": "as SET",
    "PERSON": "name in full",
    "PLACE": "name of the safe",
    "PLAN": "file of the plan",
    "QUEUE": "name of a printer; '--print-to' again for each that 'plan check' asks for",
    "ROLE": "administrator, witness, mail-admin, domain-admin, bill-payer or reset-admin",
    "SCAN": "picture or PDF of a scanned sheet; or --camera, or --type",
    "SERIAL": "number on the device; leave 'serial=' or 'expires=' out where it has none",
    "SET": "beginning of the set id",
    "SHEET": "number of the sheet",
    "TAG": "short name in the register",
    "WAY": "shredded, burnt or other",
    "WHO-WAS-TOLD": "names, with commas",
    "WHY": "why the secret is not changed",
    "WORDS": "the twelve words marked L, in quotes",
    "WITNESS": "name in full of somebody else, who has seen it",
})  # fmt: skip
"""What is put in for a word in capitals; any other one says it itself, and takes words of one's own."""

_ASKED: Mapping[str, str] = MappingProxyType({
    "PERSON": "Who",
    "PERSON,PERSON": "Which two people",
    "WITNESS": "Who has seen it",
    "DEPUTY": "Who stands in for them now",
    "NEW-TAG": "A short name for it that nothing has yet",
    "SHEET": "Which sheet, by its number",
    "BAG": "The number on the bag",
    "PLACE": "Which place",
    "TAG": "Which device, phone or mailbox",
    "SET": "Which set",
    "NEW-SET": "Which is the new set",
    "OLD-SET": "Which is the old set",
    "ACTION": "Which action",
    "INCIDENT": "Which incident",
    "MINUTES": "After how many minutes",
    "WAY": "How it was destroyed",
    "WHO-WAS-TOLD": "Who was told",
    "WHY": "Why the secret stays as it is",
    "TEXT": "What is noted",
    "TASK": "What is to be done",
    "KIND": "What it is",
    "PURPOSE": "What it is opened or used for",
    "REASON": "Why",
    "CAUSE": "What the cause of the incident was",
    "OUTCOME": "What came of the incident",
    "WHAT-WENT-WRONG": "What went wrong",
    "WHAT-SURPRISED": "What was surprising",
    "CIRCUMSTANCES": "How it was lost",
    "DONE": "What was done about it",
})  # fmt: skip
"""What is asked for where it stands in a command."""


def asked_for(word: str) -> str:
    """Return what is asked for where a word stands in capitals; any other one says it itself."""
    return _ASKED.get(word) or word.replace("-", " ").replace(",", " and ").capitalize()


CAPITALS = re.compile(r"\b[A-Z]+(?:-[A-Z]+)*\b")
"""A word of a command that is filled in."""


def meanings_of(commands: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return what is put in for the words in capitals of some commands, for those that do not say it themselves."""
    words = {word for line in commands for word in CAPITALS.findall(line)}
    return tuple((word, MEANINGS[word]) for word in sorted(words) if word in MEANINGS)


DEVICE = 'splitkit record asset TAG {0} "PERSON"'
"""How a thing of a kind is made known, under a tag that nothing has."""
