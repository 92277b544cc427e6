"""One server a data folder: an advisory lock on a file of its own.

Never on the database file: opening and closing that one raw drops SQLite's own locks.
"""

import fcntl
import os
from pathlib import Path


class AlreadyRunning(RuntimeError):
    """Another server holds this data folder."""


class FolderLock:
    """Held from creation to `release`, or to the end of the process, however that comes."""

    def __init__(self, folder: Path) -> None:
        path = folder / "server.lock"
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise AlreadyRunning(
                f"another server already uses {folder}; stop it first, or set CHATBOT_DATA_DIR"
            ) from error

    def release(self) -> None:
        """Lets the next server in. Twice is harmless."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
