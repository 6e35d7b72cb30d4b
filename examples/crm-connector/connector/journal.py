"""Remembers under which key each batch was sent, so that a push which broke off goes on as the same push.

The registry does nothing twice under one key: it gives its first answer again.
"""

import hashlib
import json
import sqlite3
import uuid
from pathlib import Path
from typing import Any


class Journal:
    """The keys of the pushes that have not come to their end."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path)
        self._used: list[str] = []
        with self._db:
            self._db.execute("CREATE TABLE IF NOT EXISTS batch (content TEXT PRIMARY KEY, key TEXT NOT NULL)")

    def key(self, *content: Any) -> str:
        """The key for a batch: the one under which it was sent before, or a new one, which is kept first."""
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        self._used.append(digest)
        with self._db:
            self._db.execute("INSERT OR IGNORE INTO batch VALUES (?, ?)", (digest, str(uuid.uuid4())))
        (key,) = self._db.execute("SELECT key FROM batch WHERE content = ?", (digest,)).fetchone()
        return str(key)

    def come_to_its_end(self) -> None:
        """The push is done and its results are kept: the same rows again are another push."""
        with self._db:
            self._db.executemany("DELETE FROM batch WHERE content = ?", [(digest,) for digest in self._used])

    def close(self) -> None:
        """Closes the file."""
        self._db.close()
