import { ConfigError } from '@millrace/platform-errors';

import { clickhouseTable } from './clickhouse-table/clickhouse-table.destination';
import type { Destination } from './destination';
import { hubspot } from './hubspot/hubspot.destination';
import { postgres } from './postgres/postgres.destination';
import { salesforce } from './salesforce/salesforce.destination';
import { slack } from './slack/slack.destination';
import { webhook } from './webhook/webhook.destination';

/** Every kind of destination, one line each. */
export const DESTINATIONS: readonly Destination[] = [webhook, clickhouseTable, hubspot, postgres, salesforce, slack];

export function destinationOfKind(kind: string): Destination {
  const found = DESTINATIONS.find((destination) => destination.kind === kind);
  if (found !== undefined) return found;
  throw new ConfigError(`There is no destination of kind "${kind}"`, {
    code: 'DESTINATION_UNKNOWN',
    advice: `Use one of ${DESTINATIONS.map((destination) => destination.kind).join(', ')}`,
  });
}
