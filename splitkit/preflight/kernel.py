"""Kernel: core dumps, debuggers, virtual machines, randomness, the clock, cameras."""

import datetime as dt
import re

from splitkit.preflight.machine import (
    CannotTellError,
    Finding,
    Findings,
    Machine,
    fail,
    info,
    listed,
    shown,
    unknown,
    warn,
)

SKEW = dt.timedelta(minutes=5)


def core_dumps(machine: Machine) -> Findings:
    """Judge what happens to the memory of a program that crashes."""
    pattern = machine.line("proc/sys/kernel/core_pattern")
    if pattern is None:
        raise CannotTellError("/proc/sys/kernel/core_pattern is not there")
    if machine.process.dumpable or machine.process.core_limit not in (0, 1):
        yield fail("this program would leave its memory behind if it crashed", "report this; use another machine")
    elif pattern.startswith(("|", "@")):
        fact = "the memory of programs that crash is given to a collector (not of splitkit itself)"
        yield warn(fact, "switch it off: sysctl kernel.core_pattern=core")


def debugger(machine: Machine) -> Findings:
    """Fail when somebody watches this process."""
    tracer = re.search(r"^TracerPid:\s*(\d+)", machine.required("proc/self/status"), re.MULTILINE)
    if tracer is None:
        raise CannotTellError("/proc/self/status does not say whether anybody watches")
    if int(tracer[1]) or machine.process.traced:
        yield fail("a debugger watches this program", "end it, and start splitkit again from a fresh terminal")
    else:
        scope = machine.line("proc/sys/kernel/yama/ptrace_scope")
        rest = "; others of your user could be watched" if scope in (None, "0") else ""
        yield info(f"no debugger watches this program{rest}")


def virtual_machine(machine: Machine) -> list[Finding]:
    """Fail where the machine is a program of another machine, which can look into it."""
    cpu = machine.required("proc/cpuinfo")
    found = []
    if any(machine.exists(name) for name in (".dockerenv", "run/.containerenv")):
        found.append(fail("splitkit runs in a container", "start a live system on a machine of its own"))
    if re.search(r"^flags\s*:.*\bhypervisor\b", cpu, re.MULTILINE) or machine.exists("sys/hypervisor/type"):
        found.append(fail("this is a virtual machine, and its host sees everything", "use a machine of its own"))
    return found or [_maker(machine)]


def _maker(machine: Machine) -> Finding:
    names = (machine.line(f"sys/class/dmi/id/{name}") for name in ("sys_vendor", "product_name"))
    maker = " ".join(filter(None, names))
    if re.search(r"QEMU|KVM|VMware|VirtualBox|innotek|Virtual Machine|Xen|Parallels|Bochs|Amazon EC2", maker):
        return fail(f"this is a virtual machine ({shown(maker)})", "use a machine of its own")
    return info(f"nothing says that this is a virtual machine{f' ({shown(maker)})' if maker else ''}")


def randomness(machine: Machine) -> Findings:
    """Fail where the random source is not ready."""
    if machine.random_problem:
        yield fail(machine.random_problem, "do not use this machine for a ceremony")
    else:
        source = machine.line("sys/class/misc/hw_random/rng_current")
        extra = f"; hardware source {shown(source)}" if source not in (None, "", "none") else ""
        yield info(f"the random source of the system is ready{extra}")


def clock(machine: Machine) -> Findings:
    """Judge the clock by what is known without anybody: the release, the hardware clock, the last record."""
    now = machine.moment
    if now is None:
        raise CannotTellError("the clock of this machine was not read")
    built, said = _built(machine), f"the clock says {now:%Y-%m-%d %H:%M} UTC"
    if built is not None and now < built:
        yield fail(f"{said}, which is before splitkit was installed", "set the clock")
    elif machine.last_record is not None and now.date() < machine.last_record:
        yield fail(f"{said}, which is before the last record", "set the clock")
    elif (board := machine.line("sys/class/rtc/rtc0/since_epoch")) is not None and abs(
        now.timestamp() - int(board)
    ) > SKEW.total_seconds():
        yield warn(f"{said}, and the clock of the board differs by more than 5 minutes", "set the clock")
    else:
        yield info(f"{said}; splitkit asks the room whether that is right")


def _built(machine: Machine) -> dt.datetime | None:
    try:
        stamp = (machine.process.package / "__init__.py").stat().st_mtime
        return dt.datetime.fromtimestamp(int(stamp), dt.UTC)
    except (OSError, OverflowError, ValueError):
        return None


def cameras(machine: Machine) -> Findings:
    """Warn of a camera that is built in or plugged in."""
    devices = machine.names("sys/class/video4linux")
    if devices:
        names = sorted({machine.line(f"sys/class/video4linux/{name}/name") or name for name in devices})
        yield warn(f"there is a camera: {listed(names)}", "cover it, unless it is the one that reads the sheets back")
    if "[" in (machine.text("proc/asound/cards") or ""):
        yield info("there is a sound card, which may have a microphone; say no secret aloud")
    elif not machine.exists("sys/class"):
        yield unknown("/sys/class is not there", "look for a camera yourself")
