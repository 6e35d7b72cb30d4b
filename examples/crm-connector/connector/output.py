"""Writes .csv files that a spreadsheet and a CRM's import can open without harm, whole or not at all."""

import csv
import filecmp
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from connector import CannotRun

# What makes a spreadsheet take a cell for a formula. Names and addresses come from many hands.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]], separator: str) -> bool:
    """Writes a table, in UTF-8 with the mark by which Excel knows it. Whether it says anything else than before."""
    new = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=separator)
            writer.writerow(columns)
            writer.writerows([safe(cell) for cell in row] for row in rows)
            file.flush()
            os.fsync(file.fileno())
        if path.exists() and filecmp.cmp(new, path, shallow=False):
            new.unlink()
            return False
        new.replace(path)
    except OSError as error:
        raise CannotRun(f"cannot write {path}: {error.strerror}; is it open in another program?") from error
    return True


def safe(cell: object) -> str:
    """A cell as text; an apostrophe before what a spreadsheet would run."""
    text = "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)
    return f"'{text}" if text.startswith(DANGEROUS) else text
