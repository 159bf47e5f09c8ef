import { z } from 'zod';
import { describeEnvironment, environmentTable } from './describe-environment';
import {
  clickhouseConnectionOf,
  clickhouseEnvironment,
  kafkaConnectionOf,
  kafkaEnvironment,
  httpServerOf,
  serviceEnvironment,
  serviceUrlsOf,
  timeZoneEnvironment,
} from './fragments';
import { parseEnvironment } from './parse-environment';
import { seconds, secret, url } from './variables';

const kafka = z.object(kafkaEnvironment);
const clickhouse = z.object(clickhouseEnvironment);

it('connects to the local stack without any variable', () => {
  expect(kafkaConnectionOf(parseEnvironment('x', kafka, {}))).toEqual({ brokers: ['127.0.0.1:9092'], ssl: false });
  expect(clickhouseConnectionOf(parseEnvironment('x', clickhouse, {}))).toEqual({
    url: 'http://127.0.0.1:8123',
    database: 'millrace',
    username: 'default',
    password: '',
    cluster: undefined,
  });
});

it('connects to a broker that wants a password', () => {
  const environment = parseEnvironment('x', kafka, {
    KAFKA_BROKERS: 'a:9093,b:9093',
    KAFKA_SSL: 'true',
    KAFKA_SASL_MECHANISM: 'scram-sha-512',
    KAFKA_SASL_USERNAME: 'me',
    KAFKA_SASL_PASSWORD: 'pw',
  });
  expect(kafkaConnectionOf(environment)).toEqual({
    brokers: ['a:9093', 'b:9093'],
    ssl: true,
    sasl: { mechanism: 'scram-sha-512', username: 'me', password: 'pw' },
  });
});

it('refuses a mechanism without its user and password', () => {
  const environment = parseEnvironment('x', kafka, { KAFKA_SASL_MECHANISM: 'plain' });
  expect(() => kafkaConnectionOf(environment)).toThrow('needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD');
});

it.each(['my-db', 'a.b', "x'; drop"])('refuses %p as a database', (database) => {
  expect(() => parseEnvironment('x', clickhouse, { CLICKHOUSE_DATABASE: database })).toThrow('CLICKHOUSE_DATABASE');
});

it('describes every variable: name, default, meaning', () => {
  const schema = z.object({
    GRACE_SECONDS: seconds(120).describe('How long a window waits.'),
    HOOK_URL: url().describe('Where to post.'),
    CRM_TOKEN: secret().optional().describe('Token of the CRM.'),
  });
  expect(describeEnvironment(schema)).toEqual([
    { name: 'GRACE_SECONDS', default: '120', meaning: 'How long a window waits.' },
    { name: 'HOOK_URL', default: '(required)', meaning: 'Where to post.' },
    {
      name: 'CRM_TOKEN',
      default: '(optional)',
      meaning: 'Token of the CRM. Secret: may be read from the file named by CRM_TOKEN_FILE.',
    },
  ]);
  expect(environmentTable(schema).split('\n')[2]).toBe('| `GRACE_SECONDS` | 120 | How long a window waits. |');
});

it('gives every shared variable a meaning', () => {
  const all = z.object({
    ...serviceEnvironment('windowing', 1),
    ...kafkaEnvironment,
    ...clickhouseEnvironment,
    ...timeZoneEnvironment,
  });
  expect(describeEnvironment(all).filter(({ meaning }) => meaning === '')).toEqual([]);
});

it.each([
  ['its own variable', { WINDOWING_PORT: '9000' }, 9000],
  ['the port that the platform assigns', { WINDOWING_PORT: '9000', PORT: '5000' }, 5000],
  ['its default', {}, 8082],
  ['a free port', { WINDOWING_PORT: '0' }, 0],
])('a service listens on %s', (_what, env, port) => {
  const schema = z.object(serviceEnvironment('windowing', 8082));
  const parsed = parseEnvironment('windowing', schema, env);
  expect(httpServerOf('windowing', parsed)).toEqual({ name: 'windowing', host: '127.0.0.1', port, logLevel: 'info' });
});

it.each([
  ['its own address', {}, ['http://127.0.0.1:8082']],
  ['its own port', { WINDOWING_PORT: '9' }, ['http://127.0.0.1:9']],
  ['the port that a platform assigned', { PORT: '7' }, ['http://127.0.0.1:7']],
  ['this machine when it listens everywhere', { HOST: '0.0.0.0' }, ['http://127.0.0.1:8082']],
  ['an address of version 6', { HOST: 'fe80::1' }, ['http://[fe80::1]:8082']],
  ['what is said, of several replicas', { WINDOWING_URL: 'http://a:1/, http://b:2' }, ['http://a:1', 'http://b:2']],
])('a service is asked at %s', (_what, env, expected) => {
  const schema = z.object(serviceEnvironment('windowing', 8082));
  expect(serviceUrlsOf('windowing', parseEnvironment('windowing', schema, env))).toEqual(expected);
});
