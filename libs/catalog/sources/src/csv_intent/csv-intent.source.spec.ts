import { join } from 'node:path';

import type { Signal } from '@millrace/contract-signal';

import { describeFileSource } from '../testing/describe-file-source';
import { bytesOfFile, inPieces, readFileBy, type ReadFile } from '../testing/read-file';
import { csvIntent } from './csv-intent.source';

const COLUMNS = { domain: 'Company Domain', topic: 'Topic', score: 'Score', date: 'Date' };
const files = join(__dirname, 'fixtures/files');

describeFileSource(csvIntent, __dirname, {
  example: 'Company Domain,Topic,Score,Date\nacme.com,crm,72,2026-03-01\nbolt.io,crm,xx,2026-03-01\n',
  files: [
    'f01_bom_crlf.csv',
    'f02_semicolon_decimal_comma.csv',
    'f04_quoted_newlines.csv',
    'f06_empty_lines.csv',
    'f09_two_members.csv.gz',
    'f17_domains.csv',
  ].map((name) => ({ path: join(files, name), settings: { columns: COLUMNS } })),
});

const read = (name: string, settings: object = {}): Promise<ReadFile> =>
  readFileBy(csvIntent, bytesOfFile(join(files, name)), { columns: COLUMNS, ...settings });
const signalsOf = ({ mapped }: ReadFile): Signal[] =>
  mapped.flatMap((one) => (one.fate === 'signal' ? [one.signal] : []));
const distinct = (signals: readonly Signal[]): Signal[] => [
  ...new Map(signals.map((one) => [one.signal_id, one])).values(),
];

it.each<[string, Partial<Record<'domains' | 'scores' | 'topics', readonly unknown[]>> & { rejected?: string[] }]>([
  ['f01_bom_crlf.csv', { domains: ['acme.com', 'bolt.io', 'cask.co.uk'] }],
  ['f02_semicolon_decimal_comma.csv', { scores: [72.5, 60], topics: ['crm', 'etl; cdp'] }],
  ['f04_quoted_newlines.csv', { topics: ['CRM, suites\nand "more"', 'crm'], rejected: ['4 not_a_number'] }],
  ['f06_empty_lines.csv', { domains: ['acme.com', 'bolt.io'], rejected: ['5 missing_domain'] }],
  ['f09_two_members.csv.gz', { domains: ['acme.com', 'bolt.io', 'cask.com', 'dune.com', 'elm.com'] }],
  [
    'f17_domains.csv',
    {
      domains: ['acme.com', 'acme.co.uk', 'xn--bcher-kva.de', 'shop.myshopify.com'],
      rejected: ['4 not_a_domain', '5 free_mail_domain', '6 not_a_domain', '7 missing_domain', '10 not_a_domain'],
    },
  ],
])('reads %s', async (name, { domains, scores, topics, rejected = [] }) => {
  const file = await read(name);
  const signals = distinct(signalsOf(file));
  expect(file.error).toBeUndefined();
  expect(file.rejected).toEqual(rejected);
  if (domains !== undefined) expect(signals.map(({ domain }) => domain)).toEqual(domains);
  if (scores !== undefined) expect(signals.map(({ value }) => value)).toEqual(scores);
  if (topics !== undefined) expect(signals.map(({ properties }) => properties['topic'])).toEqual(topics);
});

it('makes one signal of two rows that say the same', async () => {
  const signals = signalsOf(await read('f17_domains.csv'));
  expect([signals.length, distinct(signals).length]).toEqual([5, 4]);
});

it.each([
  ['f05_duplicate_header.csv', 'duplicate_column'],
  ['f22_missing_column.csv', 'missing_column'],
])('refuses %s before its first row', async (name, reason) => {
  expect(await read(name)).toEqual({ mapped: [], rejected: [], error: reason });
});

it('never takes a cut download for a file', async () => {
  const file = await read('f12_truncated.csv.gz');
  expect(file.error).toBe('truncated_gzip');
  expect(file.mapped.length).toBeLessThan(2_000);
});

it('maps the provider’s scale to 0 to 100, and rejects what is outside of it', async () => {
  const content = 'domain,topic,score,date\nacme.com,crm,3,2026-03-01\nacme.com,etl,6,2026-03-01\n';
  const file = await readFileBy(csvIntent, inPieces(content), {
    score_min: 1,
    score_max: 5,
    provider: 'p',
    expires_after_days: 10,
  });
  expect(signalsOf(file)).toMatchObject([
    {
      type: 'intent_surged',
      value: 50,
      occurred_at: Date.UTC(2026, 2, 1),
      properties: { provider: 'p', expires_at: '2026-03-11' },
    },
  ]);
  expect(file.rejected).toEqual(['3 score_out_of_range']);
});
