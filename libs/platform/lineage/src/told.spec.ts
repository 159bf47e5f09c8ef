import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { eventOf, type Told } from './told';
import { problemsOf } from './testing/openlineage-schema';

const TELLER = {
  service: 'scoring',
  version: '0.1.0',
  namespace: 'acme',
  locations: { brokers: ['kafka-1:9092', 'kafka-2:9092'], clickhouseUrl: 'http://ch:8123', database: 'millrace' },
};
const COLUMNS = new Map([['score_rows', [{ name: 'entity_id', type: 'String', description: 'Who' }]]]);
const AT = Date.UTC(2026, 0, 5, 7);

const RUN: Told = {
  type: 'COMPLETE',
  at: AT,
  runId: 'lead_score-1',
  job: 'scoring.lead_score',
  parent: { runId: 'tick-1', job: 'scoring.tick' },
  after: [{ runId: 'rfm-1', job: 'scoring.rfm' }],
  jobFacets: { sql: { query: 'select 1', dialect: 'clickhouse' }, documentation: { description: 'A score.' } },
  runFacets: { nominalTime: { nominalStartTime: '2026-01-05T07:00:00.000Z' } },
  inputs: [{ table: 'signals' }, { topic: 'signals.web.v1', rows: 7 }],
  outputs: [
    { table: 'score_rows', rows: 3, isChecked: true },
    { destination: 'crm', object: 'contacts', rows: 2 },
  ],
};

it.each<[string, Partial<Told>]>([
  ['a run that begins', { type: 'START' }],
  ['a run that ends', {}],
  ['a run that somebody else made', { type: 'ABORT', parent: undefined, after: [] }],
  [
    'a run that fails',
    { type: 'FAIL', runFacets: { errorMessage: { message: 'it broke', programmingLanguage: 'TypeScript' } } },
  ],
])('%s is an event as the specification has it', (_, more) => {
  expect(problemsOf(eventOf({ ...RUN, ...more }, TELLER, COLUMNS))).toEqual([]);
});

it('an event without a field that the specification wants is found', () => {
  const event = eventOf(RUN, TELLER, COLUMNS);
  expect(problemsOf({ ...event, run: { ...event.run, runId: 'lead_score-1' } })).not.toEqual([]);
  expect(problemsOf({ ...event, eventTime: 'today' })).not.toEqual([]);
  const failed = eventOf({ ...RUN, runFacets: { errorMessage: { text: 'it broke' } } }, TELLER, COLUMNS);
  expect(problemsOf(failed)).not.toEqual([]);
  const ours = eventOf({ ...RUN, runFacets: { millrace_scoreRun: { model: 'a' } } }, TELLER, COLUMNS);
  expect(problemsOf(ours)).not.toEqual([]);
});

it('datasets are named by where they are', () => {
  const { inputs, outputs } = eventOf(RUN, TELLER, COLUMNS);
  expect([...inputs, ...outputs].map(({ namespace, name }) => `${namespace} ${name}`)).toEqual([
    'clickhouse://ch:8123 millrace.signals',
    'kafka://kafka-1:9092 signals.web.v1',
    'clickhouse://ch:8123 millrace.score_rows',
    'destination://crm contacts',
  ]);
  expect(outputs[0]).toMatchObject({
    facets: {
      schema: { fields: [{ name: 'entity_id', type: 'String', description: 'Who' }] },
      dataQualityMetrics: { rowCount: 3 },
    },
    outputFacets: { outputStatistics: { rowCount: 3 } },
  });
});

it('two installations with one catalogue do not share runs, and all of one do', () => {
  const idIn = (namespace: string, service = 'scoring'): string =>
    eventOf(RUN, { ...TELLER, namespace, service }, COLUMNS).run.runId;
  expect(idIn('acme')).not.toBe(idIn('other'));
  expect(idIn('acme', 'sync')).toBe(idIn('acme'));
});

it.each(['millrace_scoreRun', 'millrace_sealStep', 'millrace_deliveryPlan'])('%s names its own schema', (name) => {
  const schema = JSON.parse(readFileSync(join(__dirname, `schemas/${name}.json`), 'utf8')) as { $id: string };
  const facet = eventOf({ ...RUN, runFacets: { [name]: {} } }, TELLER, COLUMNS).run.facets[name];
  expect(facet?._schemaURL).toBe(schema.$id);
});
