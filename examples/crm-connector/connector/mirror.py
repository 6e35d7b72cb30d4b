"""The copy: a SQLite file with the cursor and each record that the registry shows us.

A page and its cursor are written in one transaction, together with what is still to be told to the CRM.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS record (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, version INTEGER NOT NULL, external_ids TEXT NOT NULL,
    record TEXT NOT NULL, seen_in INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS news (
    id TEXT PRIMARY KEY, op TEXT NOT NULL, type TEXT NOT NULL, external_ids TEXT NOT NULL, changed_fields TEXT,
    replaced_by TEXT, origin TEXT, written INTEGER NOT NULL DEFAULT 0
);
"""


class Mirror:
    """The copy of what the registry shows of some types of records."""

    def __init__(self, path: Path, types: Sequence[str]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.types = list(types)
        self._db = sqlite3.connect(path)
        self._db.executescript(TABLES)
        if self._state("types") != json.dumps(self.types):
            with self._db:
                self._begin_anew()
                self._keep("cursor", None)
                self._keep("types", json.dumps(self.types))

    @property
    def cursor(self) -> str | None:
        """Where the copy stands; none: at the beginning."""
        return self._state("cursor")

    def apply(self, page: dict[str, Any]) -> int:
        """Takes a page in, whole or not at all; how many records it changed."""
        with self._db:
            if page["rebase"] and page["rebase"]["sweep"]:
                self._begin_anew()
            count = sum(self._take(change) for change in page["changes"])
            if not page["hasMore"] and self._state("sweeping"):
                count += self._sweep()
            self._keep("cursor", page["cursor"])
        return count

    def _begin_anew(self) -> None:
        """From now on, what no page has until the last one is not ours to see any more."""
        self._keep("round", str(self._round() + 1))
        self._keep("sweeping", "yes")

    def _sweep(self) -> int:
        self._keep("sweeping", None)
        left = self._db.execute("SELECT id FROM record WHERE seen_in < ?", (self._round(),)).fetchall()
        return sum(self._drop(id_, "REMOVED", None) for (id_,) in left)

    def _take(self, change: dict[str, Any]) -> bool:
        match change["op"]:
            case "UPSERT":
                return self._put(change)
            case "REMOVED" | "DELETED" | "MERGED" as op:
                return self._drop(change["id"], op, change["replacedBy"])
        return False  # A kind of change that is newer than this program.

    def _put(self, change: dict[str, Any]) -> bool:
        id_, record, external_ids = change["id"], json.dumps(change["record"]), json.dumps(change["externalIds"])
        before = self._db.execute("SELECT record, external_ids FROM record WHERE id = ?", (id_,)).fetchone()
        self._db.execute(
            "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)",
            (id_, change["type"], change["version"], external_ids, record, self._round()),
        )
        if before == (record, external_ids):
            return False
        fields = change["changedFields"] if before else None
        waiting = self._db.execute("SELECT op, changed_fields FROM news WHERE id = ?", (id_,)).fetchone()
        if waiting and waiting[0] == "UPSERT":
            # The CRM has not taken the change before this one: the two are told as one.
            fields = None if waiting[1] is None or fields is None else sorted({*json.loads(waiting[1]), *fields})
        origin = (change["origin"] or {}).get("source")
        changed = None if fields is None else json.dumps(fields)
        self._tell(id_, "UPSERT", change["type"], external_ids, changed, None, origin)
        return True

    def _drop(self, id_: str, op: str, replaced_by: str | None) -> bool:
        gone = self._db.execute("DELETE FROM record WHERE id = ? RETURNING type, external_ids", (id_,)).fetchone()
        if gone is None:
            return False  # A tombstone of what we never had means nothing.
        self._tell(id_, op, *gone, None, replaced_by, None)
        return True

    def _tell(self, *news: str | None) -> None:
        self._db.execute("INSERT OR REPLACE INTO news VALUES (?, ?, ?, ?, ?, ?, ?, 0)", news)

    def taken(self, *, removed: bool) -> None:
        """The CRM has taken what was last written: only what came after it is still to be told."""
        with self._db:
            self._db.execute("DELETE FROM news WHERE written AND (op != 'UPSERT') = ?", (removed,))

    def written(self, *, removed: bool) -> None:
        """What is to be told stands in a file."""
        with self._db:
            self._db.execute("UPDATE news SET written = 1 WHERE (op != 'UPSERT') = ?", (removed,))

    def news(self, *, removed: bool) -> Iterator[dict[str, Any]]:
        """What is to be told, with the record where it is still there."""
        query = """
            SELECT news.*, record.version, record.record FROM news LEFT JOIN record USING (id)
            WHERE (news.op != 'UPSERT') = ? ORDER BY news.type, news.id
        """
        cursor = self._db.execute(query, (removed,))
        names = [column[0] for column in cursor.description]
        for row in cursor:
            yield dict(zip(names, row, strict=True))

    def count(self) -> int:
        """How many records the copy has."""
        (count,) = self._db.execute("SELECT count(*) FROM record").fetchone()
        return int(count)

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def _round(self) -> int:
        return int(self._state("round") or 0)

    def _state(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def _keep(self, name: str, value: str | None) -> None:
        self._db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))
