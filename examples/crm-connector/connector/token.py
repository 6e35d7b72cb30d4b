"""Signs in: OAuth 2.0 client credentials, as a way of httpx to authenticate requests."""

import time
from collections.abc import Callable, Generator

import httpx

from connector import CannotRun


class ClientCredentials(httpx.Auth):
    """Adds a token to each request. It gets a new one before the old one ends, and when one is refused."""

    requires_response_body = True

    def __init__(
        self, url: str, client_id: str, client_secret: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url
        self._client = httpx.BasicAuth(client_id, client_secret)
        self._clock = clock
        self._token = ""
        self._renew_at = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The requests that one request takes: first for a token, where one is due."""
        if not self._token or self._clock() >= self._renew_at:
            yield from self._sign_in()
        request.headers["authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            yield from self._sign_in()
            request.headers["authorization"] = f"Bearer {self._token}"
            yield request

    def _sign_in(self) -> Generator[httpx.Request, httpx.Response, None]:
        asked = httpx.Request("POST", self._url, data={"grant_type": "client_credentials"})
        response = yield next(self._client.sync_auth_flow(asked))
        if response.status_code >= 500 or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise httpx.TransportError(f"{self._url} answered {response.status_code}", request=asked)
        try:
            answer = response.json()
            if response.is_success:
                lifetime = float(answer["expires_in"])
                self._token = answer["access_token"]
                self._renew_at = self._clock() + max(lifetime - 60, lifetime / 2)
                return
            why = answer.get("error_description") or answer["error"]
        except (ValueError, KeyError, AttributeError, TypeError):
            why = f"status {response.status_code}, and no answer of a registry; is `url` right?"
        raise CannotRun(f"{self._url} gives no token: {why}")
