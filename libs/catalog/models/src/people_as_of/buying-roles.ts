import { z } from 'zod';

import { DEPARTMENTS } from './title-words';

/** What somebody does in a purchase. */
export const BUYING_ROLES = [
  ...['executive_sponsor', 'economic_buyer', 'champion', 'technical_evaluator', 'user', 'procurement', 'legal'],
] as ['executive_sponsor', ...string[]];

const buyingRole = z
  .strictObject({
    role: z.enum(BUYING_ROLES).describe('What somebody does in a purchase.'),
    departments: z.array(z.enum(DEPARTMENTS)).default([]).describe('Departments that have it; empty: all.'),
    seniorities: z
      .array(z.string().regex(/^[a-z][a-z0-9_]*$/, 'a word such as c_level'))
      .default([])
      .describe('Seniorities that have it; empty: all.'),
  })
  .refine(({ departments, seniorities }) => departments.length + seniorities.length > 0, {
    error: 'names neither departments nor seniorities: everybody would have the role',
  });
export type BuyingRole = z.output<typeof buyingRole>;

const USERS = ['sales', 'marketing', 'engineering', 'it', 'finance', 'operations', 'hr', 'product', 'support'];

const DEFAULT_ROLES: readonly BuyingRole[] = [
  { role: 'executive_sponsor', departments: [], seniorities: ['c_level'] },
  { role: 'economic_buyer', departments: [], seniorities: ['vp'] },
  { role: 'economic_buyer', departments: ['general_management', 'finance'], seniorities: ['c_level', 'director'] },
  { role: 'champion', departments: USERS, seniorities: ['director', 'manager'] },
  {
    role: 'technical_evaluator',
    departments: ['engineering', 'it'],
    seniorities: ['director', 'manager', 'individual'],
  },
  { role: 'user', departments: USERS, seniorities: ['individual'] },
  { role: 'procurement', departments: ['procurement'], seniorities: [] },
  { role: 'legal', departments: ['legal'], seniorities: [] },
];

export const buyingRoles = z
  .array(buyingRole)
  .default([...DEFAULT_ROLES])
  .describe('Who has which role in a purchase, by seniority and department. A person has every role that fits.');

/** What `sql/rows.sql` binds. */
export const buyingRoleParams = (roles: readonly BuyingRole[]): Record<string, unknown> => ({
  role_names: roles.map(({ role }) => role),
  role_departments: roles.map(({ departments }) => departments),
  role_seniorities: roles.map(({ seniorities }) => seniorities),
});
