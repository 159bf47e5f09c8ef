"""A night's scores: wait for windows, run, wait for delivery. Fails with the reason."""

from __future__ import annotations

import pendulum
from airflow.sdk import BaseHook, PokeReturnValue, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from millrace_runs import Look, MillraceRuns, NotNow, RunFailed

HOURS = 3_600


def millrace() -> MillraceRuns:
    """The connection `millrace`: its host is the address of scoring, its password the token."""
    connection = BaseHook.get_connection("millrace")
    return MillraceRuns(f"{connection.schema or 'http'}://{connection.host}:{connection.port}", connection.password)


def as_of() -> str:
    """The tick of the schedule; of a run without one, when it was asked for. In whole seconds."""
    context = get_current_context()
    instant = context.get("logical_date") or context["dag_run"].run_after
    return pendulum.instance(instant).in_timezone("UTC").replace(microsecond=0).to_iso8601_string()


def poke(look) -> PokeReturnValue:
    """What has failed for good is not tried again; what is not over is looked at again after the poke interval."""
    try:
        found: Look = look()
    except NotNow as reason:
        print(reason)
        return PokeReturnValue(is_done=False)
    except RunFailed as reason:
        raise AirflowFailException(str(reason)) from reason
    if not found.is_over:
        print(f"waits for {', '.join(found.waits_for)}")
    return PokeReturnValue(is_done=found.is_over, xcom_value=found.run_id)


@dag(
    # When the model's own schedule has its tick; scoring has SCHEDULES_ENABLED=false.
    schedule="0 2 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="America/New_York"),
    catchup=False,
    params={"job": "lead_score", "destinations": ""},
)
def nightly_scores():
    @task.sensor(poke_interval=30, timeout=4 * HOURS, mode="reschedule")
    def wait_for_windows(params: dict) -> PokeReturnValue:
        return poke(lambda: millrace().windows(params["job"], as_of()))

    @task(retries=3, retry_delay=pendulum.duration(seconds=30))
    def start_run(params: dict) -> str:
        try:
            return millrace().start(params["job"], as_of())
        except RunFailed as reason:
            raise AirflowFailException(str(reason)) from reason

    @task.sensor(poke_interval=10, timeout=2 * HOURS, mode="reschedule")
    def wait_for_run(operation: str) -> PokeReturnValue:
        return poke(lambda: millrace().run(operation))

    @task.sensor(poke_interval=30, timeout=4 * HOURS, mode="reschedule")
    def wait_for_delivery(run_id: str, params: dict) -> PokeReturnValue:
        names = [name for name in params["destinations"].split(",") if name]
        return poke(lambda: millrace().delivery(run_id, names))

    started = start_run()
    wait_for_windows() >> started
    wait_for_delivery(wait_for_run(started))


nightly_scores()
