"""The lines of a file as push rows, and the batches in which they are sent."""

from collections.abc import Iterator
from dataclasses import dataclass

from connector.mapping import Mapping, PushRow
from connector.table import Table
from connector.values import NotRight

# As many rows as the registry takes at once.
BATCH = 500


@dataclass(frozen=True)
class Line:
    """The push rows of one line of the file; they stay together. Without rows, why there are none."""

    number: int | None
    rows: list[PushRow]
    wrong: str = ""


def read(said: Mapping, content: Table) -> Iterator[Line]:
    """The lines of a table, as the mapping says."""
    for row in content.rows:
        try:
            yield Line(row.line, said.rows(row, len(content.columns)))
        except NotRight as error:
            yield Line(row.line, [], str(error))


def batches(lines: list[Line]) -> Iterator[list[Line]]:
    """Lines, as many at a time as may be sent together."""
    batch: list[Line] = []
    for line in lines:
        if sum(len(each.rows) for each in batch) + len(line.rows) > BATCH:
            yield batch
            batch = []
        if line.rows:
            batch.append(line)
    if batch:
        yield batch
