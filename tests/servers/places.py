"""Chooses the temporary folders of a server: large enough, and within reach of the user it runs as."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from .errors import CannotStart

ROOM = 512 * 1024 * 1024  # bytes free that a server's data may need

MEMORY = Path("/dev/shm")
DISKS = (Path("/var/tmp"), Path("/tmp"))


def for_data(uid: int | None, durable: bool) -> Path:
    """Where data goes: memory if there is room (3 times as fast to start), a disk if it must be `durable`."""
    temporary = Path(tempfile.gettempdir())
    # /tmp is memory on many machines, /var/tmp is a disk on all of them; a TMPDIR is what somebody decided.
    disks = (temporary, *DISKS) if "TMPDIR" in os.environ or not durable else (*DISKS, temporary)
    return first_usable(disks if durable else (MEMORY, *disks), uid, executable=False)


def for_programs(uid: int | None) -> Path:
    """Where copied programs go: memory last, containers mount it without the right to execute."""
    return first_usable((Path(tempfile.gettempdir()), *DISKS, MEMORY), uid, executable=True)


def within_reach(folder: Path, uid: int | None) -> bool:
    """Whether `uid` (None: oneself) gets to what it owns inside `folder`."""
    if uid is None:
        return True
    return all(place.exists() and place.stat().st_mode & 0o001 for place in (folder, *folder.parents))


def first_usable(folders: Iterable[Path], uid: int | None, executable: bool) -> Path:
    """The first folder that suits `uid` (None: oneself). Raises CannotStart."""
    looked_at = []
    for folder in (folder.resolve() for folder in folders):
        if within_reach(folder, uid) and _usable(folder, executable):
            return folder
        looked_at.append(str(folder))
    user = os.geteuid() if uid is None else uid
    raise CannotStart(
        f"No temporary folder has {ROOM // 2**20} MB free and is open to user {user} (looked at"
        f" {', '.join(dict.fromkeys(looked_at))}); make room, or set TMPDIR to a folder that is."
    )


def _usable(folder: Path, executable: bool) -> bool:
    if not os.access(folder, os.W_OK | os.X_OK) or shutil.disk_usage(folder).free < ROOM:
        return False
    return not (executable and os.statvfs(folder).f_flag & os.ST_NOEXEC)
