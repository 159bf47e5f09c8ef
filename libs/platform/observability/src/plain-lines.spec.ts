import { ConfigError } from '@millrace/platform-errors';

import { createLogger } from './logger';
import { plainLines } from './plain-lines';

it('writes words instead of JSON and stacks, and nothing of what client libraries say', () => {
  let written = '';
  const log = createLogger({ name: 'x', destination: plainLines((text) => (written += text)) });
  log.info('x ready');
  log.warn({ err: new Error('refused') }, 'landing waits');
  log.error({ err: new ConfigError('No topic', { advice: 'Run deploy' }) }, 'sealing is repeated');
  log.error({ broker: 'a:1' }, 'kafkajs Connection: Connection error');
  expect(written).toBe(
    'info: x ready\nwarn: landing waits: refused\nerror: sealing is repeated: CONFIG_INVALID: No topic. Run deploy\n',
  );
});
