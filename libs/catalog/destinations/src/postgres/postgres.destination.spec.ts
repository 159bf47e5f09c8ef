import type { DeliveryRecord } from '@millrace/contract-delivery';

import { routeFor } from '../destination';
import { CONTEXT, createRecord } from '../testing/conformance';
import { quoted } from './identifiers';
import { postgres } from './postgres.destination';
import { readSinkAnswer } from './read-sink-answer';

// What it does to a database is in the integration spec of sync, against a real one.

const given = { host: 'db.example.com', database: 'warehouse', user: 'millrace', password: 'secret' };

it.each([
  ['a schema that is not a word', { schema: 'a"; drop table b' }],
  ['a table that is not a word', { tables: { lead: 'Lead' } }],
  ['a folder of sockets in the place of a host', { host: '/var/run/postgresql' }],
  ['TLS without a check of the certificate', { tls: 'require' }],
])('refuses %s', (_name, changed) => {
  expect(postgres.settings.safeParse({ ...given, ...changed }).success).toBe(false);
});

it('checks certificates and refuses private addresses unless told otherwise', () => {
  expect(postgres.settings.parse(given)).toMatchObject({ tls: 'verify', allow_private_addresses: false });
});

it.each(['a"b', 'Lead', '1a', '', 'a'.repeat(64), 'a b'])('quotes no name such as %j', (name) => {
  expect(() => quoted(name)).toThrow('is not a valid identifier');
});

it('gives a record the same text each time, on one line', () => {
  const settings = postgres.settings.parse(given);
  const encode = (record: DeliveryRecord) => routeFor(postgres.routes(settings), 1).encode(record, settings, CONTEXT);
  const record = { ...createRecord('a\tb\\c\nd'), fields: { note: 'x\ty\r\nz' } };
  expect(encode(record)).toBe(encode(record));
  expect(encode(record)).toBe('a\\tb\\\\c\\nd@example.com\ta\\tb\\\\c\\nd\t{"note":"x\\\\ty\\\\r\\\\nz"}');
});

it.each([
  ['08006', 'retryable'],
  ['57P01', 'retryable'],
  ['57014', 'retryable'],
  ['40001', 'retryable'],
  ['40P01', 'retryable'],
  ['53100', 'retryable'],
  ['53300', 'throttled'],
  ['28P01', 'paused'],
  ['3D000', 'paused'],
  ['42501', 'paused'],
  ['42P01', 'paused'],
  ['42703', 'paused'],
  ['25006', 'paused'],
  ['22P02', 'batch_rejected'],
  ['23505', 'batch_rejected'],
  ['P0001', 'batch_rejected'],
])('reads SQLSTATE %s as %s', (code, kind) => {
  const reading = readSinkAnswer({ kind: 'refused', code, detail: 'words' }, () => ({ kind: 'records', outcomes: [] }));
  expect(reading).toMatchObject({ kind });
});
