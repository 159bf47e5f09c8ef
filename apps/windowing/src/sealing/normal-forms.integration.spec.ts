import { normalEmail } from '@millrace/identity';
import { testSeed, useStack } from '@millrace/platform-testing';
import fc from 'fast-check';

import { HOUR, MINUTE, SealingFixture, T0, type LandedSignal } from '../testing/sealing-fixture';

const stack = useStack();
let fixture: SealingFixture;

beforeAll(async () => {
  fixture = await SealingFixture.create(stack);
});
afterAll(() => fixture.close());

/** Seals one window with these values in a fixture of its own; the values come back by their number. */
async function seal(values: readonly Pick<LandedSignal, 'email' | 'domain'>[]): Promise<Record<string, unknown>[]> {
  await fixture.land(
    values.map((value, offset) => ({ partition: 0, offset, id: String(offset), occurredAt: T0 - HOUR, ...value })),
  );
  await fixture.reach(values.length);
  fixture.now = T0 + 11 * MINUTE;
  const { sealer } = await fixture.replica();
  const proposed = await sealer.propose();
  if (proposed.kind === 'wait') throw new Error(proposed.because);
  await sealer.seal(proposed.proposal);
  return fixture.clickhouse.query(
    'select email_normalized, email_domain, is_free_mail, is_disposable, company_domain from signals order by toUInt32(signal_id)',
  );
}

const KNOWN: readonly (readonly [LandedSignal['email'], LandedSignal['domain'], readonly unknown[]])[] = [
  [' Ann@Mail.Acme.CO.UK\r\n', undefined, ['ann@mail.acme.co.uk', 'acme.co.uk', false, false, 'acme.co.uk']],
  ['ANN@bücher.de', undefined, ['ann@xn--bcher-kva.de', 'xn--bcher-kva.de', false, false, 'xn--bcher-kva.de']],
  ['ann@acme.uk.com', undefined, ['ann@acme.uk.com', 'acme.uk.com', false, false, 'acme.uk.com']],
  ['Bob@GMail.com', undefined, ['bob@gmail.com', 'gmail.com', true, false, null]],
  ['bob@gmail.com', 'Shop.MyShopify.com', ['bob@gmail.com', 'gmail.com', true, false, 'shop.myshopify.com']],
  ['bob@mailinator.com', undefined, ['bob@mailinator.com', 'mailinator.com', false, true, null]],
  ['bob@server.local', 'db.internal', ['bob@server.local', null, false, false, null]],
  ['Bob <bob@acme.com>', undefined, [null, null, false, false, null]],
  ['mailto:bob@acme.com', 'BÜCHER.de', [null, null, false, false, 'xn--bcher-kva.de']],
  ['acme.com', undefined, [null, null, false, false, null]],
  [undefined, 'https://www.acme.com/x', [null, null, false, false, 'acme.com']],
  [undefined, 'info@acme.com', [null, null, false, false, null]],
];

it('seals the normal forms of the library, whatever SQL computes itself', async () => {
  const part = fc.constantFrom(
    'ana',
    'Ana',
    'ä',
    'İ',
    '\u212a',
    'ẞ',
    '.',
    '+',
    '_',
    '-',
    '@',
    ' ',
    '\n',
    'a.b.c.d',
    '0',
  );
  const domain = fc.constantFrom(
    'acme.com',
    'ACME.co.uk',
    'co.uk',
    'uk.com',
    'acme',
    'Bücher.de',
    'xn--a.com',
    'a-.com',
    'a.b.',
  );
  const odd = fc.tuple(fc.array(part, { maxLength: 4 }), domain).map(([parts, host]) => `${parts.join('')}@${host}`);
  const generated = fc.sample(fc.oneof(odd, fc.emailAddress()), { numRuns: 400, seed: testSeed() });
  const rows = await seal([
    ...KNOWN.map(([email, company]) => ({
      ...(email === undefined ? {} : { email }),
      ...(company === undefined ? {} : { domain: company }),
    })),
    ...generated.map((email) => ({ email })),
  ]);
  expect(rows.slice(0, KNOWN.length).map((row) => Object.values(row))).toEqual(KNOWN.map(([, , expected]) => expected));
  expect(rows.slice(KNOWN.length).map((row) => row['email_normalized'])).toEqual(
    generated.map((email) => normalEmail(email)),
  );
});
