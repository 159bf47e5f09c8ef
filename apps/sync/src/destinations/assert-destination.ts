import { assertKnown } from '@millrace/platform-errors';

import type { ConfiguredDestination } from './load-destinations';

/** Passes when the file has the destination, or `others` do; throws a UsageError that says what there is. */
export function assertDestination(
  typed: string,
  configured: readonly ConfiguredDestination[],
  others: readonly string[] = [],
): void {
  assertKnown({
    kind: 'destination',
    typed,
    known: [...configured.map(({ entry }) => entry.name), ...others],
    code: 'DESTINATION_UNKNOWN',
    advice: 'None is configured: set SYNC_DESTINATIONS_FILE; config/destinations holds an example',
  });
}
