"""Tables are read alike, however they were written."""

import tempfile
import unittest
from datetime import date
from pathlib import Path

import openpyxl

from connector import CannotRun, table


class Tables(unittest.TestCase):
    """Files of every form."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def read(self, content: bytes) -> table.Table:
        """The table of a file with this content."""
        path = self.folder / "table.csv"
        path.write_bytes(content)
        return table.read(path)

    def test_separators_and_encodings_are_found_out(self) -> None:
        for separator in ",;\t":
            text = separator.join(["Città", "Nome"]) + "\r\n" + separator.join(["Forlì", '"Uno, due; tre"']) + "\r\n"
            for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
                with self.subTest(separator=separator, encoding=encoding):
                    [row] = self.read(text.encode(encoding)).rows
                    self.assertEqual(row.cells, {"Città": "Forlì", "Nome": "Uno, due; tre"})

    def test_a_row_knows_its_line_past_empty_ones_and_breaks_in_cells(self) -> None:
        rows = self.read(b'a,b\n"one\ntwo",2\n,\n3,4\n').rows
        self.assertEqual([row.line for row in rows], [2, 5])

    def test_surplus_cells_are_seen_and_empty_ones_at_the_end_are_not(self) -> None:
        rows = self.read(b"a,b\n1,2,3\n1,2,,\n1\n").rows
        self.assertEqual([row.surplus for row in rows], [1, 0, -1])

    def test_columns_without_a_name_of_their_own_are_refused(self) -> None:
        for content, words in (
            (b"a,a\n1,2\n", "`a`, as another"),
            (b"a,,b\n1,2,3\n", "has no name"),
            (b"", "is empty"),
        ):
            with self.subTest(words), self.assertRaisesRegex(CannotRun, words):
                self.read(content)

    def test_what_is_no_text_at_all_is_named_with_its_line(self) -> None:
        with self.assertRaisesRegex(CannotRun, "line 2: neither UTF-8 nor Windows-1252"):
            self.read(b"a\n\x81\n")

    def test_cells_of_a_spreadsheet_are_what_people_see(self) -> None:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.append(["number", "padded", "day", "truth", "part"])
        sheet.append([50127, 743110157, date(2024, 2, 29), True, 0.5])
        sheet["B2"].number_format = "00000000000"
        book.save(self.folder / "table.xlsx")
        [row] = table.read(self.folder / "table.xlsx").rows
        self.assertEqual(list(row.cells.values()), ["50127", "00743110157", date(2024, 2, 29), True, "0.5"])

    def test_what_is_called_xlsx_and_is_not_is_refused(self) -> None:
        path = self.folder / "table.xlsx"
        path.write_bytes(b"a,b\n1,2\n")
        with self.assertRaisesRegex(CannotRun, "is not an .xlsx file"):
            table.read(path)
