"""What a text of a pack may say: it is read by people in a hurry, on paper and on a terminal, and some of it came from strangers.

It is refused, never mended, and what is said of it quotes nothing.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator

_LETTERS = (range(0x80, 0x180), range(0x1E00, 0x1F00))
"""Latin letters with accents, as names and languages have them; what lies between are signs of phonetics, which look like others."""

_PHONE = r"\+?\d(?:[ ()./-]{0,2}\d){6,}"
_COMMAND = r"splitkit|\brecover\.py\b|(?<!\w)--[a-z]|(?<!\S)-[a-z]|\bno-(?:record|guard)\b|\b(?:sudo|curl|wget)\b|&&|\$\(|\|\s*\w*sh\b"
_ADDRESS = r"://|\bwww\.|\S@\S|\b(?:mailto|tel|ftp|javascript):|\bhxxps?\b|\blocalhost\b"

_HOST = r"\b(?:[a-z0-9-]+\.)+(?!(?:pdf|txt|toml|json|ya?ml|csv|log|conf|crt|cer|csr|crl|pem|key|py)\b)[a-z]{2,}\b"
"""The name of a machine, and of no file."""

_OWN = r"(?:(?:the|an?|this|these|its|their|your|his|her|our|each|every|all|any|both|new|old|whole|same) )*"
_WORDS = (
    rf"(?:words (?:of|on|from) {_OWN}(?:\w+ )?(?:share|sheet)s?|(?:33|thirty-three|share|secret) words"
    rf"|what (?:is|stands) on {_OWN}sheets?|what {_OWN}sheets? (?:shows?|says?))"
)
_SECRET = (
    r"\b(?:pass[ -]?(?:word|phrase|code)s?|pwds?|secrets?|(?:share|pin)s?(?! (?:the|an?|it|each|every|this)\b)|seeds?|mnemonics?|credentials?"
    r"|(?:recovery|unseal|private|secret|access|backup|unlock|master|emergency) (?:key|code|phrase|word)s?"
    rf"|(?:log-?in|sign-in|access) (?:details|data)|{_WORDS})\b"
    r"(?! (?:manager|sheet|set|policy|reset|page|field|prompt|check|change|hint|of the costs))"
)
_NAMED = rf"{_SECRET}|\bsheets?\b"
_GAP = r"(?:(?!\b(?:that|when|whether|who\w*|how|why|which|where|if|for|while|until|before|after|once|since)\b)[^.,;:]){0,40}?"
_WRITE = (
    r"writ(?:e|es|ing)|jot\w*|scribbl\w+|scrawl\w*|(?:put|set|tak)(?:e|es|s|ting|ing)? down|cop(?:y|ies|ying)|transcrib\w+"
    r"|dictat(?:e|es|ing)|read (?:aloud|out)|spell\w*|e-?mail(?:s|ing)?(?! address)|text(?:s|ing)|whisper\w*|memori[sz]\w+"
)
_PICTURE = r"(?:photo\w*|film\w*|videos?|pictures?|screen ?shots?|snap(?:s|shots?)?|captur\w+)"
"""Whoever takes one while a secret is shown has it, whatever it is of."""

_LONG = (
    rf"(?:{_WRITE}|not(?:e|es|ing)|print(?:s|ing)?|mail(?:s|ing)|send\w*|paste\w*|post|stor(?:e|es|ing)|sav(?:e|es|ing)|record(?:s|ing)?"
    r"|keep(?:s|ing)?|tell\w*|teach\w*|document(?:s|ing)|label(?:s|l?ing)? (?:the|each|every)|mark(?:s|ing)? (?:the|each|every))"
)
_SHORT = (
    r"(?:tap(?:e|es|ing)|glu(?:e|es|ing)|ink|st[iu]ck(?:s|ing)?|paint\w*|draw(?:s|ing)?|carv\w+|engrav\w+|etch\w*|stamp\w*|laminat\w+|fram(?:e|es|ing)|hang(?:s|ing)?"
    r"|pin(?:s|ning)?|document|log(?:s|ging)?|list(?:s|ing)?|fil(?:e|es|ing)|archiv\w+|seal(?:s|ing)?|enclos\w+|hid(?:e|es|ing)|plac(?:e|es|ing)"
    r"|lock(?:s|ing)?|upload\w*|sync\w*|back(?:s|ing)? up|publish\w*|attach\w*|drop(?:s|ping)?|duplicat\w+|scan(?:s|ning)?"
    r"|shar(?:e|es|ing)(?: out)?|(?<!sheets )(?<!still )giv(?:e|es|ing)(?: (?:out|away))?|hand(?:s|ing)?(?: (?:over|out))?|pass(?:es|ing)?(?: (?:on|round))?"
    r"|forward\w*|mail|text|messag\w+|fax\w*|slack|whatsapp|(?:tele)?phon(?:e|es|ing)|say(?:s|ing)?|speak(?:s|ing)?|shout\w*|recit\w+"
    r"|call(?:s|ing)?(?: out)?|mumbl\w+|announc\w+|repeat\w*|translat\w+|convert\w*|learn\w*|remember\w*|inform\w*(?: \w+){1,4}? of|let(?: \w+){1,3} (?:know|have|hear))"
)
_HAND_ON = rf"\b(?:show|reveal|disclos|read)(?:e?s|ing|e)? {_OWN}{_SECRET} to (?!nobody|no one|two|those|the (?:machine|program|scanner))"
_IS_PUT_DOWN = (
    r"\b(?:(?:written|jotted|noted|copied|printed|photographed|filmed|dictated|spelt|spelled|e-?mailed|mailed|sent|texted|pasted|posted"
    r"|stored|saved|recorded|put down)\b(?! (?:sheet|bag|copy))|aloud\b|on paper\b|in writing\b|by heart\b"
    r"|(?:in|into|on|onto|to) (?:(?:a|an|the|your|their|its) )?(?:\w+ )?"
    r"(?:notes?|notebook|ticket|chat|e?-?mail|message|file|document|spreadsheet|whiteboard|cards?|envelopes?|log|ledger|label|sticker"
    r"|register|minutes|report|wiki|book|channel|manager|drawer|desk|wall|pad|slip|stick|door|lid|board|protocol|folder|website|online tool)\b)"
)
_CARRIER = r"\b(?:slip|note|card|paper|letter|sticker|label|picture|cop(?:y|ies))s? (?:with|of|bearing)"
_PUTS_DOWN = (
    rf"\b(?:{_LONG})\b{_GAP}{_SECRET}|\b{_SHORT} {_OWN}{_SECRET}|\b{_PICTURE}\b[^.,;:]{{0,60}}?{_SECRET}|{_CARRIER} {_OWN}{_SECRET}"
    rf"|\b(?:{_PICTURE}(?: of)?|scans? of|photocop\w+|xerox\w*|cop(?:y|ies|ying)(?: of)?|duplicat\w+) {_OWN}sheets?\b|{_HAND_ON}"
    rf"|{_SECRET}{_GAP}{_IS_PUT_DOWN}|\btak(?:e|es|ing) {_OWN}{_SECRET} down|{_SECRET} known to|\bback-?ups? of {_OWN}{_SECRET}"
    rf"|\bask\w* (?:\w+ ){{0,3}}for {_OWN}{_WORDS}"
)
_AND_THAT = (
    rf"{_SECRET}(?: \w+){{0,2}}[.,;:]?(?: (?:and|then|or|but))*"
    rf" (?:(?:{_WRITE}|{_PICTURE}|not(?:e|es|ing))(?: down)? (?:it|them)|(?:read|say) it (?:aloud|out|to)|ma(?:ke|kes|king) a (?:note|copy) of it)\b"
)
"""What is done with the secret that was named just before."""

_NOT = r"\b(?:no|not|never|nobody|nothing|none|without|instead of)\b"
_DESTROYS = r"\b(?:destroy|burn|shred|delete|erase|wipe)s? (?:(?!and\b|or\b|then\b)\w+ ){0,2}$"
"""What stands before a copy of a secret that is to go."""

_PAST = r"^\w+ed\b|\b(?:was|were|been)\b"
"""What somebody has done is told, and not asked for."""

_SPELT = r"\b(?:[a-z][ -]){3,}[a-z]\b"
_STROKES = str.maketrans("\u0131\u0142\u0111\u00f8\u0127\u0167", "ildoht")
_LEET = str.maketrans("013457", "oleast")


@functools.cache
def _pattern(expression: str) -> re.Pattern[str]:
    """Return one of these, compiled when it is first used: all together take 15 ms, and most runs read no text of a pack."""
    return re.compile(expression, re.IGNORECASE)


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
    if _pattern(_PHONE).search(text):
        yield "has what looks like a phone number", "a pack holds none: say whom to ask"
    if _pattern(_COMMAND).search(_unaccented(text)):
        yield "spells a command or an option", "a step names a command by its key: command = ..."
    if _pattern(_ADDRESS).search(text):
        yield "has an address", "addresses of pages stand in 'source' and 'sources', and no others in a pack"
    if not told and _puts_down(text):
        yield (
            "lets somebody put a secret down, or pass it on",
            "a secret is shown on one screen, and stands nowhere else",
        )


def _puts_down(text: str) -> bool:
    """Whether somebody is to write a secret down, or to pass it on; a clause that says 'never' before it forbids it."""
    plain = _folded(text)
    if not _pattern(_NAMED).search(plain):
        return False
    clauses = re.split(r"[.;:]|,(?! (?:n?or |\w+,))", plain)
    named = [one for one in clauses if _pattern(_NAMED).search(one)]
    found = [(one[0], clause[: one.start()]) for clause in named for one in _pattern(_PUTS_DOWN).finditer(clause)]
    found += [(one[0], re.split("[.;:]", plain[: one.start()])[-1]) for one in _pattern(_AND_THAT).finditer(plain)]
    return not all(_excused(what, before) for what, before in found)


def _excused(what: str, before: str) -> bool:
    """Whether something is forbidden or told of, by what stands *before* it in its clause; a 'no' reaches up to the next 'and'."""
    near = re.split(r"\b(?:and|but|then)\b", before)[-1]
    return bool(
        _pattern(_PAST).search(what) or _pattern(_NOT).search(near + what) or _pattern(_DESTROYS).search(before)
    )


def _folded(text: str) -> str:
    """Return a text without accents, and as it is read where digits stand for letters, or letters stand apart."""
    plain = _unaccented(text)
    plain = re.sub(r"(?<=[A-Za-z])[013457]+(?=[A-Za-z])", lambda found: found[0].translate(_LEET), plain)
    return _pattern(_SPELT).sub(lambda found: re.sub("[ -]", "", found[0]), plain)


def _unaccented(text: str) -> str:
    """Return a text with each letter as the plain one that it looks like."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text).translate(_STROKES)
    return "".join(one for one in apart if not unicodedata.combining(one))


def names_host(text: str) -> bool:
    """Whether a text names a machine of a network, such as example.org."""
    return bool(_pattern(_HOST).search(_unaccented(text)))


def is_plain(character: str) -> bool:
    """Whether it is a Latin letter, a digit, or a sign that nothing takes for control: no look-alike of another script."""
    if character.isascii():
        return character.isprintable()
    latin = any(ord(character) in letters for letters in _LETTERS) and unicodedata.category(character) in ("Lu", "Ll")
    return latin and unicodedata.normalize("NFKC", character) == character
