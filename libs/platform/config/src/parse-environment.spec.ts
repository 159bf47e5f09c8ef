import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@millrace/platform-errors';
import { z } from 'zod';
import { parseEnvironment } from './parse-environment';
import { decimal, flag, integer, list, port, seconds, secret, timeZone, url } from './variables';

const schema = z.object({
  PORT: port(8080),
  GRACE_SECONDS: seconds(120),
  BATCH_ROWS: integer(1000, { min: 1, max: 5000 }),
  SAMPLE_RATIO: decimal(0.5, { max: 1 }),
  IS_FAST: flag(),
  BROKERS: list(['a:1']),
  HOOK_URL: url('http://127.0.0.1:1'),
  ZONE: timeZone('America/New_York'),
  TOKEN: secret().optional(),
  MODE: z.enum(['fast', 'slow']).default('fast'),
});

const failure = (given: Record<string, string>): string => {
  try {
    parseEnvironment('windowing', schema, given);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'no failure';
};

it('fills in the defaults and freezes the result, lists included', () => {
  const environment = parseEnvironment('windowing', schema, {});
  expect(environment).toEqual({
    PORT: 8080,
    GRACE_SECONDS: 120,
    BATCH_ROWS: 1000,
    SAMPLE_RATIO: 0.5,
    IS_FAST: false,
    BROKERS: ['a:1'],
    HOOK_URL: 'http://127.0.0.1:1',
    ZONE: 'America/New_York',
    MODE: 'fast',
  });
  expect(Object.isFrozen(environment)).toBe(true);
  expect(Object.isFrozen(environment.BROKERS)).toBe(true);
});

it.each([
  ['PORT', '0', 0],
  ['PORT', '65535', 65_535],
  ['GRACE_SECONDS', '0.25', 0.25],
  ['BATCH_ROWS', '5000', 5000],
  ['IS_FAST', 'TRUE', true],
  ['IS_FAST', 'off', false],
  ['BROKERS', ' a:1, b:2,,', ['a:1', 'b:2']],
  ['HOOK_URL', 'https://x.example/path/', 'https://x.example/path'],
  ['TOKEN', 's3cret', 's3cret'],
  ['PORT', '', 8080],
  ['MODE', '  ', 'fast'],
])('reads %s=%p as %p', (name, text, value) => {
  expect(parseEnvironment('windowing', schema, { [name]: text })).toMatchObject({ [name]: value });
});

it.each([
  ['PORT', '65536', 'PORT: got "65536", expected a port number, 0 to 65535'],
  ['PORT', '80.5', 'PORT: got "80.5", expected a port number, 0 to 65535'],
  ['GRACE_SECONDS', '2m', 'GRACE_SECONDS: got "2m", expected a number of seconds, 0 or more'],
  ['BATCH_ROWS', '0', 'BATCH_ROWS: got "0", expected a whole number, 1 to 5000'],
  ['SAMPLE_RATIO', '1.5', 'SAMPLE_RATIO: got "1.5", expected a number, 0 to 1'],
  ['IS_FAST', 'maybe', 'IS_FAST: got "maybe", expected true or false'],
  ['HOOK_URL', 'localhost', 'HOOK_URL: got "localhost", expected an absolute URL'],
  ['HOOK_URL', 'http://me:pw@', 'HOOK_URL: got "http://[redacted]@"'],
  ['ZONE', 'Mars/Olympus', 'ZONE: got "Mars/Olympus", expected an IANA time zone'],
])('refuses %s=%p in words', (name, text, words) => {
  expect(failure({ [name]: text })).toContain(words);
});

it('lists every problem at once and names the service', () => {
  const message = failure({ PORT: 'x', MODE: 'warp', IS_FAST: '2' });
  expect(message).toMatch(/^The environment of windowing has 3 problems: /);
  for (const name of ['PORT', 'MODE', 'IS_FAST']) expect(message).toContain(`${name}: got`);
});

describe('secrets', () => {
  const directory = mkdtempSync(join(tmpdir(), 'config-'));
  const file = join(directory, 'token');
  afterAll(() => rmSync(directory, { recursive: true }));
  const strict = z.object({ TOKEN: secret().pipe(z.string().min(20)) });
  const refused = (given: Record<string, string>): string => {
    try {
      return JSON.stringify(parseEnvironment('sync', strict, given));
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
  };

  it('come from the file named by NAME_FILE, without its last line end', () => {
    writeFileSync(file, 's3cret\n');
    expect(parseEnvironment('windowing', schema, { TOKEN_FILE: file }).TOKEN).toBe('s3cret');
  });

  it('are never shown', () => {
    const message = refused({ TOKEN: 'too-short' });
    expect(message).toContain('TOKEN: got [redacted]');
    expect(message).not.toContain('too-short');
  });

  it('say both ways when missing', () => {
    expect(refused({})).toContain('TOKEN: not set, expected a secret in TOKEN or in a file named by TOKEN_FILE');
  });

  it('are refused when given twice, or in a file that cannot be read', () => {
    expect(failure({ TOKEN: 'a', TOKEN_FILE: file })).toContain('both TOKEN and TOKEN_FILE are set');
    expect(failure({ TOKEN_FILE: join(directory, 'nope') })).toContain('TOKEN_FILE names a file that cannot be read');
  });

  it('alone have a file: another variable named _FILE is just a variable', () => {
    expect(parseEnvironment('windowing', schema, { MODE_FILE: '/nowhere' }).MODE).toBe('fast');
  });
});

it('keeps the message of a rule across variables', () => {
  const both = schema.refine((value) => value.GRACE_SECONDS < 100, { message: 'GRACE_SECONDS must be below 100' });
  expect(() => parseEnvironment('windowing', both, {})).toThrow('a problem: GRACE_SECONDS must be below 100');
});
