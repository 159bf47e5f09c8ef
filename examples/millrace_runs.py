"""Score runs of Millrace over HTTP, for schedulers: each call says whether it is over, and what it waits for."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

# How long an answer is held back; the API takes at most 50.
WAIT_SECONDS = 30


class RunFailed(Exception):
    """It is over and not well; the message is the reason."""


class NotNow(Exception):
    """Millrace does not answer, or not yet: the same call may succeed later."""


@dataclass(frozen=True)
class Look:
    is_over: bool
    waits_for: list[str]
    run_id: str | None = None


class MillraceRuns:
    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=WAIT_SECONDS + 30,
        )

    def windows(self, job: str, as_of: str, wait_seconds: int = WAIT_SECONDS) -> Look:
        """Whether the windows that a run of the job reads are sealed."""
        answer = self._ask("GET", "/v1/windows", params={"job": job, "as_of": as_of, "wait_seconds": wait_seconds})
        return Look(answer["is_sealed"], answer["waits_for"])

    def start(self, job: str, as_of: str, **more: object) -> str:
        """Starts the run, or finds the one that goes on; returns the operation's id. The same again is never wrong."""
        return self._ask("POST", "/v1/runs", json={"job": job, "as_of": as_of, **more})["id"]

    def run(self, operation: str, wait_seconds: int = WAIT_SECONDS) -> Look:
        """Whether the run has ended. Raises RunFailed with its reason."""
        answer = self._ask("GET", f"/v1/runs/{operation}", params={"wait_seconds": wait_seconds})
        if answer["error"] is not None:
            raise RunFailed(answer["error"]["message"])
        run = answer["run"] or {}
        return Look(answer["is_ended"], answer["waits_for"] or [answer["state"]], run.get("run_id"))

    def cancel(self, operation: str) -> None:
        self._ask("DELETE", f"/v1/runs/{operation}")

    def delivery(self, run_id: str, destinations: list[str], wait_seconds: int = WAIT_SECONDS) -> Look:
        """Whether these destinations, or whoever planned for it, have the run. Raises RunFailed for records that never arrived."""
        answer = self._ask(
            "GET",
            f"/v1/runs/{run_id}/deliveries",
            params={"destinations": ",".join(destinations), "wait_seconds": wait_seconds},
        )
        if answer["state"] == "spent":
            raise RunFailed(answer["reason"])
        return Look(answer["is_settled"], answer["waits_for"], run_id)

    def _ask(self, method: str, path: str, **more: object) -> dict:
        try:
            response = self._client.request(method, path, **more)
        except httpx.TransportError as error:
            raise NotNow(f"Millrace does not answer: {error!r}") from error
        if response.is_success:
            return response.json()
        message = response.json()["error"]["message"] if "json" in response.headers.get("content-type", "") else response.text
        if response.status_code in (429, 502, 503, 504):
            raise NotNow(message)
        raise RunFailed(message)
