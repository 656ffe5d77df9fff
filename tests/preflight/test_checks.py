"""Preflight: the right verdict on prepared trees, on hostile ones, and on the machine at hand."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import json
import os
import random
import struct
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from splitkit.errors import UsageError
from splitkit.host.offline import Guard
from splitkit.host.process import Process, look
from splitkit.preflight import checks, people, summary
from splitkit.preflight.machine import Finding, Machine, Severity
from tests.support import sampling
from tests.support.kit import quick

INFO, UNKNOWN, WARN, FAIL = Severity.INFO, Severity.UNKNOWN, Severity.WARN, Severity.FAIL
NOW = dt.datetime(2026, 11, 24, 9, 0, 30, tzinfo=dt.UTC)
LIVE_MOUNTS = """\
21 1 0:20 / / rw - overlay overlay rw,lowerdir=/run/live/rootfs,upperdir=/run/live/overlay/rw,workdir=/run/live/work
22 21 0:21 / /run/live/overlay rw - tmpfs tmpfs rw
23 21 7:0 / /run/live/rootfs ro - squashfs /dev/loop0 ro
24 21 0:22 / /tmp rw - tmpfs tmpfs rw
25 21 8:17 / /run/live/medium ro,noatime - iso9660 /dev/sdb1 ro
26 21 0:23 / /var/spool/cups rw - tmpfs tmpfs rw
"""
NET_DEV = "Inter-|   Receive\n face |bytes\n    lo:  0 0\n"
ROUTE = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
ROUTE6_LO = f"{'0' * 32} 00 {'0' * 32} 00 {'0' * 32} ffffffff 00000001 00000000 00200200       lo\n"
TCP = "  sl  local_address rem_address   st tx_queue rx_queue\n"
SWAPS = "Filename\tType\tSize\tUsed\tPriority\n"
DIR = object()

FIT = {
    "sys/class/net/lo/flags": "0x9\n",
    "sys/class/net/lo/operstate": "unknown\n",
    "sys/class/net/lo/carrier": "1\n",
    "sys/kernel/x": "",
    "sys/block/sda/dev": "8:0\n",
    "sys/block/sda/removable": "0\n",
    "sys/block/sda/sda1/partition": "1\n",
    "sys/block/sda/sda1/dev": "8:1\n",
    "sys/block/sdb/dev": "8:16\n",
    "sys/block/sdb/removable": "1\n",
    "sys/block/sdb/sdb1/partition": "1\n",
    "sys/block/sdb/sdb1/dev": "8:17\n",
    "sys/block/zram0/dev": "253:0\n",
    "proc/1/net/dev": NET_DEV,
    "proc/1/net/route": ROUTE,
    "proc/1/net/ipv6_route": ROUTE6_LO,
    "proc/1/net/tcp": TCP,
    "proc/1/net/tcp6": TCP,
    "proc/swaps": SWAPS,
    "proc/cmdline": "BOOT_IMAGE=/live/vmlinuz boot=live toram nopersistence\n",
    "proc/cpuinfo": "processor : 0\nflags\t\t: fpu vme rdrand\n",
    "proc/self/mountinfo": LIVE_MOUNTS,
    "proc/self/status": "Name:\tpython\nTracerPid:\t0\n",
    "proc/sys/kernel/core_pattern": "core\n",
    "proc/sys/kernel/yama/ptrace_scope": "1\n",
    "run/x": "",
}
"""A laptop that was started from a stick, and has nothing to hide."""

ETH = {"sys/class/net/eth0/flags": "0x1002\n", "sys/class/net/eth0/operstate": "down\n",
       "sys/class/net/eth0/device/vendor": "0x8086\n"}  # fmt: skip
CUPS = {
    "etc/cups/cupsd.conf": "Listen /run/cups/cups.sock\nListen localhost:631\nPreserveJobFiles No\nPreserveJobHistory No\n",
    "etc/cups/cups-files.conf": "# RequestRoot /elsewhere\n",
    "etc/cups/printers.conf": "<DefaultPrinter Office>\nDeviceURI usb://Brother/HL?serial=1\n</DefaultPrinter>\n",
    "var/spool/cups/tmp": DIR,
}


def printer(uri: str) -> dict:
    return CUPS | {"etc/cups/printers.conf": f"<Printer Office>\nDeviceURI {uri}\n</Printer>\n"}


def conf(text: str) -> dict:
    return CUPS | {"etc/cups/cupsd.conf": text}


def mounts(*lines: str) -> dict:
    return {"proc/self/mountinfo": LIVE_MOUNTS + "".join(line + "\n" for line in lines)}


def route6(dest: str, prefix: str, flags: str, name: str) -> dict:
    row = f"{dest} {prefix} {'0' * 32} 00 {'0' * 32} 00000400 00000001 00000000 {flags}     {name}\n"
    return {"proc/1/net/ipv6_route": ROUTE6_LO + row}


def tcp(*rows: str) -> dict:
    return {"proc/1/net/tcp": TCP + "".join(f"   0: {row} 00000000:0000 0A 0 0\n" for row in rows)}


def rfkill(kind: str, soft: int, hard: int) -> dict:
    folder = "sys/class/rfkill/rfkill0"
    return {f"{folder}/type": f"{kind}\n", f"{folder}/soft": f"{soft}\n", f"{folder}/hard": f"{hard}\n"}


def swaps(*rows: str) -> dict:
    return {"proc/swaps": SWAPS + "".join(f"{row}\tpartition\t1000\t0\t-2\n" for row in rows)}


def login(host: bytes, kind: int = 7) -> dict:
    row = struct.pack("<hxxi32s4s32s256s", kind, 1, b"pts/0", b"ts/0", b"ada", host)
    return {"run/utmp": row.ljust(384, b"\0")}


AWAY = {"proc/812/net/dev": NET_DEV + "  eth0: 1 2\n", "proc/812/comm": "dhcpcd\n"}
IPP_USB = {"proc/1/net/tcp6": TCP + f"   0: {'0' * 32}:EA60 {'0' * 32}:0000 0A 0 0\n"}

CRYPT = {
    "sys/block/dm-0/dev": "254:0\n",
    "sys/block/dm-0/dm/name": "swap_crypt\n",
    "sys/block/dm-0/dm/uuid": "CRYPT-PLAIN-x\n",
}
LVM = {"sys/block/dm-1/dev": "254:1\n", "sys/block/dm-1/dm/name": "vg-swap\n", "sys/block/dm-1/dm/uuid": "LVM-abc\n"}

OWN = {
    "usr/share/splitkit/image.json": json.dumps({"commit": "a" * 40}),
    "proc/cmdline": "lockdown=confidentiality module.sig_enforce=1 nohibernate init_on_alloc=1 init_on_free=1 quiet\n",
    "sys/kernel/security/lockdown": "none integrity [confidentiality]\n",
    "sys/module/module/parameters/sig_enforce": "Y\n",
}
"""What splitkit's own image adds."""

CASES = [
    # check, verdict, what the fact holds, what is changed in the tree that is fit
    ("network cards", INFO, "no network card", {}),
    ("network cards", WARN, "network card: eth0", ETH),
    ("network cards", INFO, "virtual interfaces: dummy0", {"sys/class/net/dummy0/flags": "0x82\n"}),
    ("network cards", FAIL, "wg0 is a network interface that /sys hides", {"proc/1/net/dev": NET_DEV + "   wg0: 1 2\n"}),
    ("network cards", UNKNOWN, "/sys/class/net is not there", {"sys/class/net": None}),
    ("network cards", INFO, "no network card", {"sys/class/net/bonding_masters": "bond0\n"}),
    ("network links", INFO, "no interface is up", {}),
    ("network links", INFO, "no interface is up", ETH),
    ("network links", FAIL, "eth0 is up", ETH | {"sys/class/net/eth0/flags": "0x1003\n"}),
    ("network links", FAIL, "eth0 is up and connected", ETH | {"sys/class/net/eth0/flags": "0x1003\n",
                                                               "sys/class/net/eth0/carrier": "1\n"}),
    ("network links", FAIL, "tun0 is in the state unknown", {"sys/class/net/tun0/flags": "0x1090\n",
                                                             "sys/class/net/tun0/operstate": "unknown\n"}),
    ("network links", FAIL, "in the state dormant", ETH | {"sys/class/net/eth0/operstate": "dormant\n"}),
    ("network links", FAIL, "usb0 is up", {"sys/class/net/usb0/flags": "0x1003\n"}),
    ("network links", UNKNOWN, "state of eth0", {"sys/class/net/eth0/flags": "up\n"}),
    ("network links", UNKNOWN, "state of eth0", {"sys/class/net/eth0/mtu": "1500\n"}),
    ("network routes", INFO, "no route", {}),
    ("network routes", FAIL, "default route over wlan0",
     {"proc/1/net/route": ROUTE + "wlan0\t00000000\t0100A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"}),
    ("network routes", WARN, "routes over eth0",
     {"proc/1/net/route": ROUTE + "eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"}),
    ("network routes", FAIL, "default route over eth0", route6("0" * 32, "00", "00000003", "eth0")),
    ("network routes", INFO, "no route", route6("0" * 32, "00", "00000200", "lo")),
    ("network routes", INFO, "no route", route6("0" * 32, "00", "00200200", "eth0")),
    ("network routes", WARN, "routes over eth0", route6("fe80" + "0" * 28, "40", "00000001", "eth0")),
    ("network routes", INFO, "no route", {"proc/1/net/ipv6_route": None}),
    ("network routes", UNKNOWN, "/proc/1/net/route is not there", {"proc/1/net/route": None}),
    ("network routes", UNKNOWN, "not as the kernel writes it", {"proc/1/net/route": ROUTE + "eth0 00000000\n"}),
    ("network routes", UNKNOWN, "", {"proc/1/net/ipv6_route": "a b c d e f g h zz eth0\n"}),
    ("open doors", INFO, "no program", {}),
    ("open doors", WARN, "port 22, 631", ETH | tcp("00000000:0277", "0500A8C0:0016")),
    ("open doors", INFO, "no program", tcp("0100007F:0277")),
    ("open doors", WARN, "port 22", ETH | {"proc/1/net/tcp6": TCP + f"   0: {'0' * 32}:0016 {'0' * 32}:0000 0A 0 0\n"}),
    ("open doors", INFO, "no program", {"proc/1/net/tcp6": TCP + f"   0: {'0' * 24}01000000:0016 {'0' * 32}:0000 0A 0\n"}),
    ("open doors", WARN, "port 60000", IPP_USB | ETH),
    ("open doors", INFO, "no interface through which any could come", IPP_USB),
    ("other networks", INFO, "no program has a network of its own", {}),
    ("other networks", INFO, "no program", {"proc/812/net/dev": NET_DEV, "proc/813/comm": "gone\n"}),
    ("other networks", WARN, "dhcpcd has a network of its own with eth0", AWAY),
    ("other networks", FAIL, "dhcpcd has a network of its own with eth0", AWAY
     | {"proc/812/net/route": ROUTE + "eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"}),
    ("other networks", FAIL, "its own with eth0", AWAY
     | {"proc/812/net/ipv6_route": route6("fe80" + "0" * 28, "40", "00000001", "eth0")["proc/1/net/ipv6_route"]}),
    ("other networks", WARN, "kept by name: office", {"run/netns/office": ""}),
    ("radios", INFO, "no radio", {}),
    ("radios", FAIL, "rfkill0 (wlan) is on", rfkill("wlan", 0, 0)),
    ("radios", WARN, "by software only", rfkill("bluetooth", 1, 0)),
    ("radios", WARN, "by its switch", rfkill("wlan", 0, 1)),
    ("radios", FAIL, "Wi-Fi radio", {"sys/class/ieee80211/phy0/name": "phy0\n"}),
    ("radios", FAIL, "Bluetooth radio", rfkill("wlan", 1, 1) | {"sys/class/bluetooth/hci0/x": ""}),
    ("radios", WARN, "by its switch", rfkill("wlan", 1, 1) | {"sys/class/ieee80211/phy0/name": "phy0\n"}),
    ("radios", FAIL, "mobile broadband", {"sys/class/wwan/wwan0/x": ""}),
    ("radios", FAIL, "NFC", {"sys/class/nfc/nfc0/x": ""}),
    ("radios", FAIL, "radio of wlan0", {"sys/class/net/wlan0/flags": "0x1002\n", "sys/class/net/wlan0/phy80211/x": ""}),
    ("radios", FAIL, "rfkill0 (wlan) is on", {"sys/class/rfkill/rfkill0/type": "wlan\n"}),
    ("radios", UNKNOWN, "/sys/class is not there", {"sys/class": None}),
    ("swap", INFO, "no swap", {}),
    ("swap", FAIL, "swap on /dev/sda1", swaps("/dev/sda1")),
    ("swap", FAIL, "swap on /swap file", swaps("/swap\\040file")),
    ("swap", WARN, "stays in memory", swaps("/dev/zram0")),
    ("swap", WARN, "stays in memory", swaps("/dev/zram0") | {"sys/block/zram0/backing_dev": "none\n"}),
    ("swap", FAIL, "written back to /dev/sda2", swaps("/dev/zram0") | {"sys/block/zram0/backing_dev": "/dev/sda2\n"}),
    ("swap", WARN, "is encrypted", swaps("/dev/dm-0") | CRYPT),
    ("swap", WARN, "is encrypted", swaps("/dev/mapper/swap_crypt") | CRYPT),
    ("swap", WARN, "is encrypted", swaps("/dev/dm-1") | CRYPT | LVM | {"sys/block/dm-1/slaves/dm-0/x": ""}),
    ("swap", FAIL, "swap on /dev/dm-1", swaps("/dev/dm-1") | LVM | {"sys/block/dm-1/slaves/sda1/x": ""}),
    ("swap", FAIL, "swap on /dev/dm-1", swaps("/dev/dm-1") | LVM | {"sys/block/dm-1/slaves/dm-1/x": ""}),
    ("swap", FAIL, "swap on /dev/sda1", swaps("/dev/zram0", "/dev/sda1")),
    ("swap", UNKNOWN, "/proc/swaps is not there", {"proc/swaps": None}),
    ("hibernation", INFO, "cannot hibernate", {}),
    ("hibernation", INFO, "cannot hibernate", {"sys/power/state": "freeze mem\n", "sys/power/resume": "0:0\n"}),
    ("hibernation", WARN, "offers hibernation", {"sys/power/state": "freeze mem disk\n", "sys/power/resume": "0:0\n"}),
    ("hibernation", FAIL, "can write its memory", {"sys/power/state": "mem disk\n", "sys/power/resume": "8:2\n"}),
    ("hibernation", FAIL, "can write its memory", {"proc/cmdline": "root=/dev/sda1 resume=/dev/sda2\n"}),
    ("hibernation", UNKNOWN, "/sys/power is not there", {"sys/kernel": None}),
    ("own image", INFO, "was not started from splitkit's own image", {}),
    ("own image", INFO, "commit aaaaaaaaaaaa; kernel locked", OWN),
    ("own image", WARN, "sources that nobody can tell", OWN | {"usr/share/splitkit/image.json": '{"commit": "unknown (no git)"}'}),
    ("own image", FAIL, "a command line was open", OWN | {"run/splitkit/opened": ""}),
    ("own image", FAIL, "not locked as the stick starts it", OWN | {"proc/cmdline": "quiet\n"}),
    ("own image", FAIL, "not locked as the stick starts it", OWN | {"sys/kernel/security/lockdown": "[none] integrity confidentiality\n"}),
    ("own image", FAIL, "modules that nobody has signed", OWN | {"sys/module/module/parameters/sig_enforce": "N\n"}),
    ("own image", UNKNOWN, "cannot be understood", OWN | {"usr/share/splitkit/image.json": "["}),
    ("boot medium", INFO, "runs from overlay", {}),
    ("boot medium", FAIL, "disk of this machine can be written to: sda", mounts("30 21 8:1 / /mnt rw - ext4 /dev/sda1 rw")),
    ("boot medium", INFO, "no disk can be written", mounts("30 21 8:1 / /mnt ro - ext4 /dev/sda1 rw")),
    ("boot medium", WARN, "a stick can be written to: sdb", mounts("30 21 8:17 / /mnt rw - vfat /dev/sdb1 rw")),
    ("boot medium", WARN, "a stick can be written to: mmcblk0", mounts("30 21 179:1 / /mnt rw - vfat /dev/mmcblk0p1 rw")
     | {"sys/block/mmcblk0/dev": "179:0\n", "sys/block/mmcblk0/device/type": "SD\n",
        "sys/block/mmcblk0/mmcblk0p1/partition": "1\n", "sys/block/mmcblk0/mmcblk0p1/dev": "179:1\n"}),
    ("boot medium", FAIL, "nvme0n1", mounts("30 21 259:2 / /mnt rw - ext4 /dev/nvme0n1p2 rw")
     | {"sys/block/nvme0n1/removable": "0\n", "sys/block/nvme0n1/nvme0n1p2/partition": "2\n",
        "sys/block/nvme0n1/nvme0n1p2/dev": "259:2\n"}),
    ("boot medium", FAIL, "written to: sda", mounts("30 21 254:1 / /mnt rw - ext4 /dev/mapper/vg-swap rw")
     | LVM | {"sys/block/dm-1/slaves/sda1/x": ""}),
    ("boot medium", FAIL, "written to: sda", mounts("30 21 0:40 / /mnt rw - btrfs /dev/sda1 rw")),
    ("boot medium", UNKNOWN, "on which disk /mnt", mounts("30 21 0:40 / /mnt rw - zfs rpool/home rw")),
    ("boot medium", FAIL, "/home belongs to another machine (nfs4)", mounts("30 21 0:41 / /home rw - nfs4 box:/home rw")),
    ("boot medium", FAIL, "another machine (9p)", mounts("30 21 0:41 / /share ro - 9p share ro")),
    ("boot medium", WARN, "persistence", {"proc/cmdline": "boot=live persistence\n"}),
    ("boot medium", UNKNOWN, "not as the kernel writes it", {"proc/self/mountinfo": "nonsense\n"}),
    ("boot medium", UNKNOWN, "nothing is mounted on /", {"proc/self/mountinfo": ""}),
    ("temporary files", INFO, "stay in memory", {}),
    ("temporary files", INFO, "stay in memory", {"proc/self/mountinfo": LIVE_MOUNTS.replace("/tmp", "/tmpx")}),
    ("temporary files", FAIL, "go to a disk", mounts("30 21 8:1 / /tmp rw - ext4 /dev/sda1 rw")),
    ("temporary files", UNKNOWN, "nobody can tell",
     {"proc/self/mountinfo": "21 1 0:20 / / rw - overlay overlay rw,upperdir=/cow/rw\n"}),
    ("leftovers", INFO, "no run that was stopped", {}),
    ("leftovers", FAIL, "dev/shm/.sheets.splitkit-part", {"dev/shm/.sheets.splitkit-part/share-1-of-3.pdf": "%PDF"}),
    ("core dumps", INFO, "leaves no memory", {}),
    ("core dumps", WARN, "given to a collector", {"proc/sys/kernel/core_pattern": "|/usr/lib/systemd/systemd-coredump %P\n"}),
    ("core dumps", WARN, "given to a collector", {"proc/sys/kernel/core_pattern": "@/run/systemd/coredump\n"}),
    ("core dumps", UNKNOWN, "core_pattern is not there", {"proc/sys/kernel/core_pattern": None}),
    ("debugger", INFO, "no debugger", {}),
    ("debugger", FAIL, "watches this program", {"proc/self/status": "Name:\tpython\nTracerPid:\t4711\n"}),
    ("debugger", INFO, "others of your user", {"proc/sys/kernel/yama/ptrace_scope": None}),
    ("debugger", UNKNOWN, "does not say", {"proc/self/status": "Name:\tpython\n"}),
    ("virtual machine", INFO, "nothing says", {}),
    ("virtual machine", FAIL, "its host sees", {"proc/cpuinfo": "flags\t\t: fpu hypervisor rdrand\n"}),
    ("virtual machine", INFO, "nothing says", {"proc/cpuinfo": "flags : fpu\nmodel name : hypervisor\n"}),
    ("virtual machine", FAIL, "VMware", {"sys/class/dmi/id/sys_vendor": "VMware, Inc.\n"}),
    ("virtual machine", INFO, "LENOVO 20XW", {"sys/class/dmi/id/sys_vendor": "LENOVO\n", "sys/class/dmi/id/product_name": "20XW\n"}),
    ("virtual machine", FAIL, "its host sees", {"sys/hypervisor/type": "xen\n"}),
    ("virtual machine", FAIL, "in a container", {"run/.containerenv": ""}),
    ("random source", INFO, "hardware source tpm-rng-0", {"sys/class/misc/hw_random/rng_current": "tpm-rng-0\n"}),
    ("clock", INFO, "2026-11-24 09:00 UTC", {}),
    ("clock", INFO, "2026-11-24", {"sys/class/rtc/rtc0/since_epoch": f"{int(NOW.timestamp()) + 299}\n"}),
    ("clock", WARN, "clock of the board", {"sys/class/rtc/rtc0/since_epoch": f"{int(NOW.timestamp()) - 3600}\n"}),
    ("clock", UNKNOWN, "cannot be understood", {"sys/class/rtc/rtc0/since_epoch": "soon\n"}),
    ("cameras", INFO, "no camera", {}),
    ("cameras", WARN, "a camera: Integrated Camera", {"sys/class/video4linux/video0/name": "Integrated Camera\n",
                                                      "sys/class/video4linux/video1/name": "Integrated Camera\n"}),
    ("cameras", INFO, "sound card", {"proc/asound/cards": " 0 [PCH ]: HDA-Intel\n"}),
    ("printers", INFO, "no CUPS", {}),
    ("printers", INFO, "Office is on a cable (usb)", CUPS),
    ("printers", INFO, "on a cable (hp)", printer("hp:/usb/LaserJet?serial=1")),
    ("printers", INFO, "no printer", CUPS | {"etc/cups/printers.conf": None}),
    ("printers", WARN, "prints by foomatic", CUPS | {"etc/cups/ppd/Office.ppd": '*cupsFilter: "application/vnd.cups-postscript 0 foomatic-rip"\n'}),
    ("printers", FAIL, "(ipp)", printer("ipp://printer.local:631/ipp/print")),
    ("printers", WARN, "over localhost", printer("ipp://localhost:60000/ipp/print")),
    ("printers", WARN, "over ::1", printer("ipp://[::1]:60000/ipp/print")),
    ("printers", FAIL, "(http)", printer("http://localhost@192.0.2.7/ipp")),
    ("printers", FAIL, "(ipp)", printer("ipp://localhost.example.com/ipp")),
    *[("printers", FAIL, f"({scheme})", printer(f"{scheme}://192.0.2.7/")) for scheme in ("socket", "lpd", "dnssd", "smb")],
    ("printers", FAIL, "(cups-pdf)", printer("cups-pdf:/")),
    ("printers", FAIL, "(implicitclass)", printer("implicitclass://Office/")),
    ("printers", FAIL, "(hp)", printer("hp:/net/LaserJet?ip=192.0.2.7")),
    ("printers", FAIL, "no scheme", printer("///")),
    ("printers", WARN, "writes to a file", printer("file:/dev/usb/lp0")),
    ("print spool", INFO, "in memory only", CUPS),
    ("print spool", FAIL, "on a disk (/var/spool/cups)", CUPS | mounts("30 21 8:1 / /var rw - ext4 /dev/sda1 rw",
                                                                      "31 21 8:1 / /var/spool/cups rw - ext4 /dev/sda1 rw")),
    ("print spool", FAIL, "on a disk (/srv/jobs)", CUPS | mounts("30 21 8:1 / /srv rw - ext4 /dev/sda1 rw")
     | {"etc/cups/cups-files.conf": "requestroot /srv/jobs\n"}),
    ("print spool", WARN, "keeps documents after printing (for a day)", conf("PreserveJobHistory No\n")),
    ("print spool", FAIL, "keeps documents after printing", conf("PreserveJobFiles Yes\nPreserveJobHistory No\n")
     | mounts("31 21 8:1 / /var/spool/cups rw - ext4 /dev/sda1 rw")),
    ("print spool", WARN, "a list of jobs", conf("PreserveJobFiles 0\n")),
    ("print spool", WARN, "jobs from other machines", conf("Listen *:631\nPreserveJobFiles No\nPreserveJobHistory off\n")),
    ("print spool", WARN, "jobs from other machines",
     conf("Listen 192.0.2.1:631\nListen /run/cups/cups.sock\nPreserveJobFiles No\nPreserveJobHistory No\n")),
    ("print spool", FAIL, "earlier jobs are still there: d00001-001", CUPS | {"var/spool/cups/d00001-001": "sheet"}),
    ("print spool", FAIL, "put aside is still there: tmp/x", CUPS | {"var/spool/cups/tmp/x": "sheet"}),
    ("print spool", FAIL, "put aside is still there: tmp/long", CUPS | {"var/spool/cups/tmp/long": "*PPD-Adobe: " * 100_000}),
    ("print spool", INFO, "in memory only", CUPS | {"var/spool/cups/tmp/0123.ppd": '*PPD-Adobe: "4.3"\n'}),
    ("print spool", WARN, "remembers 1 earlier", CUPS | {"var/spool/cups/c00001": "job"}),
    ("usb printers", INFO, "no printer is plugged in", {}),
    ("usb printers", INFO, "plugged in by USB (1-2:1.0)", {"sys/bus/usb/devices/1-2:1.0/bInterfaceClass": "07\n",
                                                           "sys/bus/usb/devices/1-1:1.0/bInterfaceClass": "03\n"}),
    ("remote sessions", INFO, "nobody", {}),
    ("remote sessions", FAIL, "x11vnc", {"proc/4711/comm": "x11vnc\n"}),
    ("remote sessions", FAIL, "gnome-remote-de", {"proc/4711/comm": "gnome-remote-de\n"}),
    ("remote sessions", INFO, "nobody", {"proc/4711/comm": "bash\n", "proc/4712/stat": ""}),
    ("remote sessions", FAIL, "port 5901", tcp("00000000:170D")),
    ("remote sessions", FAIL, "(port 3389)", tcp("00000000:0D3D")),
    ("remote sessions", FAIL, "from another machine (192.0.2.9)", login(b"192.0.2.9")),
    ("remote sessions", INFO, "nobody", login(b":0")),
    ("remote sessions", INFO, "nobody", login(b"192.0.2.9", kind=8)),
    ("remote sessions", UNKNOWN, "/run/utmp is not", {"run/utmp": b"x" * 385}),
    ("remote sessions", FAIL, "logged in from another", {"run/systemd/sessions/2": "UID=1000\nREMOTE=1\n"}),
    ("remote sessions", INFO, "nobody", {"run/systemd/sessions/2": "UID=1000\nREMOTE=0\n"}),
    ("environment", INFO, "isolated", {}),
    ("environment", FAIL, "/etc/ld.so.preload", {"etc/ld.so.preload": "/lib/evil.so\n"}),
    ("environment", INFO, "isolated", {"etc/ld.so.preload": "\n"}),
]  # fmt: skip


def prepare(root: Path, changes: dict | None = None, **facts) -> Machine:
    """Make a machine of the fit tree with changes: text, bytes, `DIR`, or None to take away."""
    changes = changes or {}
    gone = [path for path, content in changes.items() if content is None]
    for path, content in {**FIT, **changes}.items():
        if any(path == at or path.startswith(at + "/") for at in gone):
            continue
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        if path.startswith("dev/shm/."):
            (root / path).parent.chmod(0o700)
        if content is DIR:
            (root / path).mkdir(exist_ok=True)
        else:
            (root / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    process = Process(
        temporary="/tmp",
        sites=(sound_site(root / "usr"),),
        base=root / "usr",
        package=root / "usr/site-packages/splitkit",
    )
    return Machine(root, **({"process": process, "guard": Guard(("namespace", "filter")), "moment": NOW} | facts))


@pytest.fixture
def build(tmp_path):
    return partial(prepare, tmp_path)


def sound_site(base: Path) -> Path:
    """An installation of splitkit in which all is as recorded."""
    site = base / "site-packages"
    files = {"splitkit/__init__.py": b"", "splitkit/paper.so": b"code"}
    rows = []
    for name, content in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(content)
        os.utime(site / name, (NOW.timestamp() - 86_400,) * 2)
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        rows.append(f"{name},sha256={digest},{len(content)}")
    record = site / "splitkit-0.1.0.dist-info/RECORD"
    record.parent.mkdir(exist_ok=True)
    record.write_text("\n".join([*rows, "splitkit-0.1.0.dist-info/RECORD,,"]) + "\n")
    return site


def found(machine: Machine, name: str) -> list[Finding]:
    return checks.inspect(machine, [check for check in checks.CHECKS if check.name == name])


def test_there_are_enough_cases():
    assert len(CASES) >= 140
    assert {check for check, *_ in CASES} >= {check.name for check in checks.CHECKS} - {
        "offline guard",
        "installed files",
    }


def test_the_prepared_machine_is_fit(build):
    findings = checks.inspect(build())
    assert {finding.check for finding in findings} == {check.name for check in checks.CHECKS}
    assert [finding for finding in findings if finding.severity is not INFO] == []
    assert checks.is_fit(findings)


@pytest.mark.parametrize(
    ("check", "verdict", "fact", "changes"),
    CASES,
    ids=[f"{at}-{case[0]}-{case[1].value}" for at, case in enumerate(CASES)],
)
def test_verdicts(build, check, verdict, fact, changes):
    findings = found(build(changes), check)
    matching = [finding for finding in findings if finding.severity is verdict and fact in finding.fact]
    assert matching, findings
    worst = max(list(Severity).index(finding.severity) for finding in findings)
    assert list(Severity)[worst] is verdict, findings
    assert all(finding.advice for finding in findings if finding.severity in (WARN, FAIL))


ENVIRONMENTS = [
    ({"SSH_CONNECTION": "192.0.2.9 1 192.0.2.1 22"}, "remote sessions", FAIL, "SSH_CONNECTION"),
    ({"DISPLAY": "localhost:10.0"}, "remote sessions", FAIL, "DISPLAY"),
    ({"DISPLAY": ":0"}, "remote sessions", INFO, "nobody"),
    ({"XRDP_SESSION": "1"}, "remote sessions", FAIL, "XRDP_SESSION"),
    ({"TMUX": "/tmp/tmux-0/default,1,0"}, "remote sessions", WARN, "tmux"),
    ({"STY": "1.pts"}, "remote sessions", WARN, "screen"),
    ({"LD_PRELOAD": "/lib/evil.so"}, "environment", FAIL, "LD_PRELOAD"),
    ({"LD_AUDIT": "/lib/evil.so"}, "environment", FAIL, "LD_AUDIT"),
    ({"LD_LIBRARY_PATH": "/opt/lib"}, "environment", WARN, "LD_LIBRARY_PATH"),
    ({"PYTHONPATH": "/tmp/x"}, "environment", FAIL, "PYTHONPATH"),
    ({"PYTHONHOME": "/tmp/x"}, "environment", FAIL, "PYTHONHOME"),
    ({"PYTHONPYCACHEPREFIX": "/tmp/x"}, "environment", FAIL, "PYTHONPYCACHEPREFIX"),
    ({"PYTHONUTF8": "1"}, "environment", WARN, "not isolated (PYTHONUTF8 is set)"),
    ({}, "environment", WARN, "not isolated"),
]


@pytest.mark.parametrize(("environ", "check", "verdict", "fact"), ENVIRONMENTS)
def test_the_environment_is_judged_and_its_values_are_not_shown(build, environ, check, verdict, fact):
    machine = build()
    machine = replace(machine, process=replace(machine.process, environ=environ, isolated=False))
    findings = found(machine, check)
    assert any(finding.severity is verdict and fact in finding.fact for finding in findings), findings
    for value in environ.values():
        assert len(value) < 4 or not any(value in finding.fact + finding.advice for finding in findings)


def test_an_isolated_python_ignores_what_is_set_for_it(build):
    machine = build()
    machine = replace(machine, process=replace(machine.process, environ={"PYTHONPATH": "/tmp/x"}, isolated=True))
    assert [finding.severity for finding in found(machine, "environment")] == [INFO]


@pytest.mark.parametrize(
    ("facts", "check", "part"),
    [
        ({"dumpable": True}, "core dumps", "leave its memory"),
        ({"core_limit": -1}, "core dumps", "leave its memory"),
        ({"traced": True}, "debugger", "watches"),
        ({"interactive": True}, "environment", "prompt"),
    ],
)
def test_a_process_that_is_not_as_it_should_be(build, facts, check, part):
    machine = build()
    (finding,) = found(replace(machine, process=replace(machine.process, **facts)), check)
    assert finding.severity is FAIL
    assert part in finding.fact


def test_the_clock_is_not_before_what_is_known(build):
    early = build(moment=NOW - dt.timedelta(days=2))
    assert [(finding.severity, "installed" in finding.fact) for finding in found(early, "clock")] == [(FAIL, True)]
    late = build(last_record=NOW.date() + dt.timedelta(days=1))
    assert [(finding.severity, "last record" in finding.fact) for finding in found(late, "clock")] == [(FAIL, True)]
    same = build(last_record=NOW.date())
    assert [finding.severity for finding in found(same, "clock")] == [INFO]


def test_a_queue_that_cups_knows_and_its_file_does_not_yet(build):
    late = build({"etc/cups/x": ""}, queues={"Late": "ipp://192.0.2.7/ipp/print"})
    (finding,) = found(late, "printers")
    assert (finding.severity, "the printer Late is not on a cable" in finding.fact) == (FAIL, True)
    both = build(CUPS, queues={"Office": "usb://Brother/HL?serial=1"})
    assert len(found(both, "printers")) == 1


def test_the_networks_of_other_programs_are_told_apart_by_the_kernel(build, tmp_path):
    """Root sees which network is whose: one that has the names of the machine's own is still another, and is told once."""
    machine = build(AWAY | {"proc/813/net/dev": AWAY["proc/812/net/dev"], "proc/1/net/dev": AWAY["proc/812/net/dev"]})
    assert [finding.severity for finding in found(machine, "other networks")] == [INFO]
    for process, number in (("1", 10), ("812", 11), ("813", 11)):
        (tmp_path / f"proc/{process}/ns").mkdir()
        (tmp_path / f"proc/{process}/ns/net").symlink_to(f"net:[{number}]")
    (finding,) = found(machine, "other networks")
    assert (finding.severity, "eth0" in finding.fact) == (WARN, True)


def test_a_random_source_that_is_not_ready(build):
    assert found(build(random_problem="the random source is not ready"), "random source")[0].severity is FAIL


@pytest.mark.parametrize("guard", [None, Guard(problem="no"), Guard(("filter",), "handed an open connection")])
def test_no_guard_is_a_fail(build, guard):
    (finding,) = found(build(guard=guard), "offline guard")
    assert finding.severity is FAIL


# --- hostile trees ----------------------------------------------------------------------------------------------------

ALL = {**ETH, **CUPS, **CRYPT, **rfkill("wlan", 1, 0), **swaps("/dev/dm-0", "/dev/zram0"),
       "sys/power/state": "mem\n", "sys/power/resume": "0:0\n", "run/utmp": b"", "sys/class/rtc/rtc0/since_epoch": "1\n",
       "proc/4711/comm": "x\n", "run/systemd/sessions/1": "REMOTE=0\n"}  # fmt: skip


def hostile(path: Path, how: str) -> None:
    if path.is_dir():
        path.rename(path.with_name("gone"))
    path.unlink(missing_ok=True)
    match how:
        case "binary":
            path.write_bytes(bytes(range(256)) * 8)
        case "giant":
            with path.open("wb") as file:
                file.truncate(1 << 40)
        case "folder":
            path.mkdir()
        case "loop":
            path.symlink_to(path.name)
        case "pipe":
            os.mkfifo(path)
        case "escapes":
            path.write_text("\x1b[2J\x07\u202e /dev/\x1b]0;owned\x07\n" * 5)
        case "long":
            path.write_text("0" * 500_000 + "\n")
        case "empty":
            path.write_text("")
        case "words":
            path.write_text("a b c d e f g h i j k l - m n o p\n" * 3)


@pytest.mark.parametrize(
    "how", ["missing", "binary", "giant", "folder", "loop", "pipe", "escapes", "long", "empty", "words"]
)
def test_hostile_files_never_crash_and_never_reach_the_screen(build, tmp_path, how):
    """One file after the other is spoilt, in the short run a quarter of them, in a tree that has them all; every check still gives an answer."""
    machine = build(ALL)
    paths = sorted({**FIT, **ALL})
    for path in random.Random(how).sample(paths, len(paths) // 4) if sampling.short else paths:
        if not (tmp_path / path).parent.exists() or (tmp_path / path).parent.is_file():
            continue
        hostile(tmp_path / path, how)
        findings = checks.inspect(machine)
        assert {finding.check for finding in findings} == {check.name for check in checks.CHECKS}, path
        for row in summary.rows(findings):
            assert row.isprintable(), path
            assert len(row) <= 80, row
    assert not checks.is_fit(findings)


@pytest.mark.parametrize("path", ["proc/swaps", "proc/1/net/route", "sys/class/net/lo/flags"])
@pytest.mark.parametrize("how", ["missing", "giant", "folder", "loop", "pipe"])
def test_what_cannot_be_read_makes_a_live_check_unknown_and_the_machine_unfit(build, tmp_path, path, how):
    machine = build()
    hostile(tmp_path / path, how)
    assert any(finding.severity is UNKNOWN for finding in checks.inspect_live(machine))


def test_unreadable_files_are_unknown_to_an_ordinary_user(build, tmp_path):
    machine = build(CUPS)
    (tmp_path / "etc/cups/printers.conf").chmod(0)
    if os.geteuid() == 0:  # root reads everything: somebody else must look
        pid = os.fork()
        if not pid:
            for folder in (tmp_path, *tmp_path.parents):
                if folder.stat().st_uid == 0 and folder != Path("/"):
                    folder.chmod(folder.stat().st_mode | 0o055)
            os.setgroups([])
            os.setuid(65534)
            (finding,) = found(machine, "printers")
            right = finding.severity is UNKNOWN and finding.unfit and "Permission denied" in finding.fact
            os._exit(0 if right else 1)
        assert os.waitpid(pid, 0)[1] == 0
    else:
        (finding,) = found(machine, "printers")
        assert finding.unfit


def test_a_folder_with_too_many_names_is_unknown(build, tmp_path):
    machine = build()
    for number in range(4_200):
        (tmp_path / "sys/class/net" / f"if{number}").touch()
    assert found(machine, "network links")[0].severity is UNKNOWN


def test_random_trees_never_crash(build, tmp_path):
    """A thousand files of random words that these files could hold, by a fixed seed."""
    chance = random.Random(7)
    words = ["0", "1", "-1", "0x1003", "ffffffff", "lo", "eth0", "-", "overlay", "rw", "/", "\\777", "\\040", "upperdir=/", ":",
             "0A", "[", "CRYPT-", "REMOTE=1", "\n", "\n", "\t", "\0", "\udcff", "<Printer", "DeviceURI", "://", "9" * 400, "²"]  # fmt: skip
    machine = build(ALL)
    paths = [path for path in sorted({**FIT, **ALL}) if (tmp_path / path).is_file()]
    for _ in range(80 if sampling.short else 1_000):
        text = "".join(chance.choice(words) + chance.choice(["", " ", "\n"]) for _ in range(chance.randrange(40)))
        (tmp_path / chance.choice(paths)).write_bytes(text.encode("utf-8", "surrogateescape"))
        for finding in checks.inspect(machine):
            assert finding.severity in Severity


# --- people -----------------------------------------------------------------------------------------------------------


def test_what_people_say_of_each_question():
    for answer, severity in (("yes", INFO), ("no", FAIL), ("unknown", UNKNOWN)):
        findings = [people.said(name, answer) for name in people.QUESTIONS]
        assert {finding.severity for finding in findings} == {severity}
        assert [finding.check for finding in findings] == list(people.QUESTIONS)
        assert all(finding.advice for finding in findings) is (answer != "yes")
        assert checks.is_fit(findings) is (answer != "no")


@pytest.mark.parametrize(
    ("typed", "verdict", "part"),
    [
        ("2026-11-24 09:00", INFO, "UTC)"),
        ("2026-11-24 09:05", INFO, "UTC)"),
        ("2026-11-24 10:02", INFO, "UTC+1 h"),
        ("2026-11-24 14:32", INFO, "UTC+5.5 h"),
        ("2026-11-23 23:01", INFO, "UTC-10 h"),
        ("2026-11-24 09:07", WARN, "more than 5 minutes"),
        ("2026-11-25 09:00", WARN, "more than 5 minutes"),
        ("1970-01-01 00:00", WARN, "more than 5 minutes"),
    ],
)
def test_the_clock_of_the_room(build, typed, verdict, part):
    for wrong in ("9 o'clock", "2026-02-30 10:00", "", "?"):
        with pytest.raises(UsageError, match="not a day and a time"):
            people.room_moment(wrong)
    finding = people.compare_clocks(build(), people.room_moment(typed))
    assert (finding.check, finding.severity) == ("room clock", verdict)
    assert part in finding.fact


def test_nobody_knows_the_time(build):
    assert people.compare_clocks(build(), people.room_moment("Unknown")).severity is UNKNOWN


def test_a_warning_that_is_accepted_does_not_stand_in_the_way(build):
    (warning,) = found(build(ETH), "network cards")
    assert checks.is_fit([dataclasses.replace(warning, accepted=True)])
    assert not checks.is_fit([dataclasses.replace(warning, accepted=False)])
    assert checks.is_fit([warning]), "nobody was asked"


# --- the report -------------------------------------------------------------------------------------------------------


def test_the_report_is_80_columns_with_the_gravest_last(build):
    machine = build(ETH | swaps("/dev/sda1"))
    findings = checks.inspect(machine) + people.unasked()
    text = summary.page(machine, findings)
    assert max(map(len, text.splitlines())) <= 80
    verdicts = [
        line.split()[0] for line in text.splitlines() if line.split() and line.split()[0] in Severity.__members__
    ]
    assert verdicts == sorted(verdicts, key=list(Severity.__members__).index)
    assert "NOT FIT" in text
    assert "Signature" in text
    for part in ("firmware", "kernel that lies", "cameras", "printer keeps", "radiates"):
        assert part in " ".join(text.split())


def test_the_object_for_programs_says_the_same(build):
    machine = build(ETH)
    findings = checks.inspect(machine)
    given = json.loads(json.dumps(summary.as_object(machine, findings)))
    assert given["fit"] is True
    assert given["counts"]["WARN"] == 1
    assert given["guard"] == ["namespace", "filter"]
    live = {entry["check"] for entry in given["findings"] if entry["live"]}
    assert live == {"network cards", "network links", "network routes", "other networks", "radios", "swap"}


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_it_says_what_it_cannot_check_and_is_not_fit(build, platform):
    findings = checks.inspect(build(platform=platform))
    assert not checks.is_fit(findings)
    cannot = {finding.check for finding in findings if finding.fact == "splitkit cannot check this on this system"}
    anywhere = {check.name for check in checks.CHECKS if check.anywhere}
    assert cannot == {check.name for check in checks.CHECKS} - anywhere
    assert "clock" in anywhere


# --- the machine at hand ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux says of itself")
def test_the_machine_at_hand_gets_an_answer_from_every_check():
    machine = checks.this_machine(Guard(("filter",)), sys.platform)
    assert machine.process == look()
    if sampling.short:  # ten thousand files of packages are hashed in the long run
        machine = replace(machine, process=replace(machine.process, sites=(Path(quick()[2]),)))
    findings = checks.inspect(machine)
    assert {finding.check for finding in findings} == {check.name for check in checks.CHECKS}
    ups = [folder.name for folder in Path("/sys/class/net").iterdir()
           if (folder / "flags").exists() and int((folder / "flags").read_text(), 16) & 9 == 1]  # fmt: skip
    failed = [finding for finding in findings if finding.check == "network links" and finding.severity is FAIL]
    assert len(failed) == len(ups)


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux says of itself")
def test_the_live_checks_are_quick():
    machine = checks.this_machine(Guard(("filter",)), sys.platform)
    checks.inspect_live(machine)
    times = []
    for _ in range(20):
        start = time.process_time()
        checks.inspect_live(machine)
        times.append(time.process_time() - start)
    assert min(times) < 0.1
