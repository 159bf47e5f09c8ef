import fc from 'fast-check';

import { registrableDomain } from './domains';

it.each([
  ['acme.com', 'acme.com', ''],
  ['WWW.Acme.COM', 'acme.com', 'case'],
  ['mail.eu.acme.co.uk', 'acme.co.uk', 'two-label suffix'],
  ['co.uk', null, 'a bare suffix'],
  ['acme.github.io', 'acme.github.io', 'private section'],
  ['acme.uk.com', 'acme.uk.com', 'private section'],
  ['www.acme.uk.com', 'acme.uk.com', 'private section'],
  ['shop.myshopify.com', 'shop.myshopify.com', 'private section'],
  ['uk.com', null, 'a bare private suffix'],
  ['bücher.de', 'xn--bcher-kva.de', 'IDN'],
  ['BÜCHER.de', 'xn--bcher-kva.de', 'IDN in capitals'],
  ['www.bu\u0308cher.de', 'xn--bcher-kva.de', 'IDN, decomposed'],
  ['xn--bcher-kva.de', 'xn--bcher-kva.de', 'the same as A-label'],
  ['XN--BCHER-KVA.DE', 'xn--bcher-kva.de', 'the same in capitals'],
  ['foo.公司.cn', 'foo.xn--55qx5d.cn', 'a suffix in another script'],
  ['acme.com.', 'acme.com', 'trailing dot'],
  [' acme.com\n', 'acme.com', 'blanks at the ends'],
  ['acme.example', 'acme.example', 'a name of documentation'],
  ['example.com', 'example.com', 'a name of documentation'],
  ['127.0.0.1', null, 'IPv4'],
  ['[::1]', null, 'IPv6'],
  ['2001:db8::1', null, 'IPv6'],
  ['localhost', null, 'no suffix'],
  ['acme', null, 'a single word'],
  ['db.internal', null, 'inside a house'],
  ['printer.local', null, 'inside a house'],
  ['nas.lan', null, 'inside a house'],
  ['dc1.acme.corp', null, 'inside a house'],
  ['router.home.arpa', null, 'inside a house'],
  ['4.3.2.1.in-addr.arpa', null, 'an address written backwards'],
  ['a.test', null, 'reserved'],
  ['a.invalid', null, 'reserved'],
  ['abcdefgh.onion', null, 'not a domain that one registers'],
  ['https://WWW.Acme.com/about', 'acme.com', 'a web address'],
  ['http://acme.com:8080', 'acme.com', 'a port'],
  ['//cdn.acme.com/x', 'acme.com', 'without a scheme'],
  ['acme.com/about?x=a@b', 'acme.com', 'a path'],
  ['acme.com?next=/x', 'acme.com', 'a query'],
  ['_dmarc.acme.com', 'acme.com', 'an underscore below'],
  ['my_shop.com', null, 'an underscore in what would be registered'],
  ['info@acme.com', null, 'an e-mail address'],
  ['https://ana:x@acme.com', null, 'a user'],
  ['acme.com, other.com', null, 'a list'],
  ['not a domain', null, 'words'],
  ['acme..com', null, 'an empty label'],
  ['.com', null, 'an empty label'],
  ['', null, 'nothing'],
  [null, null, 'nothing'],
])('the company of %j is at %j: %s', (text, domain, _why) => {
  expect(registrableDomain(text)).toBe(domain);
});

it('never throws; what it gives is its own, in ASCII, and that of names below it', () => {
  const text = fc.oneof(
    fc.domain(),
    fc.webUrl(),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.ipV6(),
  );
  fc.assert(
    fc.property(text, (given) => {
      const domain = registrableDomain(given);
      if (domain === null) return;
      expect(domain).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
      expect(registrableDomain(domain)).toBe(domain);
      expect(registrableDomain(`www.${domain}`)).toBe(domain);
      expect(registrableDomain(`HTTPS://${domain.toUpperCase()}:443/x`)).toBe(domain);
    }),
    { numRuns: 2_000 },
  );
});
