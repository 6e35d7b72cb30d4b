"""Asks the registry. Whatever may succeed later is asked again, which is safe: pushes have keys."""

import logging
from pathlib import Path
from typing import Any

import backoff
import httpx
from gql import Client, GraphQLRequest
from gql.transport.exceptions import (
    TransportConnectionFailed,
    TransportError,
    TransportQueryError,
    TransportServerError,
)
from gql.transport.httpx import HTTPXTransport
from graphql import GraphQLSchema, build_client_schema, get_introspection_query, parse

from connector import CannotRun
from connector.settings import Settings
from connector.token import ClientCredentials

DOCUMENT = parse(Path(__file__).with_name("documents.graphql").read_text(encoding="utf-8"))
# Codes of errors that say nothing against the request itself.
LATER = {"IDEMPOTENCY_IN_PROGRESS", "RATE_LIMITED", "TIMEOUT", "UNAVAILABLE"}
# How long to ask again, in seconds, before giving up.
PATIENCE = 120


class Registry:
    """The registry as one client sees it."""

    def __init__(self, settings: Settings, **more: Any) -> None:
        self._url = settings.url
        auth = ClientCredentials(f"{settings.url}/oauth/token", settings.client_id, settings.client_secret)
        transport = HTTPXTransport(f"{settings.url}/graphql", auth=auth, timeout=90, **more)
        self._client = Client(transport=transport)
        self._session = self._client.connect_sync()  # type: ignore[no-untyped-call]

    def ask(self, operation: str, variables: dict[str, Any] | None = None, patience: float | None = PATIENCE) -> Any:
        """The data of one of our operations; without `patience` it asks until there is an answer."""
        return self._answer(GraphQLRequest(DOCUMENT, operation_name=operation, variable_values=variables), patience)

    def schema(self) -> GraphQLSchema:
        """What may be asked and pushed, as the registry itself describes it."""
        return build_client_schema(self._answer(GraphQLRequest(get_introspection_query()), PATIENCE))

    def _answer(self, request: GraphQLRequest, patience: float | None) -> Any:
        @backoff.on_exception(
            backoff.expo,
            TransportError,
            max_time=patience,
            max_value=30,
            giveup=lambda error: not may_succeed_later(error),
            on_backoff=say,
            logger=None,
        )
        def answer() -> Any:
            return self._session.execute(request)

        try:
            return answer()
        except TransportError as error:
            raise CannotRun(f"{self._url}: {told(error)}") from error

    def close(self) -> None:
        """Ends its connections."""
        self._client.close_sync()  # type: ignore[no-untyped-call]


def say(details: Any) -> None:
    """Tells the person who waits."""
    logging.warning("%s; asking again in %.0f s", told(details["exception"]), details["wait"])


def may_succeed_later(error: Exception) -> bool:
    """Whether the same request may have another answer in a moment."""
    match error:
        case TransportConnectionFailed():
            return isinstance(error.__cause__, httpx.TransportError)
        case TransportServerError():
            return error.code is None or error.code >= 500 or error.code == httpx.codes.TOO_MANY_REQUESTS
        case TransportQueryError():
            return bool(error.errors) and all(code(each) in LATER for each in error.errors or ())
    return False


def told(error: Exception) -> str:
    """What an error says, for people."""
    if isinstance(error, TransportQueryError) and error.errors:
        return "; ".join(f"{code(each)}: {each.get('message')}" for each in error.errors)
    return str(error.__cause__ or error) or type(error.__cause__ or error).__name__


def code(error: dict[str, Any]) -> str:
    """The code of one of the `errors` of an answer."""
    return str((error.get("extensions") or {}).get("code", "ERROR"))
