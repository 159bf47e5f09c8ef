import { z } from 'zod';

import { defineRollup } from '../model/define-model';

const settings = z.strictObject({
  types: z
    .array(z.string().min(1))
    .min(1)
    .default(['intent_surged'])
    .describe('Signal types that say which topic a company reads about. Their value is the score, 0 to 100.'),
  topic_property: z.string().min(1).default('topic').describe('Property with the topic.'),
  provider_property: z.string().min(1).default('provider').describe('Property with who says so.'),
  observed_property: z
    .string()
    .min(1)
    .default('observed_on')
    .describe('Property with the date of the observation; a signal without one was observed on its local day.'),
  expires_property: z
    .string()
    .min(1)
    .default('expires_at')
    .describe('Property with the last date on which the observation counts.'),
});
type IntentTopicsSettings = z.output<typeof settings>;

export const intentTopics = defineRollup<IntentTopicsSettings>({
  name: 'intent_topics',
  version: 1,
  kind: 'rollup',
  grain: 'local day x company x topic x provider x observed date',
  description:
    'Which topics companies read about, as providers of intent data say it; companies become accounts when a score runs.',
  inputs: () => ({ signals: { from: 'signals' } }),
  settings,
  folder: __dirname,
  build: [{ sql: 'sql/build-day.sql', into: 'intent_topics_rows', params: (given) => ({ ...given }) }],
});
