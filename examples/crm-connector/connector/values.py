"""Brings a cell into the form that a field of the registry has, or says what would be right."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from babel import Locale
from graphql import GraphQLEnumType

from connector.table import Cell
from connector.targets import Target, one_of

# The languages in which names of countries are known: those of the European Union and its neighbours.
LANGUAGES = "bg cs da de el en es et fi fr ga hr hu is it lt lv mk mt nb nl pl pt ro sk sl sq sr sv tr uk".split()
YES, NO = {"true", "1", "yes"}, {"false", "0", "no"}

Value = str | bool | int | float


class NotRight(Exception):
    """A cell that cannot be read as what its column is for; it says what would be right."""


@dataclass(frozen=True)
class Formats:
    """How a file writes dates, beside ISO 8601, which is always understood."""

    date: str = "%Y-%m-%d"
    datetime: str = "%Y-%m-%dT%H:%M:%S"


def read(cell: Cell, target: Target, formats: Formats) -> Value | None:
    """The value of a cell; an empty one has none."""
    if cell is None:
        return None
    if target.place[-1] == "country":
        return country(str(cell))
    if isinstance(target.type, GraphQLEnumType):
        return choice(str(cell), target.type)
    match target.type.name:
        case "Boolean":
            return yes_or_no(cell)
        case "Date":
            return day(cell, formats.date).isoformat()
        case "DateTime":
            return moment(cell, formats.datetime).isoformat()
        case "Int" | "Float" as number:
            return (int if number == "Int" else float)(digits(str(cell)))
    return str(cell)


def choice(text: str, of: GraphQLEnumType) -> str:
    """One of the values that the registry has for a field."""
    value = text.strip().upper().replace(" ", "_").replace("-", "_")
    if value not in of.values:
        raise NotRight(f"`{text}` is not {one_of(of.values)}")
    return value


def yes_or_no(cell: Cell) -> bool:
    """True or false."""
    word = str(cell).lower()
    if word not in YES | NO:
        raise NotRight(f"`{cell}` is neither true nor false")
    return word in YES


def day(cell: Cell, form: str) -> date:
    """A day."""
    moment_of_it = moment(cell, form)
    return moment_of_it.date()


def moment(cell: Cell, form: str) -> datetime:
    """A moment; where the file names no time zone, it is that of this machine."""
    if isinstance(cell, datetime):
        return cell.astimezone()
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day).astimezone()
    text = str(cell)
    for parse in (datetime.fromisoformat, lambda given: datetime.strptime(given, form)):
        try:
            return parse(text).astimezone()
        except ValueError:
            continue
    raise NotRight(f"`{text}` is neither like 2025-01-31 nor like {form}; see `date_format` in the mapping")


def digits(text: str) -> str:
    """A number in digits."""
    try:
        float(text)
    except ValueError:
        raise NotRight(f"`{text}` is no number") from None
    return text


def country(text: str) -> str:
    """A country's code, from its code or its name in any of our languages."""
    if len(text) == 2 and text.isalpha():
        return text.upper()
    code = countries().get(folded(text))
    if code is None:
        raise NotRight(f"`{text}` is no country that is known here; its code of two letters is always right")
    return code


@cache
def countries() -> dict[str, str]:
    """The codes by folded names; a name that means two countries in two languages means none."""
    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(folded(name), set()).add(code)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


def folded(text: str) -> str:
    """A text without case, accents and surplus spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())
