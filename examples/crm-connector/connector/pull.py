"""Pulls: brings the copy up to date, once or for as long as it runs, and tells the CRM what changed."""

from contextlib import closing

from connector.mirror import Mirror
from connector.news import forget_what_was_taken, tell
from connector.registry import PATIENCE, Registry
from connector.settings import Settings

# Records of a page, and milliseconds for which the registry waits for a change before it answers that there is none.
PAGE, WAIT = 500, 25_000


def pull(registry: Registry, settings: Settings) -> int:
    """Brings the copy up to date. The exit code."""
    with closing(Mirror(settings.state, settings.types)) as mirror:
        changes = catch_up(registry, settings, mirror)
        report(mirror, settings, changes)
    return 0


def follow(registry: Registry, settings: Settings) -> int:
    """Goes on until it is told to stop; an interruption of any length changes nothing, the cursor knows."""
    with closing(Mirror(settings.state, settings.types)) as mirror:
        changes = catch_up(registry, settings, mirror, patience=None)
        while True:
            report(mirror, settings, changes)
            changes = 0
            while not changes:
                changes = catch_up(registry, settings, mirror, wait=WAIT, patience=None)


def report(mirror: Mirror, settings: Settings, changes: int) -> None:
    """Tells the CRM in its files, and whoever looks on in a line."""
    tell(mirror, settings)
    print(f"{changes} changes; the copy has {mirror.count()} records", flush=True)


def catch_up(
    registry: Registry, settings: Settings, mirror: Mirror, wait: int = 0, patience: float | None = PATIENCE
) -> int:
    """Takes in page after page until the copy equals what we may see; how many records changed in it."""
    changes = 0
    while True:
        variables = {"after": mirror.cursor, "limit": PAGE, "types": mirror.types, "waitMs": wait}
        page = registry.ask("Pull", variables, patience)["changes"]
        forget_what_was_taken(mirror, settings)
        changes += mirror.apply(page)
        if not page["hasMore"]:
            return changes
