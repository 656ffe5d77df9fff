"""The questions whose answers make a plan: each answer is checked at once, and any of them can be changed.  No terminal here.

Which questions there are depends on the answers before them, so they are asked for one after the other: `pending` gives
the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from splitkit.errors import UsageError
from splitkit.host.columns import capital
from splitkit.ledger.lookalike import plain_person
from splitkit.paper.geometry import Paper
from splitkit.plan.document import LEADERS, MAX_NAME, Custodian, Plan, check_recordable, check_text
from splitkit.plan.policy_words import position
from splitkit.quorum.header import MAX_LABEL_BYTES
from splitkit.quorum.parsing import Reason, Rejection, read_line
from splitkit.quorum.policy import MAX_GROUPS, MAX_MEMBERS, Group, Policy, SheetId, parse_policy
from splitkit.quorum.share import Share
from splitkit.secret.profiles import find_profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Check = Callable[[str], str]
    Answers = Mapping[str, str]

NONE = "-"
"""What is typed for an empty answer where Enter would keep another."""


@dataclass(frozen=True)
class Question:
    """One question: *check* returns the answer as it is kept, or raises `UsageError`."""

    key: str
    what: str
    """The short name of the answer in the summary."""
    prompt: str
    check: Check
    default: str = ""
    """What Enter alone means."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """The only answers, where there are few, and what each means; nothing is said of yes and no."""

    @property
    def means(self) -> str:
        """What the question is about, for whoever asks."""
        first, _, last = self.key.partition(".")
        return _MEANS.get(self.key) or _MEANS.get(f"{first}.{last.rpartition('.')[2]}") or _MEANS[first]

    def taken(self, typed: str) -> str:
        """Return the answer that *typed* is.

        Raises:
            UsageError: If it is none.  Never quotes it.
        """
        text = typed.strip()
        _refuse_share(text)
        check_text(text)
        return self.check("" if text == NONE else text or self.default)


_MEANS = {
    "label": "A few words that tell this password from all others, such as 'AWS management account, root user'; at most 64 bytes.",
    "kind": "In groups, each must bring some of its sheets.",
    "members": "Each of them keeps one sheet in a safe of their own.  The more, the harder it is to lose the password.",
    "threshold": "So many sheets open it; one fewer tells nothing.  If all are needed, one lost sheet loses the password.",
    "groups": "Each group has its own people, and its own number of sheets that it must bring.",
    "needed": "So many groups must each bring enough of their sheets.",
    "group.name": "A short name, such as Board.",
    "group.members": "Each of them keeps one sheet of this group.",
    "group.threshold": "So many of this group must come before the group counts.",
    "practice": "yes: sheets made from this plan always say PRACTICE.  no: it is the plan of the real set, which can be rehearsed too.",
    "anonymous": "yes: a thief who finds a sheet does not see what it is for.  Then nobody else sees it either: keep a list.",
    "paper": "The paper in the printers.",
    "profile": "It says which characters the password is made of.",
    "length": "The longer, the stronger.  The usual length is strong enough, and the set shows it nowhere.",
    "user": "It is encrypted with the password, and shown beside it at a recovery: what is typed at the sign-in.",
    "account": "It is encrypted with the password, and shown beside it at a recovery: such as the account number.",
    "note": "It is encrypted with the password, and shown beside it at a recovery: such as the address of the sign-in page.",
    "named": "yes: names stand on sheets, receipts and script.  no: they are written onto the paper by hand.",
    "name": "First and last name.  One person keeps one sheet.",
    "title": "What they are in the company; it stands on the receipt.",
    "site": "The building with their safe: 'plan check' warns of one that holds too many sheets.  It is printed nowhere.",
    "administrator": "Who leads the ceremony at the laptop, and keeps no sheet.",
    "witness": "Who watches every step and signs for it, and keeps no sheet.",
    "scribe": "Who writes the times onto the script, and keeps no sheet.",
}
"""What each question is about, by its key without numbers."""


def pending(answers: dict[str, str]) -> Question | None:
    """Return the next question without an answer, or None; an answer that no longer fits the others is dropped first."""
    for question in questions(answers):
        try:
            if question.key in answers and question.check(answers[question.key]) == answers[question.key]:
                continue
        except UsageError:
            pass
        answers.pop(question.key, None)
        return question
    return None


def asked(answers: Answers) -> list[Question]:
    """Return the questions that have been answered, in their order."""
    found = []
    for question in questions(answers):
        if question.key not in answers:
            break
        found.append(question)
    return found


def questions(answers: Answers) -> Iterator[Question]:
    """Yield the questions in their order; each needs the answers to all before it."""
    yield Question("label", "for", "What is the password for? (it is printed)", _label)
    yield _choice("kind", "people", "One circle of people, or several groups?", _KINDS)
    yield from _flat_questions(answers) if answers["kind"] == "one" else _group_questions(answers)
    yield _either("practice", "practice", "Are its sheets for practice alone?", usual="no")
    yield _either("anonymous", "anonymous", "Leave label and names off the sheets?", usual="no")
    yield _choice("paper", "paper", "Which paper?", _PAPERS)
    yield from _password_questions(answers)
    yield from _custodian_questions(answers)


def _flat_questions(answers: Answers) -> Iterator[Question]:
    yield _count("members", "sheets", "How many people keep a sheet?", (2, MAX_MEMBERS), "5")
    most = int(answers["members"])
    if most > 2:
        yield _count(
            "threshold", "needed", f"How many of the {most} must come together?", (2, most), str(most // 2 + 1)
        )


def _group_questions(answers: Answers) -> Iterator[Question]:
    yield _count("groups", "groups", "How many groups?", (2, MAX_GROUPS))
    count = int(answers["groups"])
    for at in range(count):
        yield from _one_group(answers, at)
    counted = _count("needed", "needed groups", f"How many of the {count} groups must come together?", (1, count))
    yield replace(counted, check=lambda text: _whole_policy(answers, counted.check(text)))


def _one_group(answers: Answers, at: int) -> Iterator[Question]:
    name, size, least = (f"group.{at}.{part}" for part in ("name", "members", "threshold"))
    others = {answers[f"group.{other}.name"].casefold() for other in range(at)}
    yield Question(name, f"group {at + 1}", f"What is group {at + 1} called?", lambda text: _group_name(text, others))
    called = answers[name]
    yield _count(size, f"{called} sheets", f"How many people of {called} keep a sheet?", (1, MAX_MEMBERS))
    most = int(answers[size])
    if most > 2:
        yield _count(least, f"{called} needed", f"How many of these {most} must come?", (2, most))


def _password_questions(answers: Answers) -> Iterator[Question]:
    yield _choice("profile", "profile", "What kind of password?", _PROFILES)
    profile = find_profile(answers["profile"])
    length = partial(_length, profile.name)
    yield Question("length", "length", f"How many {profile.unit}?", length, str(profile.length))
    yield Question("user", "user", "User name to keep beside the password? (Enter: none)", str)
    yield Question("account", "account", "Account to keep beside it? (Enter: none)", str)
    yield Question("note", "note", "Note to keep beside it? (Enter: none)", str)


def _custodian_questions(answers: Answers) -> Iterator[Question]:
    yield _either("named", "names", "Name the people now?", usual="yes")
    if answers["named"] == "no":
        return
    policy, seen = policy_of(answers), set[str]()
    for sheet in policy.sheet_ids():
        number, place = policy.number(sheet), capital(position(policy, sheet))
        yield Question(f"name.{number}", place, f"{place}: who keeps it?", partial(_name, taken=frozenset(seen)))
        seen.add(plain_person(answers[f"name.{number}"]))
        yield Question(f"title.{number}", place, "Job title? (Enter: none)", _short)
        yield Question(f"site.{number}", place, "At which site is their safe? (Enter: not said)", _short)
    for role in LEADERS:
        prompt = f"Who is the {role}, and keeps no sheet? (Enter: not known yet)"
        yield Question(role, role, prompt, partial(_leader, taken=frozenset(seen)))
        seen.add(plain_person(answers[role]))


_KINDS = {"one": "everybody counts the same", "groups": "such as board and IT; each must bring some sheets"}
_PAPERS = {"a4": "as in most countries", "letter": "as in North America"}
_PROFILES = {
    "aws-root": "what AWS takes for a root user",
    "generic": "for most other systems",
    "words": "easier to type",
}


def _choice(key: str, what: str, prompt: str, choices: Mapping[str, str]) -> Question:
    """Return a question with several answers, of which the first is usual."""
    return Question(key, what, prompt, partial(_one_of, choices), next(iter(choices)), choices)


def _either(key: str, what: str, prompt: str, usual: str) -> Question:
    """Return a question that is answered by yes or no."""
    either = {"yes": "", "no": ""}
    return Question(key, what, prompt, partial(_one_of, either), usual, either)


def _count(key: str, what: str, prompt: str, within: tuple[int, int], usual: str = "") -> Question:
    return Question(key, what, "{} ({} to {})".format(prompt, *within), partial(_number, *within), usual)


def policy_of(answers: Answers) -> Policy:
    """Return the policy that the answers give.

    Raises:
        UsageError: If it breaks a rule of the format.
    """
    if answers["kind"] == "one":
        return Policy(1, (_group(answers),))
    groups = tuple(_group(answers, f"group.{at}.") for at in range(int(answers["groups"])))
    return Policy(int(answers["needed"]), groups)


def _group(answers: Answers, at: str = "") -> Group:
    """Return the group of the answers whose keys begin with *at*; of one or two people all are needed."""
    members = int(answers[f"{at}members"])
    threshold = int(answers[f"{at}threshold"]) if members > 2 else members
    return Group(threshold, members, answers.get(f"{at}name", ""))


def plan_of(answers: Answers) -> Plan:
    """Return the plan that all the answers together make.

    Raises:
        UsageError: If it breaks a rule of the format.
    """
    policy = policy_of(answers)
    usual, length = find_profile(answers["profile"]).length, int(answers["length"])
    texts = {key: answers[key] for key in ("label", "profile", "user", "account", "note")}
    return Plan(
        policy=policy,
        paper=Paper(answers["paper"]),
        practice=answers["practice"] == "yes",
        anonymous=answers["anonymous"] == "yes",
        length=None if length == usual else length,
        custodians=tuple(_custodians(policy, answers)) if answers["named"] == "yes" else (),
        **texts,
        **{role: answers[role] for role in LEADERS if answers["named"] == "yes"},
    )


def _custodians(policy: Policy, answers: Answers) -> Iterator[tuple[SheetId, Custodian]]:
    for sheet in policy.sheet_ids():
        yield sheet, Custodian(*(answers[f"{part}.{policy.number(sheet)}"] for part in ("name", "title", "site")))


def _refuse_share(text: str) -> None:
    finding = read_line(text)
    if isinstance(finding, Share) or (isinstance(finding, Rejection) and finding.reason is Reason.DAMAGED_SHARE):
        raise UsageError("these are the words of a share, which are never typed here", "answer the question")


def _label(text: str) -> str:
    if len(text.encode("utf-8", errors="replace")) > MAX_LABEL_BYTES:
        raise UsageError(f"the label is longer than {MAX_LABEL_BYTES} bytes", "shorten it")
    check_recordable("this label", text, accounts=True)
    return text


def _one_of(choices: Mapping[str, str], text: str) -> str:
    found = [choice for choice in choices if text and choice.startswith(text.lower())]
    if len(found) != 1:
        raise UsageError("that is not one of the answers", "type " + " or ".join(choices))
    return found[0]


def _number(least: int, most: int, text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and least <= int(text) <= most):
        raise UsageError(f"this is not a number from {least} to {most}", "type one of them, in digits")
    return str(int(text))


def _group_name(text: str, others: set[str]) -> str:
    if text.casefold() in others:
        raise UsageError("two groups cannot have the same name", "give each group a name of its own")
    try:
        (group,) = parse_policy(f"1 of: {text} 2of2").groups
    except (UsageError, ValueError):
        group = Group(2, 2)
    if group.name != text or not text:
        raise UsageError("a group cannot be called that", "use a short plain name, without a comma")
    check_recordable("this name", text)
    return text


def _whole_policy(answers: Answers, needed: str) -> str:
    policy_of({**answers, "needed": needed})
    return needed


def _length(profile: str, text: str) -> str:
    length = _number(1, 128, text)
    find_profile(profile, int(length))
    return length


def _name(text: str, taken: frozenset[str]) -> str:
    if not text:
        raise UsageError("a custodian needs a name", "type it, or go back and name nobody")
    if plain_person(text) in taken:
        raise UsageError("this person keeps a sheet already", "one person keeps one sheet of a set")
    check_recordable("this", _short(text), person=True)
    return text


def _leader(text: str, taken: frozenset[str]) -> str:
    if text and plain_person(text) in taken:
        raise UsageError("this person is named already", "who leads the ceremony keeps no sheet, and has one role")
    check_recordable("this", _short(text), person=True)
    return text


def _short(text: str) -> str:
    if len(text) > MAX_NAME:
        raise UsageError(f"that is longer than {MAX_NAME} characters", "shorten it")
    check_recordable("this", text)
    return text
