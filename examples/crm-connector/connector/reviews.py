"""The organisations of ours that may be in the registry already: shows them, and says which are the same."""

from connector import CannotRun
from connector.registry import Registry
from connector.results import candidate, named


def show(registry: Registry) -> int:
    """Prints what waits for a decision. The exit code."""
    after, waiting = None, 0
    while True:
        page = registry.ask("Reviews", {"after": after})["matchReviews"]
        for review in page["nodes"]:
            waiting += 1
            print(f"{review['id']}  {named(review['own']) if review['own'] else 'not there any more'}")
            for found in review["candidates"]:
                print(f"    {candidate(found)}")
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    print(f"{waiting} waiting; python -m connector settle REVIEW=ORGANISATION, or REVIEW=none" if waiting else "none")
    return 1 if waiting else 0


def settle(registry: Registry, decisions: list[str]) -> int:
    """Sends decisions, each like REVIEW=ORGANISATION or REVIEW=none. The exit code."""
    sent = []
    for decision in decisions:
        review, _, organisation = decision.partition("=")
        if not organisation:
            raise CannotRun(f"`{decision}` is no decision; write REVIEW=ORGANISATION, or REVIEW=none")
        sent.append({"review": review, "sameAs": None if organisation == "none" else organisation})
    results = registry.ask("Settle", {"decisions": sent})["settleMatches"]["results"]
    for decision, result in zip(decisions, results, strict=True):
        print(f"{decision}: {result['outcome']}", *(error["message"] for error in result["errors"]))
    return 1 if any(result["errors"] for result in results) else 0
