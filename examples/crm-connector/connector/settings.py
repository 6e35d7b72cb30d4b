"""Reads the settings: a small TOML file, and the environment over it. The secret comes from elsewhere."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connector import CannotRun

# Which variables of the environment stand over the file.
FROM_ENVIRONMENT = {"url": "REGISTRY_URL", "client_id": "REGISTRY_CLIENT_ID"}
SECRET = "REGISTRY_CLIENT_SECRET"


@dataclass(frozen=True)
class Settings:
    """What the connector needs to know; paths are relative to the file."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    source: str
    mapping: Path
    state: Path
    output: Path
    types: tuple[str, ...]
    separator: str


def read(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a file."""
    given = read_toml(path)
    if "client_secret" in given:
        raise CannotRun(f"{path}: a secret does not belong in this file; set {SECRET}, or name a `secret_file`")
    for name, variable in FROM_ENVIRONMENT.items():
        if variable in environment:
            given[name] = environment[variable]

    def text(name: str, default: str | None = None) -> str:
        value = given.pop(name, default)
        if not isinstance(value, str) or not value:
            raise CannotRun(f'{path}: `{name}` is missing; write {name} = "…"')
        return value

    folder = path.parent
    secret_file = given.pop("secret_file", None)
    types = given.pop("types", ["ORGANISATION", "MEMBERSHIP"])
    if not isinstance(types, list) or not all(isinstance(item, str) for item in types):
        raise CannotRun(f'{path}: `types` is a list, for example types = ["ORGANISATION"]')
    settings = Settings(
        url=text("url").rstrip("/"),
        client_id=text("client_id"),
        client_secret=secret(environment, folder / secret_file if secret_file else None),
        source=text("source"),
        mapping=folder / text("mapping", "mapping.toml"),
        state=folder / text("state", "state.db"),
        output=folder / text("output", "."),
        types=tuple(sorted(types)),
        separator=text("separator", ","),
    )
    if given:
        raise CannotRun(f"{path}: there is no setting `{min(given)}`; see README.md")
    return settings


def secret(environment: Mapping[str, str], file: Path | None) -> str:
    """The client's secret, from the environment or from a file that only its owner reads."""
    if SECRET in environment:
        return environment[SECRET]
    if file is None:
        raise CannotRun(f"the client's secret is missing: set {SECRET}, or name a `secret_file` in the settings")
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CannotRun(f"cannot read the secret: {error}") from error


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file, or where it is wrong."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CannotRun(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CannotRun(f"{path} is not TOML in UTF-8: {error}") from error
