import fc from 'fast-check';

import { findColumns } from './columns';
import { ENTITY_TABLES, type EntityName } from './entity-fields';
import { mapRow, type MappedRow } from './entity-rows';

const NOW = Date.UTC(2026, 10, 1);
const FILE_TIME = Date.UTC(2026, 9, 1);

function map(
  kind: EntityName,
  row: Readonly<Record<string, string>>,
  hasDecimalComma = false,
  instance?: string,
): MappedRow {
  const cells = Object.values(row);
  const columns = findColumns(ENTITY_TABLES[kind], Object.keys(row), {});
  const texts = Object.fromEntries([...columns].map(([name, at]) => [name, cells[at] ?? '']));
  const context = { fileTime: FILE_TIME, now: NOW, hasDecimalComma, ...(instance === undefined ? {} : { instance }) };
  return mapRow(kind, texts, context);
}

const valueOf = (kind: EntityName, field: string, text: string, hasDecimalComma = false): unknown => {
  const mapped = map(kind, { [ENTITY_TABLES[kind].id]: 'x', [field]: text }, hasDecimalComma);
  return 'reason' in mapped ? mapped.reason : mapped.record[field];
};

it.each<[EntityName, string, string, unknown]>([
  ['people', 'person_id', '00042', '00042'],
  ['people', 'person_id', '="00077"', '00077'],
  ['people', 'person_id', '9007199254740993', '9007199254740993'],
  ['people', 'person_id', '1.23457E+15', 'scientific_notation_id'],
  ['people', 'person_id', '1,2E+9', 'scientific_notation_id'],
  ['people', 'person_id', 'e5', 'e5'],
  ['people', 'account_id', '4E+12', 'scientific_notation_id'],
  ['people', 'person_id', 'i'.repeat(257), 'too_long'],
  ['people', 'email', ' Ana@Acme.COM ', 'ana@acme.com'],
  ['people', 'email', 'Ana@Bücher.de.', 'ana@xn--bcher-kva.de'],
  ['people', 'email', 'Ana <ana@acme.com>', 'not_an_email'],
  ['people', 'email', 'ana@acme', 'not_an_email'],
  ['people', 'account_id', 'NULL', null],
  ['people', 'account_id', '0', null],
  ['people', 'email', 'ana@acme.com; bo@acme.com', 'not_an_email'],
  ['people', 'email', '', null],
  ['people', 'name', '  ', null],
  ['people', 'seniority', 'C-Level', 'c_level'],
  ['people', 'lifecycle_stage', 'Closed Won', 'closed_won'],
  ['people', 'consent', 'Unsubscribed', 'unsubscribed'],
  ['people', 'consent', 'maybe', 'not_a_consent'],
  ['people', 'tier', 'Gold', 'not_a_tier'],
  ['people', 'do_not_sync', 'TRUE', true],
  ['people', 'do_not_sync', '0', false],
  ['people', 'do_not_sync', '', false],
  ['people', 'do_not_sync', 'perhaps', 'not_a_flag'],
  ['people', 'updated_at', '', FILE_TIME],
  ['people', 'updated_at', '2026-03-01', Date.UTC(2026, 2, 1)],
  ['people', 'updated_at', '2026-03-01 10:30', Date.UTC(2026, 2, 1, 10, 30)],
  ['people', 'updated_at', '2026-03-01T10:30:00.5+0200', Date.UTC(2026, 2, 1, 8, 30, 0, 500)],
  ['people', 'updated_at', '1772323200000', 1_772_323_200_000],
  ['people', 'updated_at', '1772323200', 1_772_323_200_000],
  ['people', 'updated_at', '2026-02-30', 'not_an_instant'],
  ['people', 'updated_at', '01/02/2026', 'not_an_instant'],
  ['people', 'updated_at', '2027-03-01', 'in_the_future'],
  ['accounts', 'domain', 'https://www.Acme.co.uk/about', 'acme.co.uk'],
  ['accounts', 'domain', 'acme.co.uk.', 'acme.co.uk'],
  ['accounts', 'domain', 'bücher.de', 'xn--bcher-kva.de'],
  ['accounts', 'domain', 'shop.myshopify.com', 'shop.myshopify.com'],
  ['accounts', 'domain', 'info@acme.com', 'not_a_domain'],
  ['accounts', 'domain', 'db.internal', 'not_a_domain'],
  ['accounts', 'domain', 'localhost', 'not_a_domain'],
  ['accounts', 'domain', '10.0.0.1', 'not_a_domain'],
  ['accounts', 'domain', 'n/a', 'not_a_domain'],
  ['accounts', 'industry', 'Software', 'software'],
  ['accounts', 'country', 'de', 'DE'],
  ['accounts', 'country', 'uk', 'GB'],
  ['accounts', 'country', 'Germany', 'not_a_country'],
  ['accounts', 'country', 'XX', 'not_a_country'],
  ['accounts', 'employees', '51', 51],
  ['accounts', 'employees', '1,000', 'not_a_number'],
  ['accounts', 'employees', '51.5', 'not_a_count'],
  ['accounts', 'employees', '-1', 'not_a_count'],
  ['accounts', 'employees', '99999999999999999999', 'not_a_count'],
  ['accounts', 'revenue', '1e6', 'not_a_number'],
  ['accounts', 'revenue', '12.5', 12.5],
  ['accounts', 'renewal_on', '2026-12-31', '2026-12-31'],
  ['accounts', 'renewal_on', '31.12.2026', 'not_a_date'],
])('%s: %s %j becomes %j', (kind, field, text, expected) => {
  expect(valueOf(kind, field, text)).toEqual(expected);
});

it.each([
  ['72,5', 72.5],
  ['60', 60],
  ['12.5', 12.5],
  ['1.234', 'not_a_number'],
  ['1.234,5', 'not_a_number'],
])('with decimal commas %j is %j', (text, expected) => {
  expect(valueOf('accounts', 'arr', text, true)).toEqual(expected);
});

it('names a person by the e-mail when there is no id, and refuses a row that names nobody', () => {
  expect(map('people', { email: 'Ana@Acme.com' })).toMatchObject({ id: 'ana@acme.com' });
  expect(map('people', { person_id: 'undefined', email: 'Ana@Acme.com' })).toMatchObject({ id: 'ana@acme.com' });
  expect(map('people', { person_id: 'NULL' })).toMatchObject({ reason: 'missing_id' });
  expect(map('people', { person_id: '', email: '' })).toMatchObject({ reason: 'missing_id' });
  expect(map('accounts', { account_id: ' ', domain: 'acme.com' })).toMatchObject({ reason: 'missing_id' });
});

it('names every cell of a row that is wrong, under the reason of the first', () => {
  expect(map('people', { person_id: 'p1', consent: 'opted in', tier: 'gold', do_not_sync: 'ja' })).toEqual({
    reason: 'not_a_consent',
    detail: expect.stringMatching(
      /^consent: "opted in" .*; tier: "gold" .*; do_not_sync: "ja" is neither true nor false$/,
    ),
  });
});

it('tells of a deleted row, whatever else is wrong in it', () => {
  expect(map('people', { person_id: 'p1', deleted: 'yes' })).toMatchObject({
    id: 'p1',
    record: { instance: 'direct', deleted: true },
  });
  const wrong = { email: 'n/a', consent: 'opted in', tier: 'gold', deleted: 'true' };
  expect(map('people', { person_id: 'p1', ...wrong })).toMatchObject({
    id: 'p1',
    record: { instance: 'direct', deleted: true },
  });
  expect(map('people', { person_id: '1.2E+15', ...wrong })).toMatchObject({ reason: 'scientific_notation_id' });
  expect(map('people', { ...wrong, email: 'ana@' })).toMatchObject({ reason: 'not_an_email' });
  expect(map('people', { person_id: 'p1', deleted: 'perhaps' })).toMatchObject({ reason: 'not_a_flag' });
});

it('tells of a row of another instance with its own id, and of a deletion in a record', () => {
  const hubspot = (row: Record<string, string>): MappedRow => map('people', row, false, 'hubspot');
  expect(hubspot({ person_id: '77', own_id: 'u1', merged_into: '78' })).toMatchObject({
    id: '77',
    record: { instance: 'hubspot', person_id: '77', own_id: 'u1', merged_into: '78', deleted: false },
  });
  expect(hubspot({ person_id: '77', updated_at: '2027-03-01', consent: 'opted in', deleted: 'yes' })).toMatchObject({
    id: '77',
    record: { instance: 'hubspot', person_id: '77', deleted: true, updated_at: FILE_TIME },
  });
  expect(map('people', { person_id: 'ana@acme.com', own_id: 'u1' })).toMatchObject({ record: { own_id: 'u1' } });
});

it.each(['people', 'accounts'] as const)(
  'gives every record of %s the fields of its schema, whatever is in the cells',
  (kind) => {
    const fields = Object.keys(ENTITY_TABLES[kind].fields);
    const wanted = [...fields, 'instance'].sort();
    const cells = fc.array(fc.oneof(fc.string(), fc.constantFrom('', '1', 'true', 'a@b.co', '2026-01-01')), {
      minLength: fields.length,
      maxLength: fields.length,
    });
    fc.assert(
      fc.property(cells, (row) => {
        const mapped = map(kind, Object.fromEntries(fields.map((name, at) => [name, row[at] ?? ''])));
        if ('reason' in mapped) expect(mapped.detail).not.toBe('');
        else if (mapped.record['deleted'] !== true) expect(Object.keys(mapped.record).sort()).toEqual(wanted);
      }),
    );
  },
);
