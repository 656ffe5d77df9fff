"""What a text of a pack may say: it is read by people in a hurry, on paper and on a terminal, and some of it came from strangers.

It is refused, never mended, and what is said of it quotes nothing.
"""

import re
import unicodedata
from collections.abc import Iterator

_LETTERS = (range(0x80, 0x180), range(0x1E00, 0x1F00))
"""Latin letters with accents, as names and languages have them; what lies between are signs of phonetics, which look like others."""

_PHONE = re.compile(r"\+?\d(?:[ ()./-]{0,2}\d){6,}")
_COMMAND = re.compile(r"\bsplitkit\b|\brecover\.py\b|(?<!\w)--[a-z]", re.IGNORECASE)
_ADDRESS = re.compile(r"://|\bwww\.|\S@\S", re.IGNORECASE)

_HIDDEN = (
    r"\b(?:pass(?:word|phrase|code)s?|secrets?|shares?|pins?|seeds?|credentials?"
    r"|(?:recovery|unseal|private|secret|access|backup|unlock|master|emergency) (?:key|code|phrase|word)s?"
    r"|words of (?:a|an|the|each|every|their|your) (?:share|sheet)s?)\b"
    r"(?! (?:manager|sheet|set|policy|reset|page|field|change|hint))"
)
_BETWEEN = r"(?:(?!\b(?:that|when|whether|who\w*|how|why|which|where|if|for)\b)[^.,;:]){0,40}?"
_PUT_DOWN = (
    r"\b(?:writ(?:e|es|ing)|jot\w*|not(?:e|es|ing)|cop(?:y|ies|ying)|print(?:s|ing)?|photo\w*|film\w*|pictures?|screenshots?"
    r"|dictat(?:e|es|ing)|read (?:aloud|out)|spell\w*|e-?mail(?:s|ing)?(?! address)|mail(?:s|ing)|send\w*|text(?:s|ing)|paste\w*|post"
    r"|stor(?:e|es|ing)|sav(?:e|es|ing)|record(?:s|ing)?|keep(?:s|ing)?|tell\w*|whisper\w*)\b"
)
_IS_PUT_DOWN = (
    r"\b(?:(?:written|jotted|noted|copied|printed|photographed|filmed|dictated|spelt|spelled|e-?mailed|mailed|sent|texted|pasted|posted"
    r"|stored|saved|recorded|put down)\b(?! (?:sheet|bag|copy))|aloud\b|on paper\b|in writing\b"
    r"|(?:in|into|on|onto|to) (?:(?:a|an|the|your|their|its) )?(?:\w+ )?"
    r"(?:notes?|notebook|ticket|chat|e?-?mail|message|file|document|spreadsheet|whiteboard|cards?|envelopes?|log|ledger|label|sticker)\b)"
)
_PUTS_DOWN = re.compile(f"{_PUT_DOWN}{_BETWEEN}{_HIDDEN}|{_HIDDEN}{_BETWEEN}{_IS_PUT_DOWN}", re.IGNORECASE)
_NOT = re.compile(r"\b(?:no|not|never|nobody|nothing|none|without|instead of)\b", re.IGNORECASE)


def fault_of(text: str, most: int, *, told: bool = False) -> tuple[str, str] | None:
    """Return what is wrong with a text of at most *most* characters, and what to do; None where nothing is.

    What is only *told* to somebody, and lets nobody do anything, may say what is done with a secret.
    """
    return next(_faults(text, most, told=told), None)


def _faults(text: str, most: int, *, told: bool) -> Iterator[tuple[str, str]]:
    if not text.strip():
        yield "is empty", "write it, or leave the key out"
    plainly = text.isascii() and text.isprintable()  # nearly every text
    if strange := None if plainly else next((one for one in text if not is_plain(one)), None):
        yield f"has the character U+{ord(strange):04X}", "write Latin letters and plain signs, on one line"
    if len(text) > most:
        yield f"is longer than {most} characters", "say it in fewer words"
    if text != text.strip() or "  " in text:
        yield "begins or ends with a space, or has two in a row", "leave it out"
    if _PHONE.search(text):
        yield "has what looks like a phone number", "a pack holds none: say whom to ask"
    if _COMMAND.search(text):
        yield "spells a command or an option", "a step names a command by its key: command = ..."
    if _ADDRESS.search(text):
        yield "has an address", "addresses of pages stand in 'source' and 'sources', and no others in a pack"
    if not told and any(_puts_down(one) for one in re.split("[.,;:]", text)):
        yield (
            "lets somebody put a secret down, or pass it on",
            "a secret is shown on one screen, and stands nowhere else",
        )


def _puts_down(clause: str) -> bool:
    """Whether somebody is to write a secret down, or to pass it on; a clause that says 'never' before it forbids it."""
    return any(not _NOT.search(clause[: found.end()]) for found in _PUTS_DOWN.finditer(clause))


def is_plain(character: str) -> bool:
    """Whether it is a Latin letter, a digit, or a sign that nothing takes for control: no look-alike of another script."""
    if character.isascii():
        return character.isprintable()
    latin = any(ord(character) in letters for letters in _LETTERS) and unicodedata.category(character) in ("Lu", "Ll")
    return latin and unicodedata.normalize("NFKC", character) == character
