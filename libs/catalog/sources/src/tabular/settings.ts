import { z } from 'zod';

/** Of every file with columns. */
export const tableSettings = {
  columns: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe('Field to the name of its column, where the file calls it otherwise.'),
} as const;
