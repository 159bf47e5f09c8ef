import { createHubspotServer, type MadeApi } from '@millrace/catalog-destinations/testing';
import { PUBLISHED } from '@millrace/catalog-models/published';
import type { Published } from '@millrace/contract-score';
import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import type { RunningService } from '@millrace/platform-observability';
import { useStack, waitFor } from '@millrace/platform-testing';

import { deployAndStart, environmentOf } from '../testing/run-sync';
import { createScoresTopic, createScoreTables, publishRun, run, scoreRow } from '../testing/score-fixture';

const stack = useStack();
const MODEL = 'made_account_score';
const FIELDS = {
  company_score: { from: `${MODEL}.score`, trigger: { delta: 5 } },
  company_grade: { from: `${MODEL}.grade`, trigger: 'change' },
};
/** Accounts and their ids in HubSpot; of one it has told nothing. */
const IDS = { acme: '501', globex: '502', initech: '503', hooli: '' };
type Name = keyof typeof IDS;

let clickhouse: ClickHouse;
let byId: MadeApi;
let byCrmId: MadeApi;
let service: RunningService;

beforeAll(async () => {
  (PUBLISHED as Record<string, Published>)[MODEL] = { entity: 'account', fields: { score: 'number', grade: 'text' } };
  [byId, byCrmId] = await Promise.all([createHubspotServer(), createHubspotServer()]);
  for (const id of Object.values(IDS)) if (id !== '') byCrmId.put(id);
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await createScoreTables(clickhouse);
  await createScoresTopic(stack.kafka, stack.topicPrefix);
  const entries = [
    entryOf('by-id', byId, { match: 'id', mode: 'upsert' }),
    entryOf('by-crm-id', byCrmId, { match: 'crm_id', mode: 'update' }),
  ];
  service = await deployAndStart(environmentOf(stack, entries));
});

afterAll(async () => {
  await service.close();
  await Promise.all([byId.close(), byCrmId.close()]);
  await clickhouse.close();
  Reflect.deleteProperty(PUBLISHED, MODEL);
});

const entryOf = (name: string, { url }: MadeApi, mapping: object): object => ({
  name,
  kind: 'hubspot',
  instance: 'hubspot',
  settings: { url, token: 'a token of a private app', id_property: 'external_id', allow_private_addresses: true },
  objects: [{ object: 'companies', entity: 'account', ...mapping, fields: FIELDS }],
});

/** Scores of a night, delivered; what the plans of both destinations say. */
async function night(runId: string, day: number, scores: Readonly<Record<Name, number>>): Promise<unknown[]> {
  const of = { run_id: runId, model: MODEL, entity_kind: 'account' } as const;
  const as_of_date = `2026-01-0${day}`;
  const rows = Object.entries(scores).map(([name, score]) => {
    const id = IDS[name as Name];
    return scoreRow(name, { ...of, as_of_date, email: '', score, instance_ids: id === '' ? [] : [`hubspot/${id}`] });
  });
  await clickhouse.insertRows('score_history', rows);
  await publishRun(stack.kafka, stack.topicPrefix, run(runId, { ...of, as_of: Date.UTC(2026, 0, day, 7), as_of_date }));
  return waitFor(
    `${runId} to be delivered`,
    () =>
      clickhouse.query<{ pending: number }>(
        `select destination, to_send, accepted, suppressed, pending from delivery_runs where run_id = {runId: String} order by destination`,
        { runId },
      ),
    { deadlineMs: 60_000, until: (plans) => plans.length === 2 && plans.every(({ pending }) => pending === 0) },
  );
}

it('sends each account to the company that has its id, ours or HubSpot’s', async () => {
  const plans = await night('run-1', 5, { acme: 50, globex: 60, initech: 70, hooli: 80 });
  expect(plans).toMatchObject([
    { destination: 'by-crm-id', to_send: 3, accepted: 3, suppressed: { no_match_key: 1 } },
    { destination: 'by-id', to_send: 4, accepted: 4 },
  ]);
  expect(byId.stored('hooli')).toMatchObject({ external_id: 'hooli', company_score: '80', company_grade: 'B' });
  expect(byId.stored('globex')).toMatchObject({ external_id: 'globex', company_score: '60' });
  expect(byCrmId.stored('501')).toMatchObject({ company_score: '50', company_grade: 'B' });
  expect(byCrmId.stored('502')).toMatchObject({ company_score: '60' });
  const paths = [...byId.requests, ...byCrmId.requests].map(({ path }) => path.replace(/\w+$/, ''));
  expect(new Set(paths)).toEqual(new Set(['/crm/v3/objects/companies/batch/']));
});

it('sends in the next night what has changed, and makes no company anew that was deleted there', async () => {
  const deleted = { instance: 'hubspot', external_id: IDS.initech, email: '', is_gone: true, emails: [], version: 1 };
  await clickhouse.insertRows('instance_facts', [deleted]);
  const plans = await night('run-2', 6, { acme: 52, globex: 90, initech: 95, hooli: 80 });
  expect(plans).toMatchObject([
    {
      destination: 'by-crm-id',
      to_send: 1,
      accepted: 1,
      suppressed: { no_material_change: 1, no_match_key: 1, gone: 1 },
    },
    { destination: 'by-id', to_send: 1, accepted: 1, suppressed: { no_material_change: 2, gone: 1 } },
  ]);
  expect(byId.stored('globex')).toMatchObject({ company_score: '90' });
  expect(byCrmId.stored('502')).toMatchObject({ company_score: '90' });
  expect(['acme', 'globex', 'initech', 'hooli'].map((name) => byId.writes(name))).toEqual([1, 2, 1, 1]);
  expect(['501', '502', '503'].map((id) => byCrmId.writes(id))).toEqual([1, 2, 1]);
});
