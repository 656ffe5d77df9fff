"""The stick: was this machine started from splitkit's own image, as it was made, and is it still as it was started?

Source: the kernel's documents on lockdown, module signatures and init_on_free.
"""

import json

from splitkit.preflight.machine import Findings, Machine, fail, info, shown, warn

IMAGE = "usr/share/splitkit/image.json"
"""What the image says of itself."""

OPENED = "run/splitkit/opened"
"""There once a command line was open on this machine."""

_WORDS = ("lockdown=confidentiality", "module.sig_enforce=1", "nohibernate", "init_on_alloc=1", "init_on_free=1")
_RESTART = "restart this machine from the stick"


def judge_image(machine: Machine) -> Findings:
    """Judge the kernel and what was done since it started; elsewhere than on the stick there is nothing to say."""
    said = machine.text(IMAGE)
    if said is None:
        return
    if machine.exists(OPENED):
        yield fail("a command line was open on this machine since it was started", _RESTART)
    missing = {*_WORDS} - {*machine.kernel_words()}
    lockdown = machine.line("sys/kernel/security/lockdown") or ""
    if missing or "[confidentiality]" not in lockdown:
        yield fail("the kernel is not locked as the stick starts it", f"{_RESTART}, and change nothing on the way")
    elif machine.line("sys/module/module/parameters/sig_enforce") != "Y":
        yield fail("the kernel takes modules that nobody has signed", _RESTART)
    commit = json.loads(said).get("commit", "")
    if not isinstance(commit, str) or len(commit) != 40:
        yield warn(
            "the image was built of sources that nobody can tell", "build it from a commit, and compare its 12 words"
        )
    else:
        yield info(f"splitkit's own image, commit {shown(commit[:12])}; kernel locked, signed modules only")
