import { runService } from '@millrace/platform-observability';

import { readWindowingConfig } from './app.config';
import { startWindowing } from './topology';

runService(() => startWindowing(readWindowingConfig()));
