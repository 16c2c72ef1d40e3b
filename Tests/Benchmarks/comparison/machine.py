"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import time
from pathlib import Path
from typing import Optional

MEMORY_FILESYSTEMS = {"tmpfs", "ramfs", "devtmpfs"}
# A prepared ledger with two tags takes about so much for an event, with its log and some room.
BYTES_PER_EVENT = 700


def filesystem_of(folder: Path, mounts: Optional[str] = None) -> tuple[str, str]:
    """The device and the type of the file system that a folder lies on; unknown where the system does not tell."""
    if mounts is None:
        try:
            mounts = Path("/proc/mounts").read_text()
        except OSError:
            return ("unknown", "unknown")
    path = str(folder.resolve())
    best = ("", "unknown", "unknown")
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        holds = path == point or path.startswith(point.rstrip("/") + "/")
        # A later line hides an earlier one with the same point.
        if holds and len(point) >= len(best[0]):
            best = (point, fields[0], fields[2])
    return best[1], best[2]


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def sync_microseconds(folder: Path, times: int = 100) -> float:
    """How long the disk takes to sync 16 KiB that were added to a file: what a commit cannot be faster than."""
    path = folder / "sync.probe"
    durations = []
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        sync = getattr(os, "fdatasync", os.fsync)
        for _ in range(times):
            os.write(handle, b"x" * 16384)
            start = time.monotonic()
            sync(handle)
            durations.append(time.monotonic() - start)
    finally:
        os.close(handle)
        path.unlink()
    return statistics.median(durations) * 1e6


def first_line(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[0].strip() if done.returncode == 0 and lines else "unknown"


def processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        return first_line("sysctl", "-n", "machdep.cpu.brand_string")
    return platform.machine()


def memory_bytes() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0


def describe(folder: Path) -> dict[str, object]:
    device, kind = filesystem_of(folder)
    return {
        "processor": processor(),
        "cores": os.cpu_count() or 0,
        "memoryBytes": memory_bytes(),
        "filesystem": kind,
        "device": device,
        "syncMicroseconds": round(sync_microseconds(folder)),
        "system": f"{platform.system()} {platform.release()}",
    }
