import { z } from 'zod';

import { defineScore } from '../model/define-model';
import { scheduleSettings } from '../model/schedule-settings';

const settings = z.strictObject({
  schedule: scheduleSettings('0 2 * * *', { after: ['people_as_of'] }).describe('When the job runs.'),
  look_back_days: z.int().min(1).max(400).default(30).describe('Days before the run that count.'),
});
type Settings = z.output<typeof settings>;

const lookBack = ({ look_back_days }: Settings) => ({ look_back_days });

export const templateModel = defineScore({
  name: 'template',
  version: 1,
  kind: 'score',
  entity: 'person',
  grain: 'identified person',
  description: 'On how many of the last days a person did anything.',
  inputs: ({ look_back_days }: Settings) => ({
    days: { from: 'days', model: 'person_days', back: look_back_days },
    people: { from: 'run', model: 'people_as_of', pick: 'same_instant', isRequired: true },
    // No SQL binds it: `explain` compares with it.
    previous: { from: 'run', model: 'template', pick: 'own_previous' },
  }),
  settings,
  folder: __dirname,
  chunks: 'sql/chunks.sql',
  score: [
    { sql: 'sql/rows.sql', into: 'template_rows', params: lookBack },
    { sql: 'sql/score-rows.sql', into: 'score_rows', params: lookBack },
  ],
  rows: { table: 'score_rows', key: ['entity_id'] },
  publishes: { active_days: 'number' },
  checks: { 'people with more active days than the run read': 'sql/broken-rows.sql' },
});
