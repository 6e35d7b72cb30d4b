"""A push that broke off goes on as the same push; rows that belong together stay together."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from typing import Any

from connector import CannotRun
from connector.lines import Line, batches
from connector.push import push
from connector.settings import Settings


class Recorder:
    """A registry that notes the keys of its pushes, and breaks off at one of them."""

    def __init__(self, breaks_at: int | None = None) -> None:
        self.keys: list[str] = []
        self.breaks_at = breaks_at

    def ask(self, operation: str, variables: dict[str, Any] | None = None) -> Any:
        """An answer with as little as can be in it."""
        if operation == "Push":
            assert variables
            self.keys.append(variables["input"]["idempotencyKey"])
            if len(self.keys) == self.breaks_at:
                raise CannotRun("the line is dead")
            results: list[dict[str, Any]] = [
                {"outcome": "CREATED", "id": None, "externalId": "x", "errors": []} for _ in variables["input"]["rows"]
            ]
            return {"pushRecords": {"results": results, "audience": []}}
        if operation == "RegisterSource":
            return {"registerSource": {"userErrors": []}}
        return {"syncStatus": {"sources": []}}


def lines(count: int, rows: int = 2) -> list[Line]:
    """Lines of a file with as many rows each."""
    row = {"organisation": {"ref": {"externalId": "x"}, "data": {}}}
    return [Line(number, [row] * rows) for number in range(2, count + 2)]


class Pushes(unittest.TestCase):
    """Pushes of one file, again and again."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.settings = Settings("", "", "", "crm", Path(), self.folder / "state.db", self.folder, (), ",")

    def push(self, registry: Any) -> None:
        """Pushes 600 lines of two rows, which are three batches."""
        with contextlib.redirect_stdout(io.StringIO()):
            push(registry, self.settings, lines(600), dry_run=False, at_most=None)

    def test_a_push_that_broke_off_is_sent_again_under_the_same_keys(self) -> None:
        broken, again, later = Recorder(breaks_at=2), Recorder(), Recorder()
        with self.assertRaises(CannotRun):
            self.push(broken)
        self.assertFalse((self.folder / "results.csv").exists())
        self.push(again)
        self.assertEqual(again.keys[:2], broken.keys)
        self.assertEqual(len((self.folder / "results.csv").read_text().splitlines()), 1 + 1200)
        self.push(later)
        self.assertEqual(len({*again.keys, *later.keys}), 6)

    def test_batches_are_as_large_as_may_be_and_split_no_line(self) -> None:
        for rows, sizes in ((1, [500, 100]), (2, [500, 500, 200]), (3, [498, 498, 498, 306])):
            found = [sum(len(line.rows) for line in batch) for batch in batches(lines(600, rows))]
            self.assertEqual(found, sizes)
