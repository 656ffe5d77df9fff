"""The custody stick: found, mounted for as long as it takes, read or written, and read back after it was put in again."""

from __future__ import annotations

import shutil
import sys

from splitkit.cli.console import traces, transfer
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.talk import working
from splitkit.errors import DeviceError
from splitkit.preflight.checks import this_machine
from splitkit.stick.mounting import mounted
from splitkit.stick.volumes import LABEL, Volume, volumes

_NAME = "custody"


def fetch(dialogue: Dialogue) -> None:
    """Copy the custody folder of a stick into memory, in place of one that is there.

    Raises:
        BackError, StoppedError: If people leave.
        UnreadableError, DeviceError: If the stick holds none, or fails.
    """
    volume = _put_in(dialogue)
    working("reading the stick")
    with mounted(volume.device, volume.kind, traces.POINT, writable=False) as point:
        files = transfer.read_folder(point / _NAME)
    shutil.rmtree(traces.FOLDER, ignore_errors=True)
    transfer.write_folder(files, traces.FOLDER)
    traces.folder_kept()
    dialogue.say(f"{len(files)} files were copied into this machine.  The stick can be pulled out.")


def store(dialogue: Dialogue) -> None:
    """Copy the custody folder onto a stick, and compare what the stick gives back once it was pulled out and put in again.

    Raises:
        BackError, StoppedError: If people leave.
        SplitkitError: If something in the folder must not go onto a stick, or the stick holds another custody, or fails.
    """
    files = transfer.read_folder(traces.FOLDER)
    working("looking for shares among the files")
    transfer.check_no_share(traces.FOLDER, files)
    volume = _put_in(dialogue)
    if volume.read_only:
        raise DeviceError("the stick is write-protected", "move its switch, or take another stick")
    working("writing the stick")
    with mounted(volume.device, volume.kind, traces.POINT, writable=True) as point:
        if (point / _NAME).exists():
            transfer.check_continues(transfer.read_folder(point / _NAME), files)
        transfer.put_in_place(files, point / _NAME)
    dialogue.say(
        f"{len(files)} files were written.  Now pull the stick out, and put it in again: what it gives back is compared."
    )
    volume = _put_in(dialogue)
    with mounted(volume.device, volume.kind, traces.POINT, writable=False) as point:
        transfer.compare(files, transfer.read_folder(point / _NAME))
    traces.folder_kept()
    dialogue.say("The stick gives back every file as it was written.  Pull it out.")


def _put_in(dialogue: Dialogue) -> Volume:
    """Return the custody stick, once there is exactly one."""
    while True:
        dialogue.confirm(f"Is the custody stick put in?  It is labelled {LABEL}.")
        found = volumes(this_machine(None, sys.platform))
        ours = [one for one in found if one.is_custody]
        if len(ours) == 1 and ours[0].known:
            return ours[0]
        if len(ours) == 1:
            dialogue.refuse(
                DeviceError(
                    f"the stick is of a kind that this machine cannot read: {ours[0].told}",
                    "format it with FAT or exFAT at the desk",
                )
            )
        elif ours:
            dialogue.refuse(
                DeviceError(f"{len(ours)} places are labelled {LABEL}", "leave one stick in, with one of them")
            )
        else:
            others = "; ".join(one.told for one in found) or "nothing"
            dialogue.refuse(
                DeviceError(
                    f"no stick labelled {LABEL} is there; seen: {others}",
                    f"wait a moment, or label a stick {LABEL} at the desk, formatted with FAT or exFAT",
                )
            )
