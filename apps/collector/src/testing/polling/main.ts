import { integer, parseEnvironment, url } from '@millrace/platform-config';
import { runService } from '@millrace/platform-observability';
import { z } from 'zod';

import { readCollectorConfig } from '../../app.config';
import { PublisherService } from '../../publish/publisher.service';
import { startCollector } from '../../topology';
import { madeInstance } from './made-poll-source';

// A collector as a process of its own: of the made source, or without MADE_API_URL of what SOURCES_FILES says. CRASH_AT_CURSOR=n: it dies
// before the cursor that is the n-th is written, its records being safe.

const settings = parseEnvironment(
  'made collector',
  z.object({ MADE_API_URL: url().optional(), CRASH_AT_CURSOR: integer(1_000_000_000) }),
);
let cursors = 0;
const append = PublisherService.prototype.append;
PublisherService.prototype.append = function dieBetween(this: PublisherService, records): Promise<void> {
  if (records.some(({ topic }) => topic.endsWith('sources.cursors.v1')) && ++cursors >= settings.CRASH_AT_CURSOR) {
    process.kill(process.pid, 'SIGKILL');
  }
  return append.call(this, records);
};

const { MADE_API_URL: made } = settings;
runService(() =>
  startCollector(readCollectorConfig(), made === undefined ? {} : { instances: [madeInstance('made', made)] }),
);
