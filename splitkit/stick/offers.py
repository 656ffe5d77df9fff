"""What the console of the stick offers, and what may be done when.  Pure: it is told what has happened, and says what may follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class Offer(Enum):
    """One thing that people may want of the machine."""

    TRY = "try this machine: is it fit?"
    PRINTER = "printer: find it, make its queue, print a test page"
    REHEARSE = "rehearse a ceremony, with practice sheets"
    HOLD = "hold a ceremony, and everything else about your custody"
    RECOVER = "recover a password from sheets"
    PAPERS = "papers: plans, forms, procedures; make one, or print it"
    FETCH = "custody stick: copy from it into this machine"
    STORE = "custody stick: copy from this machine onto it"
    WIPE = "wipe: forget everything that was made here"
    KEYBOARD = "keyboard: choose its layout again"
    CLOCK = "clock: set day and time"
    SHELL = "a command line, for whoever knows what to do with it"
    OFF = "switch this machine off"


@dataclass(frozen=True)
class Situation:
    """What has happened since the machine was started."""

    begun: bool = False
    """Something secret may have been in its memory."""
    opened: bool = False
    """A command line was open."""
    folder: bool = False
    """A custody folder is in its memory."""
    kept: bool = True
    """What is in that folder is on the custody stick too."""
    layout: str = ""
    queues: Sequence[str] = ()


WORDS: Final = {Offer.KEYBOARD: "k", Offer.CLOCK: "c", Offer.SHELL: "s", Offer.OFF: "off"}
"""What is typed for those that have no number."""

_SECRET = (Offer.REHEARSE, Offer.HOLD, Offer.RECOVER)


class Need(Enum):
    """What must be so before something is done."""

    NOTHING = auto()
    RESTART = auto()
    FOLDER = auto()
    AGREED_LOSS = auto()


def typed_for(offers: Sequence[Offer]) -> dict[str, Offer]:
    """Return the offers by what is typed for them: numbers in their order, and a few words."""
    numbered = [one for one in offers if one not in WORDS]
    by_number = {str(number): one for number, one in enumerate(numbered, 1)}
    return by_number | {WORDS[one]: one for one in offers if one in WORDS}


def offers(situation: Situation) -> list[Offer]:
    """Return what is offered now: a command line only before anything secret can be there."""
    return [one for one in Offer if one is not Offer.SHELL or not situation.begun]


def need(offer: Offer, situation: Situation) -> Need:
    """Return what must be so before *offer* is done."""
    if offer in _SECRET and situation.opened:
        return Need.RESTART
    if offer is Offer.SHELL and situation.begun:
        return Need.RESTART
    if offer is Offer.STORE and not situation.folder:
        return Need.FOLDER
    if offer in (Offer.WIPE, Offer.OFF, Offer.FETCH) and situation.folder and not situation.kept:
        return Need.AGREED_LOSS
    return Need.NOTHING


def begins(offer: Offer) -> bool:
    """Tell whether something secret may be in the memory once *offer* was taken; of a rehearsal too, for nobody looks at each answer."""
    return offer in _SECRET


def status(situation: Situation) -> str:
    """Return one line on how things stand."""
    said = [f"keyboard {situation.layout}" if situation.layout else "no keyboard chosen"]
    said.append("printer " + ", ".join(situation.queues) if situation.queues else "no printer")
    if situation.folder:
        said.append("custody folder here" + ("" if situation.kept else ", not yet copied to its stick"))
    else:
        said.append("no custody folder")
    if situation.opened:
        said.append("A COMMAND LINE WAS OPEN: restart before a ceremony")
    return "; ".join(said)
