import { join } from 'node:path';

import type { PersonDaysSettings } from './person-days.settings';

/** What a visit is; rollups that count visits borrow it, so that all count the same. */
export type VisitSettings = Pick<PersonDaysSettings, 'session'>;

/** The CTEs that give each page view its visit: `{{visits}}`, bound by `visitParams`. */
export const VISITS_SQL = join(__dirname, 'sql/visits.sql');
export const ONCE_SQL = join(__dirname, 'sql/once.sql');

/** A visit may begin, or go on, so far on the other side of midnight. */
export const visitSpillMs = ({ session }: VisitSettings): number => session.inactivity_minutes * 60_000;

export const visitParams = ({ session }: VisitSettings) => ({
  page_types: session.page_types,
  inactivity_ms: session.inactivity_minutes * 60_000,
  minimum_pages: session.minimum_pages,
  minimum_ms: session.minimum_seconds * 1000,
});
