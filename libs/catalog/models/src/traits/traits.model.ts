import { z } from 'zod';

import { defineRollup } from '../model/define-model';

const from = (...properties: string[]) => z.array(z.string().min(1)).default(properties);

const settings = z.strictObject({
  properties: z
    .strictObject({
      name: from('name', 'firstName+lastName', 'first_name+last_name').describe('Display name.'),
      title: from('title', 'jobTitle', 'job_title').describe('Job title.'),
      department: from('department').describe('Department.'),
      company: from('company.name', 'company', 'companyName', 'company_name').describe('Name of the company.'),
      phone: from('phone', 'phoneNumber', 'phone_number').describe('Telephone number.'),
    })
    .prefault({})
    .describe('Where a trait stands: the first property that has a text; of a+b the texts of both are joined.'),
});
type TraitsSettings = z.output<typeof settings>;

export const traits = defineRollup<TraitsSettings>({
  name: 'traits',
  version: 1,
  kind: 'rollup',
  grain: 'local day x identity x trait',
  description: 'What people said of themselves on a local day: name, title, department, company, phone.',
  inputs: () => ({ signals: { from: 'signals' } }),
  settings,
  folder: __dirname,
  build: [
    {
      sql: 'sql/build-day.sql',
      into: 'traits_rows',
      params: ({ properties }) => ({
        trait_names: Object.keys(properties),
        trait_properties: Object.values(properties),
      }),
    },
  ],
});
