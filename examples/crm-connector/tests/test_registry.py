"""Tokens are renewed in time, and what may succeed later is asked again."""

import unittest
from pathlib import Path
from typing import Any
from unittest import mock

import httpx

from connector import CannotRun
from connector.registry import Registry
from connector.settings import Settings
from connector.token import ClientCredentials

SETTINGS = Settings("http://registry", "client", "secret", "crm", Path(), Path(), Path(), (), ",")
STATUS: dict[str, Any] = {"data": {"syncStatus": {"sources": []}}}


class Tokens(unittest.TestCase):
    """One client over time."""

    def setUp(self) -> None:
        self.now, self.issued, self.refuses = 0.0, 0, False
        auth = ClientCredentials("http://registry/oauth/token", "client", "secret", lambda: self.now)
        self.client = httpx.Client(auth=auth, transport=httpx.MockTransport(self.answer))
        self.addCleanup(self.client.close)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What a registry answers."""
        if request.url.path == "/oauth/token":
            if self.refuses:
                return httpx.Response(401, json={"error": "invalid_client", "error_description": "no such client"})
            self.assertEqual(request.headers["authorization"], "Basic Y2xpZW50OnNlY3JldA==")
            self.issued += 1
            return httpx.Response(200, json={"access_token": f"token-{self.issued}", "expires_in": 900})
        known = request.headers["authorization"] == f"Bearer token-{self.issued}"
        return httpx.Response(200 if known else 401)

    def test_a_token_is_used_until_a_minute_before_its_end(self) -> None:
        for self.now, issued in ((0.0, 1), (839.0, 1), (840.0, 2), (1600.0, 2)):
            self.assertEqual(self.client.get("http://registry/graphql").status_code, 200)
            self.assertEqual(self.issued, issued)

    def test_a_token_that_is_refused_is_replaced_once(self) -> None:
        self.client.get("http://registry/graphql")
        self.issued = 7
        self.assertEqual(self.client.get("http://registry/graphql").status_code, 200)
        self.assertEqual(self.issued, 8)

    def test_a_client_that_is_refused_is_told_why(self) -> None:
        self.refuses = True
        with self.assertRaisesRegex(CannotRun, "gives no token: no such client"):
            self.client.get("http://registry/graphql")


class Patience(unittest.TestCase):
    """A registry that does not answer well at once."""

    def ask(self, *answers: httpx.Response | httpx.TransportError) -> object:
        """Asks a registry that gives these answers, one after the other."""
        left = list(answers)

        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path == "/oauth/token":
                return httpx.Response(200, json={"access_token": "token", "expires_in": 900})
            given = left.pop(0)
            if isinstance(given, httpx.TransportError):
                raise given
            return given

        registry = Registry(SETTINGS, transport=httpx.MockTransport(answer))
        self.addCleanup(registry.close)
        with mock.patch("backoff._sync.time.sleep"):
            return registry.ask("Status")

    def test_what_may_succeed_later_is_asked_again(self) -> None:
        busy = {"data": None, "errors": [{"message": "busy", "extensions": {"code": "UNAVAILABLE"}}]}
        with self.assertLogs(level="WARNING") as told:
            data = self.ask(
                httpx.ConnectError("refused"),
                httpx.Response(502),
                httpx.Response(503, json=busy),
                httpx.Response(200, json=STATUS),
            )
        self.assertEqual(data, STATUS["data"])
        self.assertEqual(len(told.records), 3)

    def test_what_will_not_is_told_at_once(self) -> None:
        refused = {"errors": [{"message": "needs the scope `sync`", "extensions": {"code": "FORBIDDEN"}}]}
        with self.assertRaisesRegex(CannotRun, "FORBIDDEN: needs the scope `sync`"):
            self.ask(httpx.Response(403, json=refused))
        with self.assertRaisesRegex(CannotRun, "404"):
            self.ask(httpx.Response(404, text="no such page"))
