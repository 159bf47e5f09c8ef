import { z } from 'zod';

import { REFERRERS } from './referrers';

const texts = (defaults: readonly string[]) => z.array(z.string().min(1).toLowerCase()).default([...defaults]);
const host = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9_-]+(\.[a-z0-9_-]+)*(\.\*)?$/, 'is a host, such as bing.com, or google.* for any suffix');
const hosts = (defaults: readonly string[]) => z.array(host).default([...defaults]);

/** A word that two channels claim would be whichever comes first. */
const claimedTwice = (lists: Readonly<Record<string, readonly string[]>>): string[] => {
  const all = Object.values(lists).flatMap((list) => [...new Set(list)]);
  return [...new Set(all.filter((one, index) => all.indexOf(one) !== index))];
};
const claimedOnce = (lists: Readonly<Record<string, readonly string[]>>, context: z.RefinementCtx): void => {
  for (const one of claimedTwice(lists)) {
    context.addIssue({ code: 'custom', message: `${one} is in two lists: a channel each` });
  }
};

export const sessionsSettings = z.strictObject({
  key_event_types: z
    .array(z.string().min(1))
    .default(['demo_requested', 'trial_started', 'form_submitted', 'content_downloaded', 'signed_up'])
    .describe('Signal types that are key events: a visit counts those that follow one of its pages.'),
  mediums: z
    .strictObject({
      paid_search: texts(['cpc', 'ppc', 'paidsearch']),
      email: texts(['email']),
      social: texts(['social', 'paid_social']),
    })
    .superRefine(claimedOnce)
    .prefault({})
    .describe('Channel by utm_medium, in any case; it comes before the referrer. Other mediums say nothing.'),
  referrers: z
    .strictObject({
      organic: hosts(REFERRERS.organic),
      social: hosts(REFERRERS.social),
      email: hosts(REFERRERS.email),
    })
    .superRefine(claimedOnce)
    .prefault({})
    .describe('Channel by the host of the referrer. Hosts below one are the same; the longest that fits counts.'),
  own_hosts: hosts([]).describe('Hosts of your own besides the one of the page: a referrer from there is direct.'),
});
export type SessionsSettings = z.output<typeof sessionsSettings>;
