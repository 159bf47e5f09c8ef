import { DESTINATIONS, type Destination } from '@millrace/catalog-destinations';
import { runService } from '@millrace/platform-observability';

import { readSyncConfig } from '../../app.config';
import { startSync } from '../../topology';
import { madeJobs } from './made-jobs.destination';

/** The service with one more kind of destination, for specs that kill it. */
(DESTINATIONS as Destination[]).push(madeJobs);
runService(() => startSync(readSyncConfig()));
