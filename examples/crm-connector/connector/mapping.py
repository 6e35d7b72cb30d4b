"""The mapping: which column fills which field, and what the CRM's own words mean there."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema

from connector import CannotRun, targets
from connector.settings import read_toml
from connector.table import Cell, Row, Table
from connector.targets import Target
from connector.values import Formats, NotRight, Value, folded, read

PushRow = dict[str, dict[str, Any]]
# Identifiers that every country has its own rules for, and that CRMs keep without its code.
NATIONAL = {"VAT", "NATIONAL_ID"}


@dataclass(frozen=True)
class Mapping:
    """What a mapping file says."""

    path: Path
    columns: dict[str, list[Target]]
    values: dict[str, dict[str, Value | None]]  # By the path of the field, then by the folded word.
    always: dict[Target, Value | None]
    ignored: set[str]
    formats: Formats
    kinds: list[str]  # Of rows, in the order in which they may refer to each other.

    def unmapped(self, table: Table) -> list[str]:
        """The columns of which the mapping says nothing. A column that it needs must be there."""
        missing = [name for name in self.columns if name not in table.columns]
        if missing:
            there = ", ".join(f"`{name}`" for name in table.columns)
            raise CannotRun(f"{self.path} maps the column `{missing[0]}`; the file has {there}")
        return [name for name in table.columns if name not in self.columns and name not in self.ignored]

    def rows(self, row: Row, columns: int) -> list[PushRow]:
        """The push rows of a line of the table: what a row refers to comes before it."""
        if row.surplus:
            raise NotRight(f"the line has {columns + row.surplus} cells instead of {columns}; is a separator unquoted?")
        filled: dict[str, PushRow] = {}
        said: set[str] = set()
        wrong: list[str] = []
        for column, target, cell in self._cells(row):
            try:
                value = self._value(cell, target)
            except NotRight as error:
                wrong.append(f"{column}: {error}")
                continue
            put(filled.setdefault(target.kind, {target.kind: {"data": {}}})[target.kind], target, value)
            if value is not None and target.place[0] == "data" and not target.is_reference:
                said.add(target.kind)
        for target, value in self.always.items():
            if target.kind in filled:
                put(filled[target.kind][target.kind], target, value)
        wrong += [f"the {kind} has no external id" for kind in sorted(said) if not external_id(filled[kind])]
        if wrong:
            raise NotRight("; ".join(wrong))
        return [finished(filled[kind]) for kind in self.kinds if kind in said]

    def _cells(self, row: Row) -> Iterator[tuple[str, Target, Cell]]:
        for column, fields in self.columns.items():
            yield from ((column, target, row.cells.get(column)) for target in fields)

    def _value(self, cell: Cell, target: Target) -> Value | None:
        words = self.values.get(target.path, {})
        if cell is not None and folded(str(cell)) in words:
            return words[folded(str(cell))]
        try:
            return read(cell, target, self.formats)
        except NotRight as error:
            raise NotRight(f'{error}; or say what it means under [values."{target.path}"]') from None


def load(path: Path, schema: GraphQLSchema) -> Mapping:
    """The mapping of a file."""
    given = read_toml(path)
    formats = Formats(given.pop("date_format", Formats.date), given.pop("datetime_format", Formats.datetime))
    ignored = set(given.pop("ignore", []))

    def meaning(to: str, value: Any) -> Value | None:
        return None if value == "" else read(value, targets.find(schema, to), formats)

    try:
        columns = {
            name: [targets.find(schema, each) for each in ([to] if isinstance(to, str) else to)]
            for name, to in part(given, "columns").items()
        }
        words = part(given, "values")
        values = {to: {folded(word): meaning(to, its) for word, its in part(words, to).items()} for to in list(words)}
        always = {targets.find(schema, to): meaning(to, value) for to, value in part(given, "always").items()}
    except (CannotRun, NotRight) as error:
        raise CannotRun(f"{path}: {error}") from error
    if given or not columns:
        what = f"there is no part `{min(given)}`" if given else "[columns] is missing"
        raise CannotRun(f"{path}: {what}; the parts are columns, values, always, ignore, date_format, datetime_format")
    kinds = list(targets.parts(schema, schema.type_map["PushRow"]))
    return Mapping(path, columns, values, always, ignored, formats, kinds)


def part(given: dict[str, Any], name: str) -> dict[str, Any]:
    """A part of the file, which is then read."""
    found = given.pop(name, {})
    if not isinstance(found, dict):
        raise CannotRun(f"`{name}` is a table, like [{name}]")
    return found


def put(row: dict[str, Any], target: Target, value: Value | None) -> None:
    """Puts a value in its place."""
    *way, last = target.place
    if value is None and (target.is_reference or target.place[0] != "data"):
        return
    for step in way:
        row = row.setdefault(step, {})
    row[last] = value


def external_id(row: PushRow) -> str | None:
    """The CRM's own id of what a push row is about."""
    [(_, said)] = row.items()
    found: str | None = said.get("ref", {}).get("externalId")
    return found


def finished(row: PushRow) -> PushRow:
    """A push row with its identifiers as the list that the registry takes."""
    [(_, said)] = row.items()
    data = said["data"]
    if "identifiers" in data:
        filled = [(scheme, value) for scheme, value in data["identifiers"].items() if value is not None]
        data["identifiers"] = [
            {"scheme": scheme, "value": value}
            | ({"country": data["country"]} if scheme in NATIONAL and data.get("country") else {})
            for scheme, value in filled
        ]
    return row
