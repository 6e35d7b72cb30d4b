"""The frame of a push of all that a CRM has: what it no longer has ends.

A snapshot that broke off is begun anew: its rows are all there already and cost nothing.
"""

import re
from dataclasses import replace
from typing import Any

from connector import CannotRun, results
from connector.lines import Line
from connector.registry import Registry
from connector.results import Result


def start(registry: Registry, source: str, lines: list[Line]) -> str:
    """Begins one of the types that the lines have; its id."""
    types = sorted({record_type(kind) for line in lines for row in line.rows for kind in row})
    answer = registry.ask("StartSnapshot", {"source": source, "types": types})["startSnapshotPush"]
    refuse(answer["userErrors"])
    return str(answer["snapshot"]["id"])


def commit(registry: Registry, source: str, snapshot: str, at_most: float) -> list[Result]:
    """Ends it: what became of what was absent. Where that is too much, it is told, and nothing is done."""
    variables = {"source": source, "snapshot": snapshot, "atMost": at_most}
    answer = registry.ask("CommitSnapshot", variables)["commitSnapshotPush"]
    found = [results.answered(None, "absent", each) for each in answer["results"]]
    if answer["userErrors"]:
        why = "; ".join(error["message"] for error in answer["userErrors"])
        found = [replace(each, outcome="ABSENT", what_would_be_right=why) for each in found or [Result(None, "absent")]]
    return found


def refuse(errors: list[dict[str, Any]]) -> None:
    """Stops where the registry does not begin."""
    if errors:
        raise CannotRun(f"the registry begins no snapshot: {errors[0]['message']}")


def record_type(kind: str) -> str:
    """The registry's name for what a kind of push row is about."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).upper()
