import type { Source } from './source';

import { csvAccounts } from './csv_accounts/csv-accounts.source';
import { csvActivities } from './csv_activities/csv-activities.source';
import { csvIntent } from './csv_intent/csv-intent.source';
import { csvPeople } from './csv_people/csv-people.source';
import { hubspot } from './hubspot/hubspot.source';
import { segment } from './segment/segment.source';
import { sendgrid } from './sendgrid/sendgrid.source';

/** Every type of source; one line each. */
export const SOURCES: Readonly<Record<string, Source>> = {
  [csvAccounts.type]: csvAccounts,
  [csvActivities.type]: csvActivities,
  [csvIntent.type]: csvIntent,
  [csvPeople.type]: csvPeople,
  [hubspot.type]: hubspot,
  [segment.type]: segment,
  [sendgrid.type]: sendgrid,
};
