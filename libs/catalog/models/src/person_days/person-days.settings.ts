import { z } from 'zod';

import { DEFAULT_SIGNAL_RULES, OTHER_CLASS, SESSION_CLASS } from './signal-rules';
import { unreachableRules } from './unreachable-rules';

const isPattern = (text: string): boolean => {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
};

const signalRule = z
  .strictObject({
    class: z
      .string()
      .regex(/^[a-z][a-z0-9_]*$/, 'snake_case')
      .refine(
        (name) => name !== SESSION_CLASS && name !== OTHER_CLASS,
        'session and other are derived, no rule gives them',
      ),
    types: z.array(z.string().min(1)).min(1).describe('Signal types that the rule fits.'),
    path: z
      .string()
      .refine(isPattern, 'is not a valid regular expression')
      .optional()
      .describe("Regular expression over the url's path."),
    property: z.string().min(1).optional().describe('Property that must have one of `values`.'),
    values: z.array(z.string()).min(1).optional().describe('Values of `property`.'),
  })
  .refine(({ property, values }) => (property === undefined) === (values === undefined), {
    error: '`property` and `values` go together: a rule with one of them fits nothing',
  });

export const personDaysSettings = z.strictObject({
  rules: z
    .array(signalRule)
    .superRefine((rules, context) => {
      for (const [index, by] of unreachableRules(rules)) {
        const message = `can never give a signal its class: rule ${by + 1} in the list fits all that it fits, and comes before`;
        context.addIssue({ code: 'custom', path: [index], message });
      }
    })
    .default(
      DEFAULT_SIGNAL_RULES.map((rule) => ({
        ...rule,
        types: [...rule.types],
        values: rule.values && [...rule.values],
      })),
    )
    .describe('The first rule that fits gives a signal its class; none: other.'),
  session: z
    .strictObject({
      page_types: z.array(z.string()).min(1).default(['page_viewed']).describe('Signal types that make up a visit.'),
      inactivity_minutes: z.int().min(1).max(60).default(30).describe('Silence that ends a visit.'),
      minimum_pages: z.int().min(1).default(2).describe('A visit of so many pages is a session,'),
      minimum_seconds: z.int().min(1).default(30).describe('and so is one of so many seconds.'),
    })
    .prefault({}),
});
export type PersonDaysSettings = z.output<typeof personDaysSettings>;
