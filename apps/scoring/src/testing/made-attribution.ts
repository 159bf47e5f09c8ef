import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import {
  defineRollup,
  defineScore,
  scheduleSettings,
  type Model,
  type Query,
  type RunParams,
} from '@millrace/catalog-models';
import { z } from 'zod';

import { markovShares, type Path } from './markov';

const TOUCHES = `-- Grain: (build_id, day, visitor, occurred_at).
create table if not exists {{database}}.made_touches_rows {{on_cluster}}
(
  day Date comment 'Local date',
  zone LowCardinality(String) comment 'Time zone of the day',
  build_id UUID comment 'The build',
  step UInt64 comment 'Seal step that the row is as of',
  visitor String comment 'Whose touch it is',
  occurred_at DateTime64(3, 'UTC') comment 'When',
  channel String comment 'Channel; empty: the conversion'
)
engine = {{engine MergeTree}}
order by (day, build_id, visitor, occurred_at)
comment 'Touches and conversions';
`;

const BUILD = `-- Grain: one touch or conversion of the day.
select
  {day: Date} as day,
  {zone: String} as zone,
  {build_id: UUID} as build_id,
  {as_of_step: UInt64} as step,
  assumeNotNull(anonymous_id) as visitor,
  occurred_at,
  if(type = 'converted', '', properties['channel']) as channel
from sealed_rows(
  as_of_step = {as_of_step: UInt64},
  folded_through = {folded_through: UInt64},
  winners = {winners: Array(Tuple(UInt64, UUID))},
  rebuilds = {rebuilds: Array(Tuple(UInt64, DateTime, DateTime))}
)
where type in ('touched', 'converted')
  and occurred_at >= {day_start: DateTime64(3, 'UTC')}
  and occurred_at < {day_end: DateTime64(3, 'UTC')}
`;

const PATHS = `-- Grain: one path, touches before the first conversion, with how many ended in one.
with
  visits as (
    select
      visitor,
      groupArray(channel) as all,
      if(has(all, ''), arraySlice(all, 1, indexOf(all, '') - 1), all) as channels
    from (
      select visitor, channel
      from made_touches_rows
      where (day, build_id) in (select arrayJoin({touches: Array(Tuple(Date, UUID))}))
      order by visitor, occurred_at
    )
    group by visitor
  )

select channels, countIf(has(all, '')) as conversions, countIf(not has(all, '')) as nulls
from visits
group by channels
order by channels
`;

const BROKEN = `-- Grain: one row of the run without a reason.
select entity_id from score_rows_of(run_id = {run_id: String}) where empty(score_reasons)
`;

function writeFiles(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'made-model-'));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return folder;
}

/** The whole matrix is needed at once: one chunk, a row a channel. */
async function* credits(_settings: object, _run: RunParams, query: Query): AsyncGenerator<object> {
  const paths: Path[] = [];
  for await (const path of query<Path>('sql/paths.sql')) paths.push(path);
  for (const { channel, share } of markovShares(paths)) {
    yield {
      entity_id: channel,
      score: null,
      values: JSON.stringify({ share }),
      score_reasons: [`Without ${channel} fewer would convert: share ${share}.`],
    };
  }
}

/** Attribution by Markov chain, as small as it can be: a model of the specs whose last step is TypeScript. */
export function madeAttribution(): { readonly models: readonly Model[]; readonly folders: readonly string[] } {
  const touches = writeFiles({ 'migrations/0001_create_rows.sql': TOUCHES, 'sql/build-day.sql': BUILD });
  const markov = writeFiles({ 'sql/paths.sql': PATHS, 'sql/broken.sql': BROKEN });
  return {
    folders: [touches, markov],
    models: [
      defineRollup({
        name: 'made_touches',
        version: 1,
        kind: 'rollup',
        grain: 'touch',
        description: 'Touches and conversions.',
        inputs: () => ({ signals: { from: 'signals' } }),
        settings: z.strictObject({}),
        folder: touches,
        build: [{ sql: 'sql/build-day.sql', into: 'made_touches_rows' }],
      }),
      defineScore({
        name: 'made_attribution',
        version: 1,
        kind: 'score',
        entity: 'conversion',
        grain: 'channel',
        description: 'What share of the conversions each channel has.',
        inputs: () => ({
          touches: { from: 'days', model: 'made_touches', back: 30 },
          previous: { from: 'run', model: 'made_attribution', pick: 'own_previous' },
        }),
        settings: z.strictObject({ schedule: scheduleSettings('0 2 * * *') }),
        folder: markov,
        score: [{ rows: credits, into: 'score_rows' }],
        rows: { table: 'score_rows', key: ['entity_id'] },
        publishes: { share: 'text' },
        checks: { 'channels without a reason': 'sql/broken.sql' },
      }),
    ],
  };
}
