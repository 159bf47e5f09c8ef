import fc from 'fast-check';

import { domainOfEmail, emailKey, mailHost, normalEmail, PLAIN_EMAIL } from './emails';

it.each([
  ['Ana.Lima@Acme.COM', 'ana.lima@acme.com', 'whole address in lower case'],
  ['  ana@acme.com\r\n', 'ana@acme.com', 'trimmed, control characters at the ends gone'],
  ['\u200bana@acme.com\u0000', 'ana@acme.com', 'invisible characters at the ends'],
  ['ana+trial@acme.com', 'ana+trial@acme.com', 'plus parts are kept'],
  ['a.n.a@gmail.com', 'a.n.a@gmail.com', 'dots are kept'],
  ['ana@acme.com.', 'ana@acme.com', 'trailing dot'],
  ['ana@xn--bcher-kva.de', 'ana@xn--bcher-kva.de', 'A-labels'],
  ['ana@XN--BCHER-KVA.de', 'ana@xn--bcher-kva.de', 'A-labels in capitals'],
  ['ana@bücher.de', 'ana@xn--bcher-kva.de', 'equal to its A-labels'],
  ['ana@BÜCHER.de', 'ana@xn--bcher-kva.de', 'in capitals'],
  ['ana@bu\u0308cher.de', 'ana@xn--bcher-kva.de', 'decomposed'],
  ['ANDRE\u0301@acme.com', 'andr\u00e9@acme.com', 'a local part in NFC'],
  ["o'brien@acme.com", "o'brien@acme.com", 'an apostrophe'],
  ['ana@mail.acme.example', 'ana@mail.acme.example', 'a name of documentation'],
  ['ana@server.local', 'ana@server.local', 'mail inside a house is a person, if not a company'],
  ['ana@uk.com', 'ana@uk.com', 'a private suffix has mail too'],
  ['mailto:ana@acme.com', null, 'a scheme is not part of an address'],
  ['Ana Lima <ana@acme.com>', null, 'display name'],
  ['<ana@acme.com>', null, 'angle brackets'],
  ['ana@acme', null, 'no public suffix'],
  ['ana@localhost', null, 'no public suffix'],
  ['ana@co.uk', null, 'a bare suffix'],
  ['ana lima@acme.com', null, 'space'],
  ['ana@acme .com', null, 'space in the domain'],
  ['ana\u00a0lima@acme.com', null, 'no-break space'],
  ['ana\u200blima@acme.com', null, 'an invisible character inside'],
  ['ana@acme.com, bo@acme.com', null, 'a list'],
  ['ana@acme.com;', null, 'a list of one'],
  ['ana@@acme.com', null, 'two signs'],
  ['ana@bo@acme.com', null, 'two signs'],
  ['"ana lima"@acme.com', null, 'quoted'],
  ['@acme.com', null, 'nobody at a domain'],
  ['ana@', null, 'no domain'],
  ['ana@.com', null, 'an empty label'],
  ['ana@acme..com', null, 'an empty label'],
  ['ana@-acme.com', null, 'a dash at a border'],
  ['ana@acme_shop.com', null, 'an underscore'],
  ['ana@acme.com:25', null, 'a port'],
  ['ana@acme.com/path', null, 'a path'],
  ['ana@%61cme.com', null, 'percent'],
  ['ana@127.0.0.1', null, 'an IP address'],
  ['ana@[127.0.0.1]', null, 'an IP address'],
  ['.ana@acme.com', null, 'a dot at a border'],
  ['ana.@acme.com', null, 'a dot at a border'],
  ['a..na@acme.com', null, 'two dots'],
  ['ana@xn--a.com', null, 'an A-label that no name has'],
  [`${'a'.repeat(65)}@acme.com`, null, 'a local part of more than 64'],
  [`ana@${'a'.repeat(64)}.com`, null, 'a label of more than 63'],
  [`ana@${'a23456789.'.repeat(25)}com`, null, 'more than 254 in all'],
  ['acme.com', null, 'a domain'],
  ['', null, 'nothing'],
  ['   ', null, 'a blank'],
  [null, null, 'nothing'],
  [undefined, null, 'nothing'],
])('the normal form of %j is %j: %s', (text, normal, _why) => {
  expect(normalEmail(text)).toBe(normal);
});

/** Near to addresses: their parts, in spellings that break them. */
const piece = fc.constantFrom(
  ...[
    'ana',
    'Ana',
    'ä',
    'a\u0308',
    'İ',
    'ẞ',
    'Σ',
    '\u212a',
    '.',
    '..',
    '+',
    '-',
    '_',
    ' ',
    '\u00a0',
    '\u200b',
    '\u0000',
  ],
  ...[
    '@',
    '@acme.com',
    '@Bücher.de',
    '@xn--bcher-kva.de',
    '@co.uk',
    '@uk.com',
    '@acme',
    '。com',
    '.com.',
    '\ud800',
    '"',
    '<',
    '0',
  ],
);
const near = fc.oneof(
  fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.emailAddress(),
  fc.tuple(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.domain()).map((parts) => parts.join('@')),
);

it('never throws; what it gives is its own normal form, in NFC and lower case, with a domain in ASCII', () => {
  fc.assert(
    fc.property(near, (text) => {
      const normal = normalEmail(text);
      if (normal === null) return;
      expect(normalEmail(normal)).toBe(normal);
      expect(normal).toBe(normal.normalize('NFC').toLowerCase());
      expect(domainOfEmail(normal)).toMatch(/^[a-z0-9.-]+$/);
      expect(normal.split('@')).toHaveLength(2);
      expect(normal.length).toBeLessThanOrEqual(254);
    }),
    { numRuns: 2_000 },
  );
});

it('gives every spelling of an address the same form', () => {
  const spell = fc.constantFrom<(text: string) => string>(
    (text) => text.toUpperCase(),
    (text) => text.normalize('NFD'),
    (text) => ` ${text}\n`,
    (text) => `${text}.`,
  );
  const address = fc.constantFrom('ana@acme.com', 'élan@bücher.de', 'bo+x@mail.acme.co.uk', 'ni.na@köln.example');
  fc.assert(fc.property(address, spell, (text, spelled) => expect(normalEmail(spelled(text))).toBe(normalEmail(text))));
});

it('needs nothing but lower case and the domain for a plain address', () => {
  const plain = new RegExp(PLAIN_EMAIL);
  fc.assert(
    fc.property(fc.oneof(near, fc.stringMatching(plain)), (text) => {
      if (!plain.test(text)) return;
      const lower = text.toLowerCase();
      expect(normalEmail(text)).toBe(mailHost(domainOfEmail(lower)) === null ? null : lower);
      // The long way comes to the same.
      expect(normalEmail(` ${text}`)).toBe(normalEmail(text));
    }),
    { numRuns: 2_000 },
  );
});

it.each([
  ['Ana@Acme.com', 'ana@acme.com'],
  ['Ana Lima <Ana@Acme.com>', 'ana lima <ana@acme.com>'],
  ['ANA@localhost ', 'ana@localhost'],
  [' ', null],
  [null, null],
])('the key of %j for comparing is %j', (text, key) => {
  expect(emailKey(text)).toBe(key);
});
