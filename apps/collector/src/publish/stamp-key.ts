import type { MapContext, MapResult } from '@millrace/catalog-sources';
import type { KeyKind } from '@millrace/contract-signal';

type MapEvent<Settings> = (raw: unknown, context: MapContext<Settings>) => MapResult;

/** The map, its signals with the kind of the write key they came in with: no event can say that of itself. */
export const stampKey =
  <Settings>(map: MapEvent<Settings>, kind: KeyKind): MapEvent<Settings> =>
  (raw, context) => {
    const result = map(raw, context);
    return result.fate === 'signal' ? { ...result, signal: { ...result.signal, key_kind: kind } } : result;
  };
