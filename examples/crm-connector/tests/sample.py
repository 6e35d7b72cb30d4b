"""Writes a table as .xlsx, with days as days: python tests/sample.py members.csv members.xlsx."""

import re
import sys
from datetime import datetime
from pathlib import Path

import openpyxl

sys.path.insert(0, str(Path(__file__).parent.parent))

from connector import table


def cell(value: table.Cell) -> object:
    """A value as a spreadsheet has it."""
    if isinstance(value, str) and re.fullmatch(r"\d\d/\d\d/\d{4}", value):
        return datetime.strptime(value, "%d/%m/%Y")
    return int(value) if isinstance(value, str) and re.fullmatch(r"[1-9]\d*", value) else value


def main(source: Path, target: Path) -> None:
    """Writes the table of one file into the other."""
    content = table.read(source)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(content.columns)
    for row in content.rows:
        sheet.append([cell(row.cells[name]) for name in content.columns])
    book.save(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
