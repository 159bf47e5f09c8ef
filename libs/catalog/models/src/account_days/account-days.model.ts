import { defineRollup } from '../model/define-model';
import type { PersonDaysSettings } from '../person_days/person-days.settings';
import { personDays } from '../person_days/person-days.model';
import { CLASSIFIED_SQL, rulesAsParams } from '../person_days/signal-rules';
import { ONCE_SQL, VISITS_SQL, visitParams, visitSpillMs } from '../person_days/visits';
import { accountDaysSettings, type AccountDaysSettings } from './account-days.settings';

export const accountDays = defineRollup<AccountDaysSettings, PersonDaysSettings>({
  name: 'account_days',
  version: 2,
  kind: 'rollup',
  grain: 'local day x account identity x signal class',
  description:
    'What people of each account did on each local day, by signal class, with seats, tickets, payments and contact.',
  inputs: () => ({ signals: { from: 'signals' } }),
  settings: accountDaysSettings,
  borrows: { rules: personDays, session: personDays },
  folder: __dirname,
  spillMs: visitSpillMs,
  fragments: { classified: CLASSIFIED_SQL, once: ONCE_SQL, visits: VISITS_SQL },
  build: [
    {
      sql: 'sql/build-day.sql',
      into: 'account_days_rows',
      params: ({ rules, session, ...own }) => ({ ...rulesAsParams(rules), ...visitParams({ session }), ...own }),
    },
  ],
});
