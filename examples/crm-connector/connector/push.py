"""Pushes: brings what the CRM knows into the registry, and tells what became of each row."""

from contextlib import closing
from pathlib import Path
from typing import Any

from connector import CannotRun, lines, mapping, results, snapshot, table
from connector.journal import Journal
from connector.lines import Line
from connector.registry import Registry
from connector.results import Result
from connector.settings import Settings


def push_file(registry: Registry, settings: Settings, file: Path, *, dry_run: bool, at_most: float | None) -> int:
    """Pushes a file; of a complete one `at_most` this part may be absent, and ends. The exit code."""
    said = mapping.load(settings.mapping, registry.schema())
    content = table.read(file)
    unmapped = said.unmapped(content)
    for column in unmapped:
        print(f"the column `{column}` is not pushed: {said.path.name} neither maps nor ignores it")
    read = list(lines.read(said, content))
    if at_most is not None and any(line.wrong for line in read):
        print("some lines could not be read, so that nothing ends for being absent")
        at_most = None
    code = push(registry, settings, read, dry_run=dry_run, at_most=at_most)
    return max(code, 1 if unmapped else 0)


def withdraw(registry: Registry, settings: Settings, records: list[str]) -> int:
    """Takes back what the source said of records, each named like `organisation:S-014`. The exit code."""
    taken_back = []
    for record in records:
        kind, _, own_id = record.partition(":")
        if not own_id:
            raise CannotRun(f"`{record}` names no record; write its type and your id, like organisation:S-014")
        row = {"type": snapshot.record_type(kind), "ref": {"externalId": own_id}}
        taken_back.append(Line(None, [{"withdraw": row}]))
    return push(registry, settings, taken_back, dry_run=False, at_most=None)


def push(registry: Registry, settings: Settings, read: list[Line], *, dry_run: bool, at_most: float | None) -> int:
    """Pushes lines in batches, writes what became of them and tells it. The exit code."""
    register(registry, settings.source)
    found = [Result(line.number, "", what_would_be_right=line.wrong) for line in read if line.wrong]
    audience: list[dict[str, Any]] = []
    said: dict[str, Any] = {"source": settings.source, "dryRun": dry_run}
    if at_most is not None:
        said["snapshot"] = snapshot.start(registry, settings.source, read)
    with closing(Journal(settings.state)) as journal:
        for number, batch in enumerate(lines.batches(read)):
            rows = [row for line in batch for row in line.rows]
            key = {} if dry_run else {"idempotencyKey": journal.key(number, said, rows)}
            answer = registry.ask("Push", {"input": said | key | {"rows": rows}})["pushRecords"]
            numbers = [line.number for line in batch for _ in line.rows]
            for line, row, result in zip(numbers, rows, answer["results"], strict=True):
                found.append(results.answered(line, record(row), result))
            audience += answer["audience"]
        if at_most is not None:
            found += snapshot.commit(registry, settings.source, said["snapshot"], at_most)
        found.sort(key=lambda result: (result.line is None, result.line or 0))
        file = settings.output / ("dry-run.csv" if dry_run else "results.csv")
        results.save(file, found, settings.separator)
        journal.come_to_its_end()
    print(f"{'would be ' if dry_run else ''}{results.summary(found)}; see {file.name}")
    for text in seen(audience):
        print(text)
    if not dry_run:
        remind(registry, settings.source)
    return 1 if results.need_a_person(found) else 0


def register(registry: Registry, source: str) -> None:
    """Makes the source known; done twice it is the same."""
    answer = registry.ask("RegisterSource", {"name": source})["registerSource"]
    if answer["userErrors"]:
        raise CannotRun(f"the source `{source}`: {answer['userErrors'][0]['message']}")


def record(row: mapping.PushRow) -> str:
    """What kind of record a push row is about."""
    [(kind, said)] = row.items()
    return f"withdraw {said['type'].lower()}" if kind == "withdraw" else kind


def seen(audience: list[dict[str, Any]]) -> list[str]:
    """Who sees the records of a push, in words."""
    counts: dict[tuple[str, str], int] = {}
    for part in audience:
        clusters = ", ".join(cluster["name"] for cluster in part["clusters"])
        key = part["visibility"], clusters
        counts[key] = counts.get(key, 0) + part["records"]
    return [
        f"{number} {visibility}" + (f", seen by {clusters}" if clusters else "")
        for (visibility, clusters), number in counts.items()
    ]


def remind(registry: Registry, source: str) -> None:
    """Says what waits for a decision."""
    for each in registry.ask("Status")["syncStatus"]["sources"]:
        if each["name"] == source and each["pendingReviews"]:
            print(f"{each['pendingReviews']} waiting for your decision: python -m connector reviews")
