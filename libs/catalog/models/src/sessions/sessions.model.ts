import { defineRollup } from '../model/define-model';
import { personDays } from '../person_days/person-days.model';
import { ONCE_SQL, VISITS_SQL, visitParams, visitSpillMs, type VisitSettings } from '../person_days/visits';
import { sessionsSettings, type SessionsSettings } from './sessions.settings';

export const sessions = defineRollup<SessionsSettings, VisitSettings>({
  name: 'sessions',
  version: 1,
  kind: 'rollup',
  grain: 'local day x visit of a visitor',
  description: 'Visits of the website: when, how long, where from, which pages and key events.',
  inputs: () => ({ signals: { from: 'signals' } }),
  settings: sessionsSettings,
  borrows: { session: personDays },
  folder: __dirname,
  spillMs: visitSpillMs,
  fragments: { once: ONCE_SQL, visits: VISITS_SQL },
  build: [
    {
      sql: 'sql/build-day.sql',
      into: 'sessions_rows',
      params: ({ session, key_event_types, mediums, referrers, own_hosts }) => ({
        ...visitParams({ session }),
        key_event_types,
        ...asLists('medium', mediums),
        ...asLists('host', referrers),
        own_hosts,
      }),
    },
  ],
  counts: { sql: 'sql/count-day.sql', params: ({ session }) => ({ page_types: session.page_types }) },
});

/** Names with the channel of each, as two lists of one length. */
function asLists(what: string, channels: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  const pairs = Object.entries(channels).flatMap(([channel, names]) => names.map((name) => [name, channel] as const));
  return {
    [`${what}_names`]: pairs.map(([name]) => name),
    [`${what}_channels`]: pairs.map(([, channel]) => channel),
  };
}
