"""What a procedure may ask to be typed: a pack names a command by its key, never by its spelling, so that no command can hide in one."""

from collections.abc import Mapping
from types import MappingProxyType

COMMANDS: Mapping[str, str] = MappingProxyType({
    "status": "splitkit status",
    "status-without": "splitkit status --without PERSON",
    "verify": "splitkit ledger verify",
    "register": "splitkit custody print --out FILE",
    "who": "splitkit drill --who",
    "incident": "splitkit custody incident",
    "review": "splitkit custody review --reviewer PERSON --reviewer PERSON --out FILE",
    "make": "splitkit ceremony make PLAN --ledger FILE --ceremony CODE --print-to QUEUE",
    "read-back": "splitkit drill SCAN --set ID",
    "drill": "splitkit drill SCAN... --certificate FILE",
    "drill-live": "splitkit drill SCAN... --live --certificate FILE",
    "recover": "splitkit recover SCAN... --purpose TEXT",
    "rotate": "splitkit rotate PLAN SCAN... --purpose TEXT --out /dev/shm/sheets",
    "refresh": "splitkit refresh PLAN SCAN... --purpose TEXT --out /dev/shm/sheets",
    "reissue": "splitkit reissue PLAN SCAN... --sheet NUMBER --purpose TEXT --out /dev/shm/sheets",
    "request": "splitkit record request TASK PERSON,PERSON",
    "exception": "splitkit record exception EXPECTED FOUND DONE",
    "debrief": "splitkit record debrief WHAT-WENT-WRONG WHAT-SURPRISED",
    "action": "splitkit record action WHAT due=DAY owner=PERSON",
    "note": "splitkit record note TEXT",
    "bag-opened": "splitkit record bag.opened SHEET intact=yes expected=yes purpose=PURPOSE",
    "stored": "splitkit record stored SHEET PLACE bag=BAG",
    "seen": "splitkit record seen SHEET intact=yes",
    "handed": "splitkit record handed SHEET PERSON",
    "destroyed": "splitkit record destroyed SHEET shredded PERSON,PERSON set=SET",
    "take": "splitkit record --take LEDGER",
    "joined": "splitkit record joined NAME",
    "left": "splitkit record left PERSON REASON",
    "role": "splitkit record role PERSON ROLE REASON",
    "receiver": "splitkit record receiver PERSON",
    "receiver-left": "splitkit record receiver.left PERSON",
    "place": "splitkit record place NAME site=SITE kind=safe",
    "account": "splitkit record account NAME pack=PACK",
    "device": "splitkit record asset TAG KIND PERSON place=PLACE",
    "checked": "splitkit record checked TAG pass",
    "failed": "splitkit record checked TAG fail",
    "used": "splitkit record used TAG PERSON,PERSON PURPOSE",
    "moved": "splitkit record moved TAG REASON person=PERSON",
    "retired": "splitkit record asset.retired TAG REASON",
    "signed-in": "splitkit record signin unchanged accepted=yes",
    "signed-in-new": "splitkit record signin new accepted=yes",
    "alert": "splitkit record alert PERSON minutes=MINUTES validated=yes",
    "set-retired": "splitkit record set.retired SET REASON PERSON,PERSON",
    "rotated": "splitkit record rotated NEW-SET OLD-SET REASON",
    "use-reviewed": "splitkit record use.reviewed WHO-WAS-TOLD PERSON,PERSON",
    "incident-closed": "splitkit record incident.close CODE CAUSE OUTCOME PERSON,PERSON",
})  # fmt: skip
"""Each command by its key; what is in capital letters is filled in by whoever types it."""

DEVICE = 'splitkit record asset {0}-1 {0} "PERSON"'
"""How a thing of a kind is made known, as an example."""
