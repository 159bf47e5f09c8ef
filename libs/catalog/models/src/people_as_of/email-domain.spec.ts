import { emailDomainRow } from './email-domain';
import { peopleAsOfSettings } from './people-as-of.settings';

it.each([
  ['mail.acme.uk.com', {}, 'acme.uk.com', false],
  ['gmail.com', {}, 'gmail.com', true],
  ['fastmail.com', {}, 'fastmail.com', true],
  ['printer.local', {}, '', false],
  ['mail.acme.com', { domains: ['Acme.com'] }, 'acme.com', true],
  ['gmx.de', { except: ['gmx.de'] }, 'gmx.de', false],
])('e-mails at %s with %j are of %j, free mail: %j', (domain, free_mail, registrable, isFreeMail) => {
  const settings = peopleAsOfSettings.parse({ free_mail });
  expect(emailDomainRow(domain, settings)).toEqual({
    domain,
    registrable_domain: registrable,
    is_free_mail: isFreeMail,
    is_disposable: false,
  });
});
