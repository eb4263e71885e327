"""A disk of our own that is small, or read-only: memory mounted where no other process sees it."""

from __future__ import annotations

import ctypes
import os
from multiprocessing.connection import Connection
from pathlib import Path

_NEW_USER, _NEW_MOUNTS = 0x10000000, 0x00020000
_READ_ONLY, _REMOUNT, _RECURSIVE, _PRIVATE = 1, 32, 16384, 1 << 18
_LIBC = ctypes.CDLL(None, use_errno=True)


class Disk:
    """The folder, on a disk of `size` bytes for this process and its children; raises OSError if it may not.

    It is gone with the last of these processes.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self._size = size
        user, group = os.getuid(), os.getgid()
        _ask(_LIBC.unshare(_NEW_MOUNTS if user == 0 else _NEW_MOUNTS | _NEW_USER))
        if user != 0:  # root in a world of our own, who may mount there
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"0 {user} 1")
            Path("/proc/self/gid_map").write_text(f"0 {group} 1")
        _ask(_LIBC.mount(b"none", b"/", None, _RECURSIVE | _PRIVATE, None))
        self._mount(0)

    def grow(self, size: int) -> None:
        """Make room."""
        self._size = size
        self._mount(_REMOUNT)

    def make_read_only(self) -> None:
        """Let nobody write any more."""
        self._mount(_REMOUNT | _READ_ONLY)

    def _mount(self, flags: int) -> None:
        options = f"size={self._size},mode=0700".encode()
        _ask(_LIBC.mount(b"trial", str(self._folder).encode(), b"tmpfs", flags, options))


def try_disk(pipe: Connection, folder: Path) -> None:
    """Send whether this process may have such a disk."""
    try:
        Disk(folder, 1 << 20)
    except OSError as error:
        pipe.send(str(error))
    else:
        pipe.send(None)


def _ask(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
