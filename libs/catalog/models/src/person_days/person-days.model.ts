import { defineRollup } from '../model/define-model';
import { personDaysSettings, type PersonDaysSettings } from './person-days.settings';
import { CLASSIFIED_SQL, rulesAsParams } from './signal-rules';
import { ONCE_SQL, VISITS_SQL, visitParams, visitSpillMs } from './visits';

export const personDays = defineRollup<PersonDaysSettings>({
  name: 'person_days',
  version: 3,
  kind: 'rollup',
  grain: 'local day x identity x signal class',
  description: 'What each identity did on each local day, by signal class; identities become people when a score runs.',
  inputs: () => ({ signals: { from: 'signals' } }),
  settings: personDaysSettings,
  folder: __dirname,
  spillMs: visitSpillMs,
  fragments: { classified: CLASSIFIED_SQL, once: ONCE_SQL, visits: VISITS_SQL },
  build: [
    {
      sql: 'sql/build-day.sql',
      into: 'person_days_rows',
      params: ({ rules, session }) => ({ ...rulesAsParams(rules), ...visitParams({ session }) }),
    },
  ],
  counts: { sql: 'sql/count-day.sql' },
});
