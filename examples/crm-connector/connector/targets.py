"""What a column may fill: the fields of the registry's push rows, named by paths like `organisation.address.city`.

The registry's own schema says which there are and of what type, so that nothing here lists them again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLType,
    get_named_type,
    is_leaf_type,
    is_list_type,
)

from connector import CannotRun

# What a row says beside its data.
OF_THE_ROW = ("visibility", "sourceUpdatedAt")


@dataclass(frozen=True)
class Target:
    """A field of a push row."""

    path: str
    kind: str  # The kind of row, for example `organisation`.
    place: tuple[str, ...]  # Where in the row its value stands.
    type: GraphQLNamedType
    is_reference: bool = False  # Whether it is the external id of another record.


def find(schema: GraphQLSchema, path: str) -> Target:
    """The field that a path names."""
    kind, _, rest = path.partition(".")
    kinds = parts(schema, schema.type_map["PushRow"])
    del kinds["withdraw"]
    if kind not in kinds:
        raise CannotRun(f"`{path}` is no field of the registry: it begins with {one_of(kinds)}")
    row = parts(schema, kinds[kind])
    text = schema.type_map["String"]
    if rest == "externalId":
        return Target(path, kind, ("ref", "externalId"), text)
    if rest in OF_THE_ROW:
        return Target(path, kind, (rest,), get_named_type(row[rest]))
    place, of_type = ["data"], row["data"]
    for step in rest.split("."):
        known = parts(schema, of_type)
        if step not in known:
            known |= dict.fromkeys(("externalId", *OF_THE_ROW), text) if len(place) == 1 else {}
            raise CannotRun(f"`{path}` is no field of the registry: after `{kind}.` comes {one_of(known)}")
        place.append(step)
        of_type = known[step]
    named = get_named_type(of_type)
    if named.name == "RecordRef":
        return Target(path, kind, (*place, "externalId"), text, is_reference=True)
    if is_list(of_type) and named.name != "IdentifierInput":
        raise CannotRun(f"`{path}` is a list, which no column can fill")
    if not is_leaf_type(named):
        raise CannotRun(f"`{path}` has parts: add {one_of(parts(schema, named))}")
    return Target(path, kind, tuple(place), named)


def is_list(of_type: GraphQLType) -> bool:
    """Whether a field takes a list."""
    return is_list_type(of_type.of_type if isinstance(of_type, GraphQLNonNull) else of_type)


def parts(schema: GraphQLSchema, of_type: GraphQLType) -> dict[str, GraphQLType]:
    """What a path may go on with: the fields of a type; for identifiers, the schemes that there are."""
    named = get_named_type(of_type)
    if named.name == "IdentifierInput":
        schemes = schema.type_map["IdentifierScheme"]
        assert isinstance(schemes, GraphQLEnumType)
        return dict.fromkeys(schemes.values, schema.type_map["String"])
    if isinstance(named, GraphQLInputObjectType) and named.name != "RecordRef":
        return {name: field.type for name, field in named.fields.items()}
    return {}


def one_of(names: Iterable[str]) -> str:
    """A choice, for people."""
    return "one of " + ", ".join(f"`{name}`" for name in sorted(names))
