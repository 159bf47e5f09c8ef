import fc from 'fast-check';

import { normalPhone } from './phones';

it.each([
  ['+44 20 7946 0958', null, '+442079460958'],
  ['020 7946 0958', 'GB', '+442079460958'],
  ['020 7946 0958', 'uk', '+442079460958'],
  [' (212) 555-0123 ', 'US', '+12125550123'],
  ['+1 212 555 0123 ext. 5', 'US', '+12125550123'],
  ['0049 30 901820', 'DE', '+4930901820'],
  ['020 7946 0958', null, null],
  ['020 7946 0958', 'XX', null],
  ['+44 20', null, null],
  ['call +44 20 7946 0958', null, null],
  ['ana@acme.com', 'GB', null],
  ['', 'GB', null],
])('%j in %j is %j', (text, country, normal) => {
  expect(normalPhone(text, country)).toBe(normal);
});

it('never throws; what it gives is its own normal form', () => {
  const digits = fc.array(fc.constantFrom(...'0123456789+ ()-.'), { maxLength: 18 }).map((signs) => signs.join(''));
  fc.assert(
    fc.property(
      fc.oneof(digits, fc.string({ unit: 'binary' })),
      fc.constantFrom('US', 'DE', 'zz', null),
      (text, country) => {
        const normal = normalPhone(text, country);
        if (normal === null) return;
        expect(normal).toMatch(/^\+\d{4,17}$/);
        expect(normalPhone(normal)).toBe(normal);
      },
    ),
  );
});
