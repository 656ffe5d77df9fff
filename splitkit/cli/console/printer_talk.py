"""A printer is found, its driver chosen, its queue made, and a test page looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.talk import working
from splitkit.errors import DeviceError
from splitkit.paper.printing.plugged import Model, Plugged
from splitkit.paper.printing.printer import make_queue, models_for, plugged_in
from splitkit.preflight.machine import shown

_MODELS = 12
"""Drivers that are offered at once; of more the best are enough."""


def set_up(dialogue: Dialogue, run: Callable[..., int], folder: Path) -> None:
    """Lead people from a cable to a page that they have looked at.

    Raises:
        BackError, StoppedError: If people leave.
        DeviceError: If there is no printer, or CUPS fails.
    """
    dialogue.say("Connect the printer by its USB cable, and switch it on.")
    dialogue.confirm("Is it connected, and has it stopped moving?")
    working("looking for printers")
    printer = _chosen_printer(dialogue, plugged_in())
    working("looking for drivers: this takes a minute the first time")
    model = _chosen_model(dialogue, models_for(printer))
    make_queue(printer.queue, printer, model)
    dialogue.say(f"The queue {printer.queue} was made.  Now a test page is printed: there is nothing secret on it.")
    failed = run(["preflight", "--printer", printer.queue], folder)
    if failed or not dialogue.yes("Is the page right?", "the printer is ready", "choose another driver for it"):
        dialogue.say("Nothing is printed on it until a test page is right: set it up again, with another driver.")


def _chosen_printer(dialogue: Dialogue, found: list[Plugged]) -> Plugged:
    if not found:
        raise DeviceError(
            "no printer is plugged in",
            "check its cable and its switch, wait until it is quiet, and try again; a network printer is never used",
        )
    if len(found) == 1:
        dialogue.say(f"Found: {shown(found[0].name, 60)}.")
        return found[0]
    offered = {str(number): shown(one.name, 60) for number, one in enumerate(found, 1)}
    return found[int(dialogue.choose("Which printer?", offered, back=True)) - 1]


def _chosen_model(dialogue: Dialogue, found: list[Model]) -> Model:
    if not found:
        raise DeviceError(
            "no driver on this stick fits the printer",
            "take one that prints without a driver (IPP Everywhere, AirPrint), or PostScript or PCL",
        )
    if len(found) == 1:
        return found[0]
    offered = {str(number): shown(one.told, 70) for number, one in enumerate(found[:_MODELS], 1)}
    return found[int(dialogue.choose("Which driver?  The first one fits best.", offered, back=True)) - 1]
