import { describeInPublic } from './describe-in-public';
import { ConfigError, MillraceError, RetryableError } from './millrace-error';

const refused = new Error('connect ECONNREFUSED 10.1.2.3:8123');

it.each<[string, unknown, string]>([
  [
    'details and what the driver said',
    new RetryableError('ClickHouse does not answer', {
      code: 'CLICKHOUSE_UNAVAILABLE',
      cause: refused,
      details: { url: 'http://clickhouse.internal:8123', database: 'millrace', sql: 'select 1' },
      advice: 'Check CLICKHOUSE_URL and that the server is up',
    }),
    'CLICKHOUSE_UNAVAILABLE: ClickHouse does not answer. Check CLICKHOUSE_URL and that the server is up.',
  ],
  [
    'addresses inside of our own words',
    new RetryableError('Connecting to Kafka failed: connect ECONNREFUSED 127.0.0.1:9092', {
      code: 'KAFKA_UNAVAILABLE',
    }),
    'KAFKA_UNAVAILABLE: Connecting to Kafka failed: connect ECONNREFUSED',
  ],
  ['names that do not resolve', new Error('getaddrinfo ENOTFOUND kafka.internal'), 'getaddrinfo ENOTFOUND'],
  ['names with a port', new Error('no answer of kafka-1.internal:9092 in time'), 'no answer of (address) in time'],
  ['IPv6', new Error('refused by [::1]:9092'), 'refused by (address)'],
  ['URLs', new Error('GET http://registry:8081/subjects?token=x failed'), 'GET (address) failed'],
])('leaves out %s', (_what, error, expected) => expect(describeInPublic(error)).toBe(expected));

it('keeps our causes, each with its code, and the first way out', () => {
  const cause = new ConfigError('ClickHouse refuses the user or the password', {
    code: 'CLICKHOUSE_QUERY_FAILED',
    cause: new Error('default: Authentication failed'),
    advice: 'Check CLICKHOUSE_USERNAME',
  });
  expect(describeInPublic(new Error('sealing has failed for 62 s', { cause }))).toBe(
    'sealing has failed for 62 s, because CLICKHOUSE_QUERY_FAILED: ClickHouse refuses the user or the password. Check CLICKHOUSE_USERNAME.',
  );
});

it.each(['the run of 02:10 is late', 'step 12:00:00', 'TIME_ZONE is Europe/Berlin here and America/New_York', 'v1: 3'])(
  'leaves "%s" as it is',
  (text) => expect(describeInPublic(new MillraceError(text, { code: 'INTERNAL' }))).toBe(`INTERNAL: ${text}`),
);
