import { z } from 'zod';

import { DATE_FORMATS } from './values';

/** Of every file with columns. */
export const tableSettings = {
  columns: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe('Field to the name of its column, where the file calls it otherwise.'),
  date_format: z
    .enum(DATE_FORMATS)
    .optional()
    .describe('Of dates such as 03/04/2026: month first or day first. Without it they are rejected.'),
} as const;
