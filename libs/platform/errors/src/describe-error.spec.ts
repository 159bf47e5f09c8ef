import { runInNewContext } from 'node:vm';
import { describeError, toJson } from './describe-error';
import { ERROR_CODES } from './error-codes';
import { exitCodeOf, isRetryable } from './exit-codes';
import { ConfigError, ContractError, DeliveryError, MillraceError, RetryableError } from './millrace-error';

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:8123'), { code: 'ECONNREFUSED' });
const away = new RetryableError('ClickHouse does not answer', {
  code: 'CLICKHOUSE_UNAVAILABLE',
  advice: 'Start it with npm run stack',
  cause: refused,
  details: { url: 'http://127.0.0.1:8123', attempt: 3, missing: undefined },
});

describe('each class says who must act and whether to retry', () => {
  it.each([
    ['MillraceError', new MillraceError('x', { code: 'INTERNAL' }), 'developer', false, 'INTERNAL'],
    ['RetryableError', away, 'operator', true, 'CLICKHOUSE_UNAVAILABLE'],
    ['ConfigError', new ConfigError('x'), 'operator', false, 'CONFIG_INVALID'],
    ['ContractError', new ContractError('x'), 'producer', false, 'CONTRACT_VIOLATED'],
    [
      'DeliveryError',
      new DeliveryError('x', { code: 'DESTINATION_INVALID', isRetryable: true }),
      'customer',
      true,
      'DESTINATION_INVALID',
    ],
  ])('%s', (name, error, actor, retryable, code) => {
    expect({ name: error.name, actor: error.actor, retryable: error.isRetryable, code: error.code }).toEqual({
      name,
      actor,
      retryable,
      code,
    });
    expect(error).toBeInstanceOf(MillraceError);
    expect(isRetryable(error)).toBe(retryable);
  });

  it('and an error of somebody else is not retried', () => expect(isRetryable(refused)).toBe(false));
});

describe('describeError', () => {
  it('gives cause, place and way out in one line', () => {
    expect(describeError(away)).toBe(
      'CLICKHOUSE_UNAVAILABLE: ClickHouse does not answer, because connect ECONNREFUSED 127.0.0.1:8123 ' +
        '(url=http://127.0.0.1:8123, attempt=3). Start it with npm run stack.',
    );
  });

  it('leaves the way out to readers that get it separately', () => {
    expect(describeError(away, { withAdvice: false })).toMatch(/attempt=3\)$/);
  });

  it.each([
    ['a plain error', new Error('first\n  second'), 'first second'],
    ['an error of another realm', runInNewContext('new Error("far away")') as unknown, 'far away'],
    ['a string', 'boom', 'boom'],
    ['an object', { status: 500 }, '{"status":500}'],
    ['undefined', undefined, 'undefined'],
    ['an error without a message', Object.assign(new Error(''), { code: 'EPIPE' }), 'EPIPE'],
    [
      'what Node raises when every address refused',
      new AggregateError([new Error('refused ::1'), new Error('refused 127.0.0.1'), new Error('refused ::1')], ''),
      'refused ::1; refused 127.0.0.1',
    ],
  ])('reads %s', (_name, error, line) => expect(describeError(error)).toBe(line));

  it('cuts what others wrote and never what was written to be read', () => {
    const long = 'x'.repeat(2000);
    expect(describeError(new Error(long)).length).toBeLessThan(600);
    expect(describeError(new ConfigError(long))).toContain(long);
  });

  it('says a cause once that repeats its wrapper, and survives a loop of causes', () => {
    const looped = new Error('outer');
    looped.cause = new Error('inner', { cause: looped });
    expect(describeError(looped)).toBe('outer, because inner');
    expect(toJson(looped)).toEqual({ name: 'Error', message: 'outer', cause: { name: 'Error', message: 'inner' } });
    expect(describeError(new Error('no: refused', { cause: new Error('refused') }))).toBe('no: refused');
  });
});

describe('toJson', () => {
  it('is plain data with the causes nested', () => {
    expect(JSON.parse(JSON.stringify(toJson(away)))).toEqual({
      name: 'RetryableError',
      message: 'ClickHouse does not answer',
      code: 'CLICKHOUSE_UNAVAILABLE',
      actor: 'operator',
      isRetryable: true,
      advice: 'Start it with npm run stack',
      details: { url: 'http://127.0.0.1:8123', attempt: 3 },
      cause: { name: 'Error', message: 'connect ECONNREFUSED 127.0.0.1:8123', code: 'ECONNREFUSED' },
    });
  });
});

it.each([
  ['nothing', undefined, 0],
  ['a failure', away, 1],
  ['an error of somebody else', new Error('x'), 1],
  ['a wrong call', new MillraceError('x', { code: 'USAGE_INVALID', actor: 'operator' }), 2],
])('has an exit code for %s', (_name, error, code) => expect(exitCodeOf(error)).toBe(code));

it('names every code once', () => expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length));
