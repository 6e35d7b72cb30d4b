"""Reads a table of any of the forms in which CRMs export: .xlsx, and .csv with any usual separator and encoding."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from connector import CannotRun

Cell = str | bool | date | None
SEPARATORS = ",;\t"


@dataclass(frozen=True)
class Row:
    """A line of the table: where it stands in the file, and its cells by the names of their columns."""

    line: int
    cells: dict[str, Cell]
    surplus: int = 0  # How many cells more than columns it has, or, below 0, fewer.


@dataclass(frozen=True)
class Table:
    """A table with a line of names and rows; lines without any value are no rows."""

    columns: list[str]
    rows: list[Row]


def read(path: Path) -> Table:
    """The table of a file; of an .xlsx file its first sheet."""
    try:
        lines = list(sheet(path) if path.suffix.lower() == ".xlsx" else text(path))
    except OSError as error:
        raise CannotRun(f"cannot read {path}: {error.strerror or error}") from error
    lines = [(line, cells) for line, cells in lines if any(cell is not None for cell in cells)]
    if not lines:
        raise CannotRun(f"{path} is empty; its first line has the names of the columns")
    _, header = lines.pop(0)
    while header and header[-1] is None:
        header.pop()
    columns = [str(name or "").strip() for name in header]
    for place, name in enumerate(columns, start=1):
        if not name or columns.count(name) > 1:
            what = f"is called `{name}`, as another one is" if name else "has no name"
            raise CannotRun(f"{path}: column {place} {what}; each column has a name of its own")
    return Table(columns, [row(line, cells, columns) for line, cells in lines])


def row(line: int, cells: list[Cell], columns: list[str]) -> Row:
    """A row; empty cells at its end, as Excel writes them, count for nothing."""
    surplus = len(cells) - len(columns)
    if surplus > 0 and all(cell is None for cell in cells[len(columns) :]):
        surplus = 0
    return Row(line, dict(zip(columns, cells, strict=False)), surplus)


def text(path: Path) -> Iterator[tuple[int, list[Cell]]]:
    """The lines of a .csv file."""
    content = decoded(path)
    separator = max(SEPARATORS, key=lambda each: len(next(csv.reader(io.StringIO(content), delimiter=each), [])))
    reader = csv.reader(io.StringIO(content), delimiter=separator)
    line = 1
    for cells in reader:
        yield line, [cell.strip() or None for cell in cells]
        line = reader.line_num + 1


def decoded(path: Path) -> str:
    """The text of a file: UTF-8 or UTF-16 with its mark, else UTF-8 if it is that, else Windows-1252."""
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise CannotRun(f"{path}, line {line}: neither UTF-8 nor Windows-1252; save it as “CSV UTF-8”") from error


def sheet(path: Path) -> Iterator[tuple[int, list[Cell]]]:
    """The lines of the first sheet of an .xlsx file."""
    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise CannotRun(f"{path} is not an .xlsx file: {error}") from error
    for line, cells in enumerate(book.worksheets[0].iter_rows(), start=1):
        yield line, [of_sheet(cell) for cell in cells]


def of_sheet(cell: Any) -> Cell:
    """A cell's value. A number is written as its digits, with the zeros that its format puts before them."""
    value = cell.value
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date()
    if isinstance(value, bool | date):
        return value
    if isinstance(value, int | float):
        digits = str(int(value) if value == int(value) else value)
        zeros = cell.number_format
        return digits.zfill(len(zeros)) if set(zeros) == {"0"} else digits
    return str(value).strip() or None if value is not None else None
