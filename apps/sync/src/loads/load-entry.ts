import { z } from 'zod';

/** A table at the destination that holds the rows of a documented view; what is wrong beyond its shape: load-problems.ts. */
export const loadSchema = z.strictObject({
  view: z.string(),
  table: z
    .string()
    .regex(
      /^(?!millrace_)[a-z_][a-z0-9_]{0,62}$/,
      'a name of a-z, 0-9 and _, 63 characters at most, that does not begin with a digit or millrace_',
    )
    .optional()
    .describe('Absent: the name of the view.'),
  cron: z.string().default('0 */4 * * *'),
  zone: z.string().optional().describe("Of the cron; absent: the installation's."),
});
export type LoadEntry = z.infer<typeof loadSchema>;

export const tableOf = ({ view, table }: Pick<LoadEntry, 'view' | 'table'>): string => table ?? view;
