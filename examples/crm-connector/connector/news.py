"""Tells the CRM what changed: changed.csv and removed.csv.

A file stays until the CRM's import has taken it away, by moving or deleting it. As long as it is there, what comes is
added to it; so nothing is lost when an import is late, and nothing comes twice when it is not.
"""

import json
from typing import Any

from connector.mirror import Mirror
from connector.output import write
from connector.settings import Settings

# The fields of records in changed.csv, by the paths that they have in the mirror and, mostly, in the mapping.
FIELDS = (
    "name kind legalStatus isSme country region.code website address.street address.postalCode address.city "
    "identifiers.VAT identifiers.EU_PIC identifiers.NATIONAL_ID category startsOn endsOn endReason acronym title "
    "status role organisation.id cluster.id project.id partnership.id"
).split()
CHANGED = ("type", "id", "external_id", "version", "changed_fields", "pushed_by_us", *FIELDS)
REMOVED = ("type", "id", "external_id", "op", "replaced_by")


FILES = (("changed.csv", CHANGED, False), ("removed.csv", REMOVED, True))


def forget_what_was_taken(mirror: Mirror, settings: Settings) -> None:
    """Finds out which file was taken away, before anything new is to be told."""
    for name, _, removed in FILES:
        if not (settings.output / name).exists():
            mirror.taken(removed=removed)


def tell(mirror: Mirror, settings: Settings) -> None:
    """Writes both files, or removes one that has nothing to say any more."""
    for name, columns, removed in FILES:
        file = settings.output / name
        rows = [row(news, columns, settings.source) for news in mirror.news(removed=removed)]
        if rows:
            if write(file, columns, rows, settings.separator):
                print(f"{name}: {len(rows)}")
            mirror.written(removed=removed)
        else:
            file.unlink(missing_ok=True)


def row(news: dict[str, Any], columns: tuple[str, ...], source: str) -> list[object]:
    """A line of one of the files."""
    own_ids = [each["externalId"] for each in json.loads(news["external_ids"]) if each["source"] == source]
    fields = json.loads(news["changed_fields"]) if news["changed_fields"] else []
    of_change = {
        "external_id": " ".join(own_ids),
        "changed_fields": " ".join(fields) or "new",
        "pushed_by_us": news["origin"] == source,
    }
    record = json.loads(news["record"] or "{}")
    return [of_change[name] if name in of_change else news.get(name, at(record, name)) for name in columns]


def at(record: dict[str, Any], path: str) -> object:
    """What a record has at a path; an identifier's place is its scheme."""
    value: Any = record
    for step in path.split("."):
        if isinstance(value, list):
            value = " ".join(each["value"] for each in value if each["scheme"] == step)
        else:
            value = (value or {}).get(step)
    return value
