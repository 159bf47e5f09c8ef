import { createHash } from 'node:crypto';

import { freeMailDomains } from '@millrace/identity';

import { currentForms } from './current-forms';
import { firstForms, isFreeMailThen } from './first-forms';
import { FORMS_VERSION, formsOf } from './forms-of';
import type { NormalForms } from './normal-forms';
import { isBotUserAgent } from './user-agent-facts';

const shown = (forms: NormalForms, domain: string): unknown[] => {
  const facts = forms.factsOf('domain', domain);
  return [facts.normal, facts.registrable_domain, facts.is_free_mail, facts.is_disposable];
};

it.each([
  ['acme.com', 'acme.com', 'acme.com', false, false],
  ['mail.acme.co.uk', 'mail.acme.co.uk', 'acme.co.uk', false, false],
  ['acme.uk.com', 'acme.uk.com', 'acme.uk.com', false, false],
  ['server.local', 'server.local', null, false, false],
  ['https://www.acme.com/about?x=1', null, 'acme.com', false, false],
  ['gmail.com', 'gmail.com', 'gmail.com', true, false],
  ['mailinator.com', 'mailinator.com', 'mailinator.com', false, true],
  ['co.uk', null, null, false, false],
  ['127.0.0.1', null, null, false, false],
  ['', null, null, false, false],
])('domain %j now: mail at %j, registrable %j, free mail %j, disposable %j', (domain, ...expected) => {
  expect(shown(currentForms, domain)).toEqual(expected);
});

it.each([
  ['acme.com', 'acme.com', 'acme.com', false, false],
  ['mail.acme.co.uk', 'mail.acme.co.uk', 'acme.co.uk', false, false],
  ['acme.uk.com', 'acme.uk.com', 'uk.com', false, false],
  ['server.local', 'server.local', 'server.local', false, false],
  ['bücher.de', 'bücher.de', 'bücher.de', false, false],
  ['https://www.acme.com/about?x=1', 'https://www.acme.com/about?x=1', 'acme.com', false, false],
  ['gmail.com', 'gmail.com', 'gmail.com', true, false],
  ['fastmail.com', 'fastmail.com', 'fastmail.com', false, false],
  ['mailinator.com', 'mailinator.com', 'mailinator.com', false, true],
  ['co.uk', null, null, false, false],
  ['127.0.0.1', null, null, false, false],
  ['not a domain', null, null, false, false],
  ['', null, null, false, false],
])(
  'domain %j in steps of version 1: mail at %j, registrable %j, free mail %j, disposable %j',
  (domain, ...expected) => {
    expect(shown(firstForms, domain)).toEqual(expected);
  },
);

it('takes for free mail in steps of version 1 what was on the list then', () => {
  const all = [...freeMailDomains(), 'example.com', 'müll.email', 'müllemail.com', 'müllmail.com'];
  const list = all.filter(isFreeMailThen).sort().join('\n');
  expect(createHash('sha256').update(list).digest('hex')).toBe(
    '59cf3122200f6006703956f2d8b153cfd805bf7c21338202a643f85fceaeef13',
  );
});

it('knows every version of the normal forms, and refuses those of newer builds with a way out', () => {
  expect(formsOf(undefined)).toBe(firstForms);
  expect(formsOf(FORMS_VERSION)).toBe(currentForms);
  expect(() => formsOf(FORMS_VERSION + 1)).toThrow(/version 3 of the normal forms/);
});

it.each([
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', true],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15',
    false,
  ],
  ['', false],
])('user agent %p: bot %p', (userAgent, expected) => {
  expect(isBotUserAgent(userAgent)).toBe(expected);
});
