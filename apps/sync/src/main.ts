import { runService } from '@millrace/platform-observability';

import { readSyncConfig } from './app.config';
import { startSync } from './topology';

runService(() => startSync(readSyncConfig()));
