import type { DeliveryOutcome } from '@millrace/contract-delivery';
import { createHttpClient, type HttpClient } from '@millrace/platform-http';

import { CASE_APIS, TIMEOUT_SECONDS, type CaseApi } from '../testing/cases/apis';
import { readCases, type DeliveryCase } from '../testing/cases/case';
import { runCase, type CaseRun } from '../testing/cases/run-case';

let client: HttpClient;
beforeAll(() => (client = createHttpClient()));
afterAll(() => client.close());

/** They wait as long as the API's words ask for, some half a minute: among the long tests. */
const LONG = ['D10', 'D20', 'D33'];
const isAmongThese = ({ id }: DeliveryCase): boolean => process.env['TEST_TIER'] === 'full' || !LONG.includes(id);
const CASES = readCases(Object.keys(CASE_APIS)).filter(isAmongThese);

it.each(CASES.map((one) => [one.id, one.api, one.title, one] as const))('%s %s: %s', async (_id, name, _title, one) => {
  const how = CASE_APIS[name];
  if (how === undefined) throw new Error(`no api ${name}`);
  const startedAt = Date.now();
  const beside = one.expect.other_destinations_unaffected === true ? timeOfUndisturbed(one, how) : undefined;
  const ran = await runCase(one, how, client);
  if (beside !== undefined) expect(await beside).toBeLessThan(Date.now() - startedAt);
  try {
    expectOutcomes(one, ran);
    expectRequests(one, ran, how);
    expectTimes(one, ran, how);
  } finally {
    await ran.api.close();
  }
});

/** How long another destination, to which nothing happens, takes at the same time. */
async function timeOfUndisturbed(one: DeliveryCase, how: CaseApi): Promise<number> {
  const startedAt = Date.now();
  const { api, outcomes } = await runCase({ ...one, server: { verdicts: {}, faults: {} } }, how, client);
  await api.close();
  expect(outcomes.every(({ outcome }) => outcome === 'accepted')).toBe(true);
  return Date.now() - startedAt;
}

/** `expected` names records, `*` those that it does not name; what happened is compared for exactly those. */
function expectOfEach(
  { ids }: CaseRun,
  expected: Readonly<Record<string, unknown>> | undefined,
  seenOf: (id: string) => unknown,
): void {
  if (expected === undefined) return;
  const named = ids.filter((id) => id in expected || '*' in expected);
  expect(named.map((id) => [id, seenOf(id)])).toEqual(named.map((id) => [id, expected[id] ?? expected['*']]));
}

function expectOutcomes({ expect: wanted }: DeliveryCase, ran: CaseRun): void {
  const of = (id: string): readonly DeliveryOutcome[] => ran.outcomes.filter(({ record_id }) => record_id === id);
  const finalOf = (id: string): DeliveryOutcome | undefined => of(id).find(({ is_final: isFinal }) => isFinal);
  expectOfEach(ran, wanted.final, (id) => finalOf(id)?.outcome);
  expectOfEach(ran, wanted.final_any, (id) => finalOf(id)?.outcome);
  expectOfEach(ran, wanted.first_outcome, (id) => of(id)[0]?.outcome);
  expectOfEach(ran, wanted.attempts, (id) => of(id).filter(({ outcome }) => outcome !== 'throttled').length);
  expectOfEach(ran, wanted.writes, (id) => ran.api.writes(ran.keyOf(id)));
  for (const [id, words] of Object.entries(wanted.detail_contains ?? {})) expect(finalOf(id)?.detail).toContain(words);
  for (const [id, reason] of Object.entries(wanted.suppressed ?? {})) {
    expect(finalOf(id)).toMatchObject({ outcome: 'superseded', detail: expect.stringContaining(reason) as string });
  }
  for (const none of wanted.final_none ?? []) expect(ran.ids.map((id) => finalOf(id)?.outcome)).not.toContain(none);
  if (wanted.paused !== undefined) expect(ran.notices.paused.length > 0).toBe(wanted.paused);
  if (wanted.alerts !== undefined) expect(ran.notices.paused).toHaveLength(wanted.alerts);
}

function writesOf({ api }: CaseRun, how: CaseApi): CaseRun['api']['requests'] {
  return api.requests.filter(
    (request) => how.isTokenRequest?.(request.path) !== true && how.isReadRequest?.(request) !== true,
  );
}

function expectRequests({ expect: wanted }: DeliveryCase, ran: CaseRun, how: CaseApi): void {
  const writes = writesOf(ran, how);
  expectIn(writes.length, wanted.requests);
  expectIn(writes.length, wanted.requests_within_60_s);
  expectIn(ran.api.requests.filter(({ path }) => how.isTokenRequest?.(path)).length, wanted.token_requests);
  if (wanted.jobs !== undefined) {
    expect(ran.api.requests.filter((request) => how.isJobRequest?.(request))).toHaveLength(wanted.jobs);
  }
  if (wanted.one_request_holds_key_once === true) {
    for (const { body } of writes) expect(body.match(/ana@example\.com/gi)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(ran.api.writes('ana@example.com')).toBe(1);
  }
  if (wanted.same_idempotency_keys === true) {
    expect(new Set(writes.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  }
}

/** Times are those of arrival: a request that takes longer to arrive shortens the gap behind it. */
const ARRIVAL_MS = 50;

function expectTimes({ expect: wanted }: DeliveryCase, ran: CaseRun, how: CaseApi): void {
  const times = writesOf(ran, how).map(({ receivedAt }) => receivedAt);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  if (wanted.gap_ms_between_requests !== undefined) {
    for (const gap of gaps) expectIn(gap, wanted.gap_ms_between_requests, ARRIVAL_MS);
  }
  expectIn(gaps[0], wanted.wait_ms, ARRIVAL_MS);
  expectIn(ran.outcomes[0]?.duration_ms, wanted.given_up_after_ms);
}

function expectIn(seen: number | undefined, range: readonly [number, number | string] | undefined, early = 0): void {
  if (range === undefined) return;
  const [least, most] = range;
  expect(seen).toBeGreaterThanOrEqual(least - early);
  expect(seen).toBeLessThanOrEqual(typeof most === 'number' ? most : TIMEOUT_SECONDS * 1000 + 1000);
}
