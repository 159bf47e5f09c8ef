import { decayTable, toMicro } from '../model/decay-table';
import { defineScore } from '../model/define-model';
import { SUM_CHECK, WHOLE_POINTS_SQL } from '../model/points';
import { intentSettings, type IntentSettings } from './intent.settings';

/** Between two imports, and a week for one that comes late. */
const SPARE_DAYS = 7;

const topicParams = (settings: IntentSettings): Record<string, unknown> => ({
  core_topics: settings.topics.core,
  chosen_topics: settings.topics.chosen,
  core_weight: settings.topics.core_weight,
  surging_micro: toMicro(settings.surging_from),
  // Index 1 is the day of the observation itself.
  decay: decayTable('exponential', settings.half_life_days, settings.expires_after_days + 1),
});

const pointParams = ({ maximum, strongest, full_at }: IntentSettings): Record<string, unknown> => ({
  maximum_micro: toMicro(maximum),
  full_micro: toMicro(full_at),
  strongest,
});

export const intent = defineScore({
  name: 'intent',
  version: 1,
  kind: 'score',
  entity: 'account',
  grain: 'account that surges on a topic',
  description: 'Which accounts read about our topics elsewhere, 0 to 20 points, each topic with who says so.',
  inputs: ({ expires_after_days }: IntentSettings) => ({
    // A date may begin the evening before in the zone of the local days.
    topics: { from: 'days', model: 'intent_topics', back: expires_after_days + 2 },
    accounts: { from: 'run', model: 'accounts_as_of', pick: 'same_instant', isRequired: true },
    previous: { from: 'run', model: 'intent', pick: 'own_previous' },
  }),
  settings: intentSettings,
  warnings: ({ expires_after_days, import_every_days }: IntentSettings) =>
    expires_after_days < import_every_days + SPARE_DAYS
      ? [
          `expires_after_days is ${expires_after_days} and intent data comes every ${import_every_days} days: accounts lose ` +
            `their points before the next import; give at least ${import_every_days + SPARE_DAYS}`,
        ]
      : [],
  folder: __dirname,
  fragments: { whole_points: WHOLE_POINTS_SQL },
  stage: [{ sql: 'sql/topics.sql', into: 'intent_topic_rows', params: topicParams }],
  score: [
    { sql: 'sql/accounts.sql', into: 'intent_rows', params: pointParams },
    { sql: 'sql/rows.sql', into: 'score_rows' },
  ],
  rows: { table: 'score_rows', key: ['entity_id'] },
  publishes: { score: 'number', topics: 'list', providers: 'list', reasons: 'list' },
  checks: SUM_CHECK,
});
