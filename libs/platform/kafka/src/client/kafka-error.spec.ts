import { RetryableError } from '@millrace/platform-errors';
import { KafkaJSConnectionError, KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } from 'kafkajs';
import { brokerErrorType, isMembershipError, toKafkaError } from './kafka-error';

const protocol = (type: string, retriable = false): Error =>
  Object.assign(new KafkaJSProtocolError(new Error(type)), { type, retriable });
const exceeded = (cause: Error): Error =>
  new KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 3, retryTime: 100 } as never);
const connection = new KafkaJSConnectionError('refused', { broker: 'x:1' } as never);

describe('our error for a kafkajs error', () => {
  it.each([
    ['a refused connection', connection, 'KAFKA_UNAVAILABLE', true],
    ['retries that ran out on it', exceeded(connection), 'KAFKA_UNAVAILABLE', true],
    ['a missing topic', exceeded(protocol('UNKNOWN_TOPIC_OR_PARTITION', true)), 'TOPIC_MISSING', false],
    ['a record too large', protocol('MESSAGE_TOO_LARGE'), 'KAFKA_RECORD_TOO_LARGE', false],
    ['a missing right', protocol('TOPIC_AUTHORIZATION_FAILED'), 'KAFKA_REQUEST_FAILED', false],
    ['a leader that moves', protocol('NOT_LEADER_FOR_PARTITION', true), 'KAFKA_UNAVAILABLE', true],
    ['too few replicas', protocol('NOT_ENOUGH_REPLICAS', true), 'KAFKA_UNAVAILABLE', true],
    ['anything else', new Error('?'), 'KAFKA_REQUEST_FAILED', false],
  ])('for %s says so, and whether to retry', (_what, error, code, isRetryable) => {
    expect(toKafkaError(error, 'Doing it failed', { topic: 't' })).toMatchObject({ code, isRetryable, cause: error });
  });

  it('is the error itself when it is ours', () => {
    const ours = new RetryableError('x', { code: 'KAFKA_QUEUE_FULL' });
    expect(toKafkaError(ours, 'Doing it failed')).toBe(ours);
  });
});

describe('a membership that is over', () => {
  it('is seen through wrappers', () => {
    expect(isMembershipError(new Error('handler failed', { cause: protocol('ILLEGAL_GENERATION') }))).toBe(true);
    expect(isMembershipError(protocol('REBALANCE_IN_PROGRESS'))).toBe(true);
    expect(isMembershipError(connection)).toBe(false);
    expect(brokerErrorType(exceeded(protocol('UNKNOWN_MEMBER_ID')))).toBe('UNKNOWN_MEMBER_ID');
  });
});
