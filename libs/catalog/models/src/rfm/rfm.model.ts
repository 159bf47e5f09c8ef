import { defineScore } from '../model/define-model';
import { rfmSettings, type RfmSettings } from './rfm.settings';

const peopleParams = (settings: RfmSettings): Record<string, unknown> => ({
  look_back_days: settings.look_back_days,
  classes: settings.classes,
  base_currency: settings.base_currency,
  won_stages: settings.stages.won,
  lost_stages: settings.stages.lost,
});

const segmentParams = ({ segments, minimum_people }: RfmSettings): Record<string, unknown> => ({
  minimum_people,
  segments: segments.map(({ segment }) => segment),
  ...Object.fromEntries(
    (['r', 'f', 'm'] as const).flatMap((measure) => [
      [`${measure}_from`, segments.map((rule) => rule[measure][0])],
      [`${measure}_to`, segments.map((rule) => rule[measure][1])],
    ]),
  ),
});

export const rfm = defineScore({
  name: 'rfm',
  version: 1,
  kind: 'score',
  entity: 'person',
  grain: 'active person with an e-mail or an id in another system',
  description: 'How recently, how often and with how much money, each 1 to 5 against the others, and a segment by it.',
  inputs: ({ look_back_days, opportunity_look_back_days }: RfmSettings) => ({
    days: { from: 'days', model: 'person_days', back: look_back_days },
    opportunities: {
      from: 'days',
      model: 'opportunities',
      back: Math.max(look_back_days, opportunity_look_back_days),
    },
    people: { from: 'run', model: 'people_as_of', pick: 'same_instant', isRequired: true },
    accounts: { from: 'run', model: 'accounts_as_of', pick: 'same_instant', isRequired: true },
    previous: { from: 'run', model: 'rfm', pick: 'own_previous' },
  }),
  settings: rfmSettings,
  folder: __dirname,
  stage: [
    { sql: 'sql/people.sql', into: 'rfm_people', params: peopleParams },
    {
      sql: 'sql/cut-points.sql',
      into: 'rfm_cut_points',
      params: ({ minimum_people }: RfmSettings) => ({ minimum_people }),
    },
  ],
  chunks: 'sql/chunks.sql',
  score: [
    { sql: 'sql/scores.sql', into: 'rfm_rows', params: segmentParams },
    { sql: 'sql/rows.sql', into: 'score_rows' },
  ],
  rows: { table: 'score_rows', key: ['entity_id'] },
  publishes: { r: 'number', f: 'number', m: 'number', segment: 'text', rfm: 'text' },
  checks: { 'people with some of R, F and M': 'sql/broken-rows.sql' },
  explain: { remarks: { sql: 'sql/remarks.sql', params: () => ({}) } },
});
