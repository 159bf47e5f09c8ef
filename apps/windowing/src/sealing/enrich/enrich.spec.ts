import { domainFactsOf } from './domain-facts';
import { isBotUserAgent } from './user-agent-facts';

it.each([
  ['acme.com', 'acme.com', false, false],
  ['mail.acme.co.uk', 'acme.co.uk', false, false],
  ['https://www.acme.com/about?x=1', 'acme.com', false, false],
  ['gmail.com', 'gmail.com', true, false],
  ['mailinator.com', 'mailinator.com', false, true],
  ['co.uk', null, false, false],
  ['127.0.0.1', null, false, false],
  ['not a domain', null, false, false],
  ['', null, false, false],
])('domain %p: registrable %p, free mail %p, disposable %p', (value, registrable, isFreeMail, isDisposable) => {
  expect(domainFactsOf(value)).toEqual({
    registrable_domain: registrable,
    is_free_mail: isFreeMail,
    is_disposable: isDisposable,
  });
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
