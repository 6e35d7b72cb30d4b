"""The command line. It ends with 0 when all is well, 1 when a person has to look, 2 when it could not run."""

import argparse
import logging
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from connector import CannotRun, pull, push, reviews, settings
from connector.registry import Registry


def arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(prog="python -m connector", description=sys.modules["connector"].__doc__)
    parser.add_argument("--settings", type=Path, default=Path("settings.toml"), help="settings.toml, unless said")
    commands = parser.add_subparsers(dest="command", required=True)
    of_push = commands.add_parser("push", help="push a member list, .csv or .xlsx, and write results.csv")
    of_push.add_argument("file", type=Path)
    way = of_push.add_mutually_exclusive_group()
    way.add_argument("--dry-run", action="store_true", help="keep nothing; say what would be, and who would see it")
    way.add_argument("--complete", action="store_true", help="the file has all members: others have left today")
    of_push.add_argument(
        "--at-most", type=float, default=0.05, metavar="PART", help="as many of them, 0.05 unless said"
    )
    of_withdraw = commands.add_parser("withdraw", help="take back what was entered by mistake")
    of_withdraw.add_argument("records", nargs="+", metavar="TYPE:ID", help="for example organisation:S-014")
    commands.add_parser("pull", help="bring the copy up to date and write changed.csv and removed.csv")
    commands.add_parser("follow", help="the same, and go on with each change as it is made")
    commands.add_parser("reviews", help="show which organisations may be there already")
    of_settle = commands.add_parser("settle", help="say which of them are the same")
    of_settle.add_argument("decisions", nargs="+", metavar="REVIEW=ORGANISATION", help="or REVIEW=none")
    return parser.parse_args()


def run(given: argparse.Namespace) -> int:
    """Does what was typed; the exit code."""
    said = settings.read(given.settings)
    with closing(Registry(said)) as registry:
        match given.command:
            case "push":
                at_most = given.at_most if given.complete else None
                return push.push_file(registry, said, given.file, dry_run=given.dry_run, at_most=at_most)
            case "withdraw":
                return push.withdraw(registry, said, given.records)
            case "pull":
                return pull.pull(registry, said)
            case "follow":
                return pull.follow(registry, said)
            case "reviews":
                return reviews.show(registry)
            case _:
                return reviews.settle(registry, given.decisions)


def main() -> int:
    """Runs, and says on standard error what went wrong."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return run(arguments())
    except CannotRun as error:
        print(error, file=sys.stderr)
    except sqlite3.Error as error:
        print(f"the file of the state cannot be used: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    return 2


if __name__ == "__main__":
    sys.exit(main())
