import { createTools, type Sink } from '@millrace/catalog-destinations';

import type { ReadBackRecords } from '../planning/plan-subject';
import type { DestinationRuntime } from './destination-runtime';

/** Undefined: the destination cannot be asked what its records have. Calls wait for their turn like all others of the account. */
export function askDestination(
  { name, configured, account }: Pick<DestinationRuntime, 'name' | 'configured' | 'account'>,
  { sink, signal }: { readonly sink: Sink; readonly signal: AbortSignal },
): ReadBackRecords | undefined {
  const { destination, settings } = configured;
  const { readBack } = destination;
  if (readBack === undefined) return undefined;
  return ({ object, entity, match, mode }, keys, fields) => {
    const now = Date.now();
    const tools = createTools({ account, sink, now: Date.now, signal });
    const context = {
      destination: name,
      object,
      subject: entity,
      match,
      mode,
      lane: 'batch',
      plan_id: '',
      run_id: null,
      chunk: 0,
      as_of: now,
      now,
    };
    return readBack(keys, fields, settings, context, tools);
  };
}
