import { runService } from '@millrace/platform-observability';

import { readScoringConfig } from './app.config';
import { startScoring } from './topology';

runService(() => startScoring(readScoringConfig()));
