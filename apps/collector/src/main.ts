import { runService } from '@millrace/platform-observability';

import { readCollectorConfig } from './app.config';
import { startCollector } from './topology';

runService(() => startCollector(readCollectorConfig()));
