"""The mapping fills the registry's rows, or says which column, which word, and what would be right."""

import tempfile
import unittest
from pathlib import Path
from typing import Any

from graphql import build_schema

from connector import CannotRun, mapping
from connector.table import Row, Table
from connector.values import NotRight, country

SCHEMA = build_schema("""
    scalar Date scalar DateTime
    enum Category { FULL ASSOCIATE } enum IdentifierScheme { VAT EU_PIC } enum Visibility { OWNER PUBLIC }
    input RecordRef { id: ID externalId: String }
    input AddressInput { city: String }
    input IdentifierInput { scheme: IdentifierScheme! value: String! country: String }
    input OrganisationData {
        name: String country: String isSme: Boolean address: AddressInput
        identifiers: [IdentifierInput!] tags: [String!]
    }
    input MembershipData { organisation: RecordRef category: Category startsOn: Date }
    input OrganisationRow { ref: RecordRef! data: OrganisationData! visibility: Visibility sourceUpdatedAt: DateTime }
    input MembershipRow { ref: RecordRef! data: MembershipData! }
    input WithdrawRow { ref: RecordRef! }
    input PushRow { organisation: OrganisationRow membership: MembershipRow withdraw: WithdrawRow }
    type Query { rows(row: PushRow): String }
""")
COLUMNS = """
date_format = "%d/%m/%Y"
[columns]
"Id" = ["organisation.externalId", "membership.externalId", "membership.organisation"]
"Name" = "organisation.name"
"Land" = "organisation.country"
"VAT" = "organisation.identifiers.VAT"
"City" = "organisation.address.city"
"Size" = "organisation.isSme"
"Kind" = "membership.category"
"Since" = "membership.startsOn"
[values."organisation.isSme"]
"PMI" = true
"-" = ""
"""
EMPTY = dict.fromkeys(("Id", "Name", "Land", "VAT", "City", "Size", "Kind", "Since"))


class Mappings(unittest.TestCase):
    """Rows as a mapping fills them."""

    def load(self, text: str) -> mapping.Mapping:
        """The mapping of a text."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "mapping.toml"
            path.write_text(text, encoding="utf-8")
            return mapping.load(path, SCHEMA)

    def rows(self, cells: dict[str, Any], more: str = "") -> list[mapping.PushRow]:
        """The push rows of a line with these cells."""
        return self.load(COLUMNS + more).rows(Row(2, EMPTY | cells), len(EMPTY))

    def test_a_line_fills_a_row_of_each_kind(self) -> None:
        cells = {"Id": "7", "Name": "Uno", "Land": "Italia", "VAT": "00743110157", "Size": "pmi", "Kind": "full"}
        [organisation, membership] = self.rows(cells | {"Since": "31/01/2024"})
        data = organisation["organisation"]["data"]
        self.assertEqual(data["identifiers"], [{"scheme": "VAT", "value": "00743110157", "country": "IT"}])
        self.assertEqual((data["isSme"], data["address"]), (True, {"city": None}))
        said = {"organisation": {"externalId": "7"}, "category": "FULL", "startsOn": "2024-01-31"}
        self.assertEqual(membership, {"membership": {"ref": {"externalId": "7"}, "data": said}})

    def test_an_empty_cell_says_that_there_is_nothing(self) -> None:
        [row] = self.rows({"Id": "7", "Name": "Uno", "Size": "-"})
        data = row["organisation"]["data"]
        self.assertEqual((data["isSme"], data["country"], data["identifiers"]), (None, None, []))

    def test_what_is_always_so_fills_the_rows_that_there_are(self) -> None:
        [row] = self.rows({"Id": "7", "Name": "Uno"}, '[always]\n"organisation.visibility" = "PUBLIC"\n')
        self.assertEqual(row["organisation"]["visibility"], "PUBLIC")

    def test_a_line_that_cannot_be_read_says_all_that_is_wrong(self) -> None:
        with self.assertRaises(NotRight) as caught:
            self.rows({"Name": "Uno", "Land": "Atlantis", "Kind": "friend", "Since": "31.1.24", "Size": "big"})
        for words in (
            "Land: `Atlantis` is no country",
            "Size: `big` is neither true nor false",
            'Kind: `friend` is not one of `ASSOCIATE`, `FULL`; or say what it means under [values."membership.',
            "Since: `31.1.24` is neither like 2025-01-31 nor like %d/%m/%Y",
            "the organisation has no external id",
        ):
            self.assertIn(words, str(caught.exception))

    def test_columns_that_nobody_names_are_told_and_missing_ones_stop_it(self) -> None:
        found = self.load(COLUMNS.replace("[columns]", 'ignore = ["Person"]\n[columns]'))
        self.assertEqual(found.unmapped(Table([*EMPTY, "Person", "Phone"], [])), ["Phone"])
        with self.assertRaisesRegex(CannotRun, "maps the column `Size`; the file has `Id`"):
            found.unmapped(Table(["Id", "Name", "Land", "VAT", "City"], []))

    def test_paths_that_lead_nowhere_are_refused_with_those_that_do(self) -> None:
        for path, words in (
            ("person.name", "begins with one of `membership`, `organisation`$"),
            ("organisation", "after `organisation.` comes one of `address`"),
            ("organisation.nome", "comes one of .*`name`"),
            ("organisation.identifiers.FAX", "comes one of `EU_PIC`, `VAT`$"),
            ("organisation.address", "has parts: add one of `city`$"),
            ("organisation.identifiers", "has parts: add one of `EU_PIC`, `VAT`$"),
            ("organisation.tags", "is a list"),
        ):
            with self.subTest(path), self.assertRaisesRegex(CannotRun, words):
                self.load(f'[columns]\n"Id" = "{path}"\n')

    def test_words_that_mean_nothing_there_are_refused_at_once(self) -> None:
        with self.assertRaisesRegex(CannotRun, "`FRIEND` is not one of `ASSOCIATE`, `FULL`"):
            self.load(COLUMNS + '[values."membership.category"]\n"socio" = "FRIEND"\n')
        with self.assertRaisesRegex(CannotRun, "`values` is a table"):
            self.load('values = 1\n[columns]\n"Id" = "organisation.externalId"\n')

    def test_what_a_row_refers_to_comes_before_it(self) -> None:
        mapped = '[columns]\n"Kind" = "membership.category"\n"Name" = "organisation.name"\n'
        mapped += '"Id" = ["membership.externalId", "organisation.externalId", "membership.organisation"]\n'
        rows = self.load(mapped).rows(Row(2, {"Id": "7", "Name": "Uno", "Kind": "FULL"}), 3)
        self.assertEqual([*rows[0], *rows[1]], ["organisation", "membership"])

    def test_countries_are_known_by_code_and_in_many_languages(self) -> None:
        for name, code in (
            *(
                ("it", "IT"),
                ("Österreich", "AT"),
                ("ÖSTERREICH", "AT"),
                ("Cechia", "CZ"),
                ("Griekenland", "GR"),
            ),
            *(("España", "ES"), ("Espagne", "ES"), ("Niemcy", "DE"), ("Ελλάδα", "GR"), ("Svizzera", "CH")),
        ):
            with self.subTest(name):
                self.assertEqual(country(name), code)
