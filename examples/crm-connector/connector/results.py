"""What became of each row, as a table for the person who keeps the CRM."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connector.output import write

COLUMNS = ("line", "record", "external_id", "outcome", "id", "matched_by", "what_would_be_right", "candidates")
# The outcomes after which nobody has to do anything. Two are ours: NOT_SENT, a line
# that could not be read, and ABSENT, a record that the file does not have, and that was not ended all the same.
FINE = {"CREATED", "UPDATED", "UNCHANGED", "LINKED", "WITHDRAWN", "STALE"}


@dataclass(frozen=True)
class Result:
    """What became of one push row."""

    line: int | None
    record: str
    external_id: str | None = None
    outcome: str = "NOT_SENT"
    id: str | None = None
    matched_by: str | None = None
    what_would_be_right: str = ""
    candidates: str = ""


def answered(line: int | None, record: str, result: dict[str, Any]) -> Result:
    """A result as the registry gave it."""
    right = [wrong(error) for error in result["errors"]]
    right += [
        f"{conflict['field']}: you say {conflict['yours']}, it is {conflict['current']}"
        for conflict in result.get("conflicts", [])
    ]
    candidates = [candidate(each) for each in result.get("candidates", [])]
    return Result(
        line,
        record,
        result["externalId"],
        result["outcome"],
        result["id"],
        result.get("matchedBy"),
        "; ".join(right),
        " | ".join(candidates),
    )


def wrong(error: dict[str, Any]) -> str:
    """What was wrong with a field, and what would be right."""
    if error["code"] == "REFERENCE_REJECTED":
        return f"{error['path']}: it was not written itself; see its own row"
    return f"{error['path']}: {error['message']}".removeprefix(": ")


def candidate(found: dict[str, Any]) -> str:
    """A record that may be the same, in words."""
    organisation = found["organisation"]
    if organisation is None:
        return f"{found['score']} %: not there any more"
    reasons = ", ".join(found["reasons"])
    return f"{found['score']} %: {named(organisation)}, {organisation['id']} ({reasons})"


def named(organisation: dict[str, Any]) -> str:
    """An organisation as people know it."""
    return ", ".join(filter(None, (organisation["name"], organisation["city"], organisation["country"])))


def save(path: Path, results: Iterable[Result], separator: str) -> None:
    """Writes them all."""
    write(path, COLUMNS, ([getattr(result, name) for name in COLUMNS] for result in results), separator)


def summary(results: Iterable[Result]) -> str:
    """How many rows became what."""
    counts = Counter(result.outcome for result in results)
    return ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items())) or "nothing to do"


def need_a_person(results: Iterable[Result]) -> bool:
    """Whether somebody has to look at one of them."""
    return any(result.outcome not in FINE for result in results)
