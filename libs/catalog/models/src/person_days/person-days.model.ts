import { z } from 'zod';

import { defineModel } from '../model/define-model';
import { personDaysSettings } from './person-days.settings';

export const IDENTITY_KINDS = ['user', 'email', 'anonymous'] as const;

/** Grain: (day, identity, signal class). */
export const personDayRow = z.object({
  day: z.iso.date(),
  identity_kind: z.enum(IDENTITY_KINDS),
  identity: z.string().min(1),
  signal_class: z.string(),
  count: z.int().positive(),
  first_occurred_at: z.string(),
  last_occurred_at: z.string(),
  sessions: z.int().nonnegative(),
  distinct_features: z.int().nonnegative(),
  features: z.array(z.string()),
  signal_ids: z.array(z.string()).max(5),
});
export type PersonDayRow = z.output<typeof personDayRow>;

export const personDays = defineModel({
  name: 'person_days',
  version: 1,
  kind: 'rollup',
  grain: 'local day x identity x signal class',
  description: 'What each identity did on each local day, by signal class; identities become people when a score runs.',
  inputs: ['signals'],
  settings: personDaysSettings,
  row: personDayRow,
  folder: __dirname,
  sql: { build: 'sql/build-day.sql', count: 'sql/count-day.sql' },
});
