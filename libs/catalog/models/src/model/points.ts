import { join } from 'node:path';

/** Columns that give parts their whole points, which sum to the rounded whole: `{{whole_points}}`. */
export const WHOLE_POINTS_SQL = join(__dirname, 'sql/whole-points.sql');

/** A check of every score that is the sum of its contributions. */
export const SUM_CHECK: Readonly<Record<string, string>> = {
  'scores that are not the sum of their contributions': join(__dirname, 'sql/broken-sums.sql'),
};
