import { ConfigError, MillraceError } from '@millrace/platform-errors';
import { createLogger } from './logger';

const lines: Record<string, unknown>[] = [];
const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
const last = () => lines.at(-1) ?? {};
const logger = createLogger({ name: 'collector', destination });

it.each([
  ['authorization', { headers: { authorization: 'Basic c2VjcmV0' } }],
  ['a header of a request', { req: { headers: { 'x-write-key': 'c2VjcmV0' } } }],
  ['a write key in a body', { body: { writeKey: 'c2VjcmV0' } }],
  ['a password', { password: 'c2VjcmV0' }],
  ['a token, nested', { crm: { auth: { token: 'c2VjcmV0' } } }],
  ['an e-mail address', { person: { email: 'c2VjcmV0' } }],
])('never writes %s', (_name, fields) => {
  logger.info(fields, 'line');
  expect(JSON.stringify(last())).toContain('[redacted]');
  expect(JSON.stringify(last())).not.toContain('c2VjcmV0');
});

it('shows e-mail addresses to a developer who asks', () => {
  createLogger({ name: 'x', destination, redactEmails: false }).info({ email: 'ann@acme.example' }, 'line');
  expect(last()).toMatchObject({ email: 'ann@acme.example' });
});

it('writes an error with its code, actor and advice, and a stack only where a developer must act', () => {
  logger.error({ err: new ConfigError('no broker', { advice: 'Set KAFKA_BROKERS' }) }, 'start failed');
  expect(last()).toMatchObject({
    level: 'error',
    name: 'collector',
    msg: 'start failed',
    err: { code: 'CONFIG_INVALID', actor: 'operator', advice: 'Set KAFKA_BROKERS' },
  });
  expect(last()['err']).not.toHaveProperty('stack');
  logger.error({ err: new MillraceError('bug', { code: 'INTERNAL' }) }, 'x');
  expect(last()['err']).toHaveProperty('stack');
});

it('writes only from its level up', () => {
  const before = lines.length;
  createLogger({ name: 'x', level: 'warn', destination }).info('quiet');
  expect(lines).toHaveLength(before);
});
