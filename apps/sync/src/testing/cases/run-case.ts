import { destinationOfKind } from '@millrace/catalog-destinations';
import type { Fault, MadeApi } from '@millrace/catalog-destinations/testing';
import type { DeliveryOutcome } from '@millrace/contract-delivery';
import type { HttpClient } from '@millrace/platform-http';

import { batchOf, deliverInMemory, entryOf, runtimeOf, type Notices } from '../deliver-in-memory';
import type { CaseApi } from './apis';
import type { DeliveryCase } from './case';

export interface CaseRun {
  readonly api: MadeApi;
  readonly outcomes: readonly DeliveryOutcome[];
  readonly notices: Notices;
  /** Ids of the records, in the plan's order. */
  readonly ids: readonly string[];
  readonly keyOf: (id: string) => string;
}

/** A destination that is paused is watched for so long: what it is asked meanwhile would be a loop. */
const WATCHED_MS = 1_500;
const LONGEST_MS = 60_000;

/** Delivers a case's records to its made API, without Kafka and ClickHouse. The caller closes the API. */
export async function runCase(one: DeliveryCase, how: CaseApi, client: HttpClient): Promise<CaseRun> {
  const { order, job_end: jobEnd, token } = one.server;
  const api = await how.createApi({
    ...(order === undefined ? {} : { order }),
    ...(jobEnd === undefined ? {} : { jobEnd }),
    ...(token === undefined ? {} : { token }),
  });
  const records = Array.isArray(one.records)
    ? one.records
    : Array.from({ length: one.records.people }, (_, index) => ({
        id: `p${index + 1}`,
        key: `p${index + 1}@example.com`,
        fields: { lead_score: 10 + (index % 90) },
      }));
  for (const { key } of records) api.put(key);
  for (const [key, verdicts] of Object.entries(one.server.verdicts)) api.judge(key, verdicts);
  api.setFaults(one.server.faults as unknown as Readonly<Record<string, Fault>>);

  const destination = destinationOfKind(how.kind);
  const settings = destination.settings.parse({ ...how.settings(api.url), ...settingOf(one.expect.setting) });
  // As in production but for what is told by the API itself.
  const runtime = runtimeOf({ entry: entryOf(how.kind, { object: how.object }), destination, settings }, client, {
    pauseMs: LONGEST_MS,
    circuitOpenMs: 200,
    backoffFirstMs: 20,
    backoffLongestMs: 100,
  });
  let pausedAt = Infinity;
  const paused: string[] = [];
  const until = Date.now() + LONGEST_MS;
  const { outcomes, notices } = await deliverInMemory(batchOf(records, { object: how.object }), runtime, {
    isStale: () => Date.now() > Math.min(until, pausedAt + WATCHED_MS),
    onPaused: (detail) => {
      pausedAt = Date.now();
      paused.push(detail);
    },
  }).then(({ notices: given, ...rest }) => ({ ...rest, notices: { ...given, paused } }));
  return {
    api,
    outcomes,
    notices,
    ids: records.map(({ id }) => id),
    keyOf: (id) => records.find((record) => record.id === id)?.key ?? id,
  };
}

/** `bulk_above: 1` */
function settingOf(words: string | undefined): Record<string, unknown> {
  const [, name, value] = /^(\w+): (\d+)$/.exec(words ?? '') ?? [];
  return name === undefined ? {} : { [name]: Number(value) };
}
