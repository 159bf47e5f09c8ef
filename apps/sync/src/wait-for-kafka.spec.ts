import { ConfigError, RetryableError } from '@millrace/platform-errors';

import { waitForKafka } from './wait-for-kafka';

const collect = () => {
  const lines: string[] = [];
  const warn = (_fields: object, line: string): void => void lines.push(line);
  return { lines, log: { debug: warn, info: warn, warn, error: warn } };
};

describe('waiting for Kafka', () => {
  it('goes on until the broker answers, and says what it waits for', async () => {
    const { lines, log } = collect();
    let attempts = 0;
    const connected = await waitForKafka(log, () => {
      attempts += 1;
      if (attempts > 1) return Promise.resolve('connected');
      return Promise.reject(new RetryableError('Connecting to Kafka failed', { code: 'KAFKA_UNAVAILABLE' }));
    });
    expect({ connected, attempts }).toEqual({ connected: 'connected', attempts: 2 });
    expect(lines.join()).toContain('Connecting to Kafka failed');
  });

  it('does not repeat what cannot succeed', async () => {
    const refused = waitForKafka(collect().log, () => Promise.reject(new ConfigError('no such user')));
    await expect(refused).rejects.toThrow('no such user');
  });
});
