import { defineRollup } from '../model/define-model';
import { personDaysSettings, type PersonDaysSettings } from './person-days.settings';
import { rulesAsParams } from './signal-rules';

export const personDays = defineRollup<PersonDaysSettings>({
  name: 'person_days',
  version: 3,
  kind: 'rollup',
  grain: 'local day x identity x signal class',
  description: 'What each identity did on each local day, by signal class; identities become people when a score runs.',
  inputs: () => ({ signals: { from: 'signals' } }),
  settings: personDaysSettings,
  folder: __dirname,
  spillMs: ({ session }) => session.inactivity_minutes * 60_000,
  build: [
    {
      sql: 'sql/build-day.sql',
      into: 'person_days_rows',
      params: ({ rules, session }) => ({
        ...rulesAsParams(rules),
        page_types: session.page_types,
        inactivity_ms: session.inactivity_minutes * 60_000,
        minimum_pages: session.minimum_pages,
        minimum_ms: session.minimum_seconds * 1000,
      }),
    },
  ],
  counts: 'sql/count-day.sql',
});
