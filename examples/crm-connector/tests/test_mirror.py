"""The copy follows the pages, and its news wait until the CRM has taken them."""

import contextlib
import csv
import io
import tempfile
import unittest
from pathlib import Path
from typing import Any

from connector.mirror import Mirror
from connector.news import forget_what_was_taken, tell
from connector.output import safe
from connector.settings import Settings

TYPES = ("ORGANISATION",)


def change(op: str, id_: str, name: str = "", fields: list[str] | None = None, **more: Any) -> dict[str, Any]:
    """A change as a page has it."""
    record = {"name": name} if op == "UPSERT" else None
    said = {"op": op, "type": "ORGANISATION", "id": id_, "version": 1, "changedFields": fields, "record": record}
    return said | {"externalIds": [], "replacedBy": None, "origin": None} | more


def page(*changes: dict[str, Any], cursor: str = "c", more: bool = False, sweep: bool = False) -> dict[str, Any]:
    """A page with these changes."""
    rebase = {"reason": "VIEW_CHANGED", "sweep": True} if sweep else None
    return {"cursor": cursor, "hasMore": more, "rebase": rebase, "changes": list(changes)}


class Mirrors(unittest.TestCase):
    """One copy and its two files."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.settings = Settings("", "", "", "crm", Path(), self.folder / "state.db", self.folder, TYPES, ",")
        self.mirror = Mirror(self.settings.state, TYPES)
        self.addCleanup(lambda: self.mirror.close())

    def told(self, name: str) -> list[tuple[str, str]]:
        """Writes the news; the ids of a file with what became of them."""
        with contextlib.redirect_stdout(io.StringIO()):
            tell(self.mirror, self.settings)
        path = self.folder / name
        if not path.exists():
            return []
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [(row["id"], row.get("changed_fields") or row.get("op") or "") for row in csv.DictReader(file)]

    def test_a_copy_that_begins_anew_drops_what_no_page_has(self) -> None:
        self.mirror.apply(page(change("UPSERT", "a"), change("UPSERT", "b"), change("UPSERT", "c")))
        self.mirror.apply(page(change("UPSERT", "a"), sweep=True, more=True))
        self.assertEqual(self.mirror.count(), 3)
        self.mirror.close()
        self.mirror = Mirror(self.settings.state, TYPES)
        self.assertEqual(self.mirror.apply(page(change("UPSERT", "c", "new"))), 2)
        self.assertEqual(self.mirror.count(), 2)
        self.assertEqual(self.told("removed.csv"), [("b", "REMOVED")])

    def test_other_types_begin_a_copy_anew(self) -> None:
        self.mirror.apply(page(change("UPSERT", "a"), cursor="c1"))
        self.mirror.close()
        self.mirror = Mirror(self.settings.state, ("PROJECT",))
        self.assertIsNone(self.mirror.cursor)
        self.mirror.apply(page(cursor="c2"))
        self.assertEqual((self.mirror.count(), self.mirror.cursor), (0, "c2"))

    def test_tombstones_of_what_was_never_there_and_unknown_changes_mean_nothing(self) -> None:
        self.assertEqual(self.mirror.apply(page(change("DELETED", "x"), change("SPLIT", "y"))), 0)
        self.assertEqual(self.told("removed.csv"), [])

    def test_a_record_that_became_part_of_another_says_of_which(self) -> None:
        self.mirror.apply(page(change("UPSERT", "a")))
        self.mirror.apply(page(change("MERGED", "a", replacedBy="b")))
        self.assertEqual(self.told("removed.csv"), [("a", "MERGED")])
        self.assertIn(",b\n", (self.folder / "removed.csv").read_text())

    def test_a_page_that_cannot_be_taken_in_leaves_all_as_it_was(self) -> None:
        with self.assertRaises(KeyError):
            self.mirror.apply(page(change("UPSERT", "a"), {"op": "UPSERT"}, cursor="c1"))
        self.assertEqual((self.mirror.count(), self.mirror.cursor), (0, None))

    def test_news_wait_until_the_file_is_taken_away(self) -> None:
        self.mirror.apply(page(change("UPSERT", "a", "1")))
        self.assertEqual(self.told("changed.csv"), [("a", "new")])
        (self.folder / "changed.csv").unlink()
        forget_what_was_taken(self.mirror, self.settings)
        self.assertEqual(self.told("changed.csv"), [])
        self.mirror.apply(page(change("UPSERT", "a", "2", ["name"])))
        self.assertEqual(self.told("changed.csv"), [("a", "name")])
        self.mirror.apply(page(change("UPSERT", "a", "3", ["city"]), change("UPSERT", "b", "1")))
        self.assertEqual(self.told("changed.csv"), [("a", "city name"), ("b", "new")])
        self.mirror.apply(page(change("DELETED", "a"), change("DELETED", "b")))
        self.assertEqual(self.told("changed.csv"), [])
        self.assertEqual(self.told("removed.csv"), [("a", "DELETED"), ("b", "DELETED")])

    def test_a_file_that_says_the_same_is_left_alone(self) -> None:
        self.mirror.apply(page(change("UPSERT", "a")))
        self.told("changed.csv")
        before = (self.folder / "changed.csv").stat().st_ino
        self.told("changed.csv")
        self.assertEqual((self.folder / "changed.csv").stat().st_ino, before)
        self.assertFalse((self.folder / "changed.csv.new").exists())

    def test_cells_that_a_spreadsheet_would_run_begin_with_an_apostrophe(self) -> None:
        for given, written in (
            ("=1+1", "'=1+1"),
            ("@x", "'@x"),
            ("-1", "'-1"),
            ("a=1", "a=1"),
            (None, ""),
            (True, "true"),
        ):
            self.assertEqual(safe(given), written)
