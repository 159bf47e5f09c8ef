import { runService } from '@millrace/platform-observability';

import { readCollectorConfig } from '../../app.config';
import { PublisherService } from '../../publish/publisher.service';
import { startCollector } from '../../topology';
import { madeInstance } from './made-poll-source';

// A collector of the made source, as a process of its own. CRASH_AT_CURSOR=n: it dies before the cursor that is the n-th is written, its
// records being safe.

const crashAt = Number(process.env['CRASH_AT_CURSOR'] ?? Infinity);
let cursors = 0;
// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
const append = PublisherService.prototype.append;
PublisherService.prototype.append = function dieBetween(this: PublisherService, records): Promise<void> {
  if (records.some(({ topic }) => topic.endsWith('sources.cursors.v1')) && ++cursors >= crashAt) {
    process.kill(process.pid, 'SIGKILL');
  }
  return append.call(this, records);
};

runService(() =>
  startCollector(readCollectorConfig(), { instances: [madeInstance('made', process.env['MADE_API_URL'] ?? '')] }),
);
