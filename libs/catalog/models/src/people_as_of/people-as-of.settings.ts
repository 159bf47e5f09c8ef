import { z } from 'zod';

import { scheduleSettings } from '../model/schedule-settings';
import { buyingRoles } from './buying-roles';
import { foldTitle } from './fold-title';
import { DEPARTMENTS, SENIORITIES } from './title-words';

const domains = z.array(z.string().min(1).toLowerCase()).default([]);

export const peopleAsOfSettings = z.strictObject({
  schedule: scheduleSettings('0 2 * * *').describe('When the job runs.'),
  look_back_days: z.int().min(1).max(400).default(400).describe('Days whose signals say who is who.'),
  precedence: z
    .array(z.string().min(1))
    .default([])
    .describe('Instances whose facts come first, field by field; the others by their newest version.'),
  free_mail: z
    .strictObject({
      domains: domains.describe('Domains that count besides those of the list.'),
      except: domains.describe('Domains of the list that do not count.'),
    })
    .prefault({})
    .describe(
      'Addresses that anybody can have and that say no company; the list is libs/identity/src/data/free-mail.txt.',
    ),
  titles: z
    .array(
      z.strictObject({
        words: z
          .string()
          .regex(/^(\*[^*]*|[^*]*\*|[^*]*)$/, 'words, with * at one end at most')
          .refine((words) => foldTitle(words).length > 0, {
            error: 'has no letter that is read: Latin, katakana or an ideograph',
          })
          .describe('Words of a title; * at one end stands for the rest of a longer word.'),
        seniority: z.enum(SENIORITIES).optional().describe('Left out: they say none.'),
        department: z.enum(DEPARTMENTS).optional().describe('Left out: they say none.'),
      }),
    )
    .default([])
    .describe(
      'What words of titles say, besides and before those of the list, libs/catalog/models/src/people_as_of/data/title-words.csv.',
    ),
  buying_roles: buyingRoles,
});
export type PeopleAsOfSettings = z.output<typeof peopleAsOfSettings>;
