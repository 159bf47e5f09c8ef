import fc from 'fast-check';

import { isPublicAddress } from './address';

/** Ranges that are not of the public internet: IANA's special-purpose registries, multicast, what wraps version 4. */
const CLOSED_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const CLOSED_V6 = [
  '::/128',
  '::1/128',
  '::/96',
  '::ffff:0:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '4000::/2',
  '5f00::/16',
  '8000::/1',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];
const PUBLIC_V4 = ['1.1.1.1', '8.8.8.8', '100.63.255.255', '100.128.0.0', '172.15.0.1', '172.32.0.1', '193.0.0.1'];
const PUBLIC_V6 = ['2606:4700:4700::1111', '2a00:1450::1', '2400::1', '3ffe::1'];

const numberOf = (address: string): number =>
  address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
const v4 = (number: number): string => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
const insideV4 = fc.constantFrom(...CLOSED_V4).chain((range) => {
  const [base = '', bits] = range.split('/');
  return fc.integer({ min: 0, max: 2 ** (32 - Number(bits)) - 1 }).map((offset) => v4(numberOf(base) + offset));
});

const groupsOf = (address: string): number[] => {
  const [head = '', tail] = address.split('::');
  const read = (text: string): number[] => (text === '' ? [] : text.split(':').map((part) => parseInt(part, 16)));
  const [before, after] = [read(head), read(tail ?? '')];
  return tail === undefined
    ? before
    : [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
};
const insideV6 = fc.constantFrom(...CLOSED_V6).chain((range) => {
  const [base = '', bits] = range.split('/');
  return fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }).map((random) =>
    groupsOf(base)
      .map((group, index) => {
        const free = Math.min(16, Math.max(0, (index + 1) * 16 - Number(bits)));
        return (group | ((random[index] ?? 0) & (2 ** free - 1))).toString(16);
      })
      .join(':'),
  );
});

const hex = (number: number): string => `0x${number.toString(16)}`;
const octal = (number: number): string => `0${number.toString(8)}`;
/** Ways to write an address of version 4 that a URL or the system's resolver takes. */
const SPELLINGS: readonly ((parts: readonly [number, number, number, number], number: number) => string)[] = [
  (parts) => parts.join('.'),
  (parts) => `${parts.join('.')}.`,
  (parts) => parts.map(hex).join('.'),
  (parts) => parts.map(octal).join('.'),
  (parts) => `${hex(parts[0])}.${octal(parts[1])}.${parts[2]}.${parts[3]}`,
  ([a, b, c, d]) => `${a}.${b}.${c * 256 + d}`,
  ([a, b, c, d]) => `${a}.${(b * 256 + c) * 256 + d}`,
  (_parts, number) => String(number),
  (_parts, number) => hex(number),
  (_parts, number) => hex(number).toUpperCase().replace('X', 'x'),
  (_parts, number) => octal(number),
  (parts) => `[::ffff:${parts.join('.')}]`,
  (parts) => `[0:0:0:0:0:FFFF:${parts.join('.')}]`,
  ([a, b, c, d]) => `[::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}]`,
  (parts) => `[::${parts.join('.')}]`,
  (parts) => `[64:ff9b::${parts.join('.')}]`,
  ([a, b, c, d]) => `[2002:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}::1]`,
];

it('takes no address of a range that is not public', () => {
  fc.assert(
    fc.property(insideV4, (address) => {
      expect(isPublicAddress(address)).toBe(false);
      expect(isPublicAddress(`::ffff:${address}`)).toBe(false);
    }),
    { numRuns: 1_000 },
  );
  fc.assert(
    fc.property(insideV6, (address) => {
      expect(isPublicAddress(address)).toBe(false);
      expect(isPublicAddress(address.toUpperCase())).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

it('takes none in any spelling that a URL reads as one', () => {
  fc.assert(
    fc.property(insideV4, fc.constantFrom(...SPELLINGS), (address, spell) => {
      const parts = address.split('.').map(Number) as [number, number, number, number];
      const { hostname } = new URL(`http://${spell(parts, numberOf(address))}/`);
      expect(isPublicAddress(hostname.replace(/^\[|\]$/g, ''))).toBe(false);
    }),
    { numRuns: 1_500 },
  );
});

it.each([...PUBLIC_V4, ...PUBLIC_V6, '::ffff:8.8.8.8'])('takes %s', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

it.each(['', 'localhost', 'example.com', '1.2.3.4.5', '256.1.1.1', '1.1.1.1/8', 'fe80::1%eth0', '::1%1', '12345::'])(
  'does not take %j',
  (address) => {
    expect(isPublicAddress(address)).toBe(false);
  },
);
