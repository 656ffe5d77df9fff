"""What is on the forms of a ceremony: everything that is printed besides sheets and record.  Nothing here is secret."""

from dataclasses import dataclass
from typing import Any

from splitkit.paper.documents import Leaders, Printout
from splitkit.paper.geometry import Paper

FORMS = {
    "plan": ("plan.typ", "Plan and announcement"),
    "script": ("script.typ", "Ceremony script"),
    "by-hand": ("by-hand.typ", "Sheet written by hand"),
    "receipts": ("receipt.typ", "Custodian receipt"),
    "labels": ("label.typ", "Bag labels"),
    "register": ("register.typ", "Custody register"),
    "exception": ("exception.typ", "Exception sheet"),
    "closeout": ("closeout.typ", "Close-out sheet"),
}
"""Every form by the name of its file, without '.pdf': its template and its title."""


@dataclass(frozen=True)
class Holder:
    """A custodian as a form names one.

    Attributes:
        seat: What the custodian is in this ceremony: 'C1'.
        number: The sheet: '2', or 'B2'.
        position: The sheet in words: 'sheet 2 of 5'.
        name: Empty where the plan is anonymous.
        title: What the custodian is in the company.
        bag: The number of the bag that the sheet was last sealed into; empty: to be written by hand.
    """

    seat: str
    number: str
    position: str
    name: str
    title: str
    bag: str = ""


@dataclass(frozen=True)
class Row:
    """One step of the script, each part as it is printed.

    Attributes:
        code: '31', or '53-B2' for step 53 of sheet B2.
        title: In a few words.
        words: What is done.
        acts: Who does it.
        sees: Who sees it.
        blanks: Rows of what is written by hand, each by its label.
        command: What is typed, if anything.
        may_skip: Whether it may be left out.
        leads_to: The step with which it goes on then; empty: the next one.
        then: The step with which it goes on when it is done; empty: the next one.
        only: The ways to renew a set in which it is taken; empty: always.
    """

    code: str
    title: str
    words: str
    acts: str
    sees: str
    blanks: tuple[tuple[str, ...], ...]
    command: str
    may_skip: bool
    leads_to: str = ""
    then: str = ""
    only: str = ""


@dataclass(frozen=True)
class StepGroup:
    """Steps that belong together; with a *heading* they are those of one custodian.

    Attributes:
        phase: The phase that begins here; empty when it goes on.
        heading: Whose steps they are.
        remark: Words below the heading.
        rows: The steps.
        list: Whether it is one step that many take in turn, which a table shows.
        names: Who takes each turn of a list.
        turns: Whether the steps are taken several times: then what is done stands once, in *told*, and a turn has no more than its rows.
        told: The steps of all the turns that follow, in words; empty but before the first of them.
    """

    phase: str
    heading: str
    remark: str
    rows: tuple[Row, ...]
    list: bool
    names: tuple[str, ...] = ()
    turns: bool = False
    told: tuple[Row, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Form(Printout):
    """A form, the ceremony it belongs to, and the custodians it is about; what is empty is written by hand.

    Attributes:
        name: Which of `FORMS` it is.
        kind: The kind of ceremony, such as 'make'.
        prints: Whether sheets are printed in it.
        ceremony: The code of the ceremony, such as 'C-0001'.
        label: What the set is for.
        date: The day of the ceremony, YYYY-MM-DD.
        policy: The policy in its short form: 'any 3 of 5'; empty where it is about no set.
        rule: One plain sentence that says which sheets together give the password back.
        plan_hash: The hash of the plan, 64 hexadecimal digits.
        plan_words: The same as 12 words.
        anonymous: Print no label and no names.
        set_id: The set id in hexadecimal; empty before there is a set.
        fingerprint: The 12 words of the envelope; empty before there is a set.
        leaders: Who leads the ceremony, by name.
        holders: The custodians, one for each sheet.
        blocks: The steps, which only the script has.
        head: The 12 words of the ledger's head, on the close-out sheet.
        facts: What the ledger counts, by what it is, on the close-out sheet.
    """

    name: str
    kind: str
    prints: bool
    ceremony: str
    label: str
    date: str
    policy: str
    rule: str
    plan_hash: str
    plan_words: tuple[str, ...]
    anonymous: bool
    set_id: str
    fingerprint: tuple[str, ...]
    leaders: Leaders
    holders: tuple[Holder, ...]
    blocks: tuple[StepGroup, ...] = ()
    head: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def template(self) -> str:
        """The name of its file in printouts/."""
        return FORMS[self.name][0]

    def data(self, paper: Paper) -> dict[str, Any]:
        """Return everything for the template, with the title of the form."""
        return super().data(paper) | {"heading": FORMS[self.name][1]}

    def texts(self) -> dict[str, str]:
        """Return the texts that people chose, by what they are."""
        chosen = {"the label": self.label, "the sentence of the policy": self.rule, **self.leaders.texts()}
        for holder in self.holders:
            chosen[f"the name of sheet {holder.number}"] = holder.position
            chosen[f"the name of the custodian of sheet {holder.number}"] = holder.name
            chosen[f"the title of the custodian of sheet {holder.number}"] = holder.title
        return chosen
