"""What is on the forms of a ceremony: everything that is printed besides sheets and record.  Nothing here is secret."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True)
class Face:
    """What every form of one ceremony says of it."""

    ceremony: str
    """Its code, such as 'C-0001'; empty: to be written by hand."""
    label: str
    date: str
    """The day of the ceremony, YYYY-MM-DD; empty: to be written by hand."""
    policy: str
    """The policy in its short form: 'any 3 of 5'."""
    rule: str
    """One plain sentence that says which sheets together give the password back."""
    plan_hash: str
    """The hash of the plan, 64 hexadecimal digits."""
    plan_words: tuple[str, ...]
    """The same as 12 words."""
    practice: bool
    anonymous: bool
    """Print no label and no names."""
    set_id: str
    """The set id in hexadecimal; empty before there is a set."""
    fingerprint: tuple[str, ...]
    """The 12 words of the envelope; empty before there is a set."""
    made: str
    """The date of the document: YYYY-MM-DD."""
    program: str


@dataclass(frozen=True)
class Holder:
    """A custodian as a form names one."""

    seat: str
    number: str
    position: str
    """The sheet in words: 'sheet 2 of 5'."""
    name: str
    title: str
    bag: str = ""
    """The number of the bag that the sheet was last sealed into; empty: to be written by hand."""


@dataclass(frozen=True)
class Row:
    """One step of the script."""

    code: str
    title: str
    words: str
    acts: str
    sees: str
    blanks: tuple[tuple[str, ...], ...]
    command: str
    may_skip: bool


@dataclass(frozen=True)
class Block:
    """Steps that belong together; with a *heading* they are those of one custodian."""

    phase: str
    """The phase that begins here; empty when it goes on."""
    heading: str
    remark: str
    rows: tuple[Row, ...]
    list: bool
    """Whether it is one step that many take in turn, which a table shows."""
    names: tuple[str, ...] = ()
    """Who takes each turn of a list."""


@dataclass(frozen=True)
class Form:
    """A form: its *face*, and the custodians it is about."""

    template: ClassVar[str] = ""
    title: ClassVar[str] = ""
    face: Face
    holders: tuple[Holder, ...]

    def data(self) -> dict[str, Any]:
        """Return everything for the template, in plain lists and dictionaries."""
        own = {name: value for name, value in _plain(self).items() if name != "face"}
        return {"heading": self.title, **_plain(self.face), **own}

    def texts(self) -> dict[str, str]:
        """Return the texts that people chose, by what they are."""
        chosen = {"the label": self.face.label, "the sentence of the policy": self.face.rule}
        for holder in self.holders:
            chosen[f"the name of sheet {holder.number}"] = holder.position
            chosen[f"the name of the custodian of sheet {holder.number}"] = holder.name
            chosen[f"the title of the custodian of sheet {holder.number}"] = holder.title
        return chosen


def _plain(value: Any) -> Any:
    """Return data classes as dictionaries whose keys are spelt as Typst spells them."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name.replace("_", "-"): _plain(getattr(value, field.name)) for field in fields(value)}
    return value


@dataclass(frozen=True)
class PlanForm(Form):
    """What is planned, for those who agree to it, and the announcement for those who receive alerts."""

    template: ClassVar[str] = "plan.typ"
    title: ClassVar[str] = "Plan and announcement"


@dataclass(frozen=True)
class ScriptForm(Form):
    """The script that is followed line by line."""

    template: ClassVar[str] = "script.typ"
    title: ClassVar[str] = "Ceremony script"
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class ReceiptForm(Form):
    """What each custodian signs, with the duties: one page a custodian."""

    template: ClassVar[str] = "receipt.typ"
    title: ClassVar[str] = "Custodian receipt"


@dataclass(frozen=True)
class LabelForm(Form):
    """Labels for the bags, to be cut out."""

    template: ClassVar[str] = "label.typ"
    title: ClassVar[str] = "Bag labels"


@dataclass(frozen=True)
class ExceptionForm(Form):
    """What was not as the script says: who left with what, who came back with what."""

    template: ClassVar[str] = "exception.typ"
    title: ClassVar[str] = "Exception sheet"


@dataclass(frozen=True)
class RegisterForm(Form):
    """The custody register: one page a sheet, kept beside its bag."""

    template: ClassVar[str] = "register.typ"
    title: ClassVar[str] = "Custody register"


@dataclass(frozen=True)
class CloseOutForm(Form):
    """The head of the ledger on paper, and the signatures."""

    template: ClassVar[str] = "closeout.typ"
    title: ClassVar[str] = "Close-out sheet"
    head: tuple[str, ...]
    """The 12 words of the ledger's head; empty: to be written by hand."""
    facts: tuple[tuple[str, str], ...]
    """What the ledger counts, by what it is; an empty value is written by hand."""
