"""A night's scores: wait for windows, run, wait for delivery. Fails with the reason."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from prefect import flow, get_run_logger, task

from millrace_runs import Look, MillraceRuns, NotNow, RunFailed


def millrace() -> MillraceRuns:
    return MillraceRuns(os.environ["MILLRACE_URL"], os.environ["MILLRACE_TOKEN"])


def until_over(what: str, look: Callable[[], Look], timeout_seconds: float) -> Look:
    """Looks until it is over. Raises RunFailed naming what it still waits for."""
    logger = get_run_logger()
    deadline = time.monotonic() + timeout_seconds
    said: list[str] = []
    while True:
        try:
            found = look()
        except NotNow as reason:
            found = Look(False, [str(reason)])
            time.sleep(1)
        if found.is_over:
            return found
        if found.waits_for != said:
            said = found.waits_for
            logger.info("%s: waits for %s", what, ", ".join(said))
        if time.monotonic() >= deadline:
            raise RunFailed(f"{what}: not in time, waits for {', '.join(found.waits_for)}")


def wait_of(timeout_seconds: float) -> int:
    return int(min(30, timeout_seconds))


@task
def wait_for_windows(job: str, as_of: str, timeout_seconds: float) -> None:
    api = millrace()
    until_over("windows", lambda: api.windows(job, as_of, wait_of(timeout_seconds)), timeout_seconds)


@task
def run_scoring(job: str, as_of: str, timeout_seconds: float) -> str:
    api = millrace()
    operation = api.start(job, as_of, timeout_seconds=int(timeout_seconds))
    try:
        return until_over("run", lambda: api.run(operation), timeout_seconds).run_id
    except BaseException:
        # Nobody waits for it any more. What has ended stays as it ended.
        api.cancel(operation)
        raise


@task
def wait_for_delivery(run_id: str, destinations: list[str], timeout_seconds: float) -> None:
    api = millrace()
    until_over("delivery", lambda: api.delivery(run_id, destinations, wait_of(timeout_seconds)), timeout_seconds)


@flow(log_prints=True)
def nightly_scores(
    job: str, as_of: str, destinations: list[str] | None = None, timeout_seconds: float = 14_400
) -> str:
    wait_for_windows(job, as_of, timeout_seconds)
    run_id = run_scoring(job, as_of, timeout_seconds)
    wait_for_delivery(run_id, destinations or [], timeout_seconds)
    print(f"{run_id} is delivered")
    return run_id


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job")
    parser.add_argument("as_of", help="2026-11-24, or a time with its zone")
    parser.add_argument("--destinations", default="", help="separated by commas")
    parser.add_argument("--timeout-seconds", type=float, default=14_400)
    args = parser.parse_args()
    names = [name for name in args.destinations.split(",") if name]
    nightly_scores(args.job, args.as_of, names, args.timeout_seconds)
