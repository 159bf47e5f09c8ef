import type { SourceDefinition } from './source';

import { segment } from './segment/segment.source';

/** Every source that maps raw records; one line each. */
export const SOURCES: Readonly<Record<string, SourceDefinition>> = {
  [segment.name]: segment,
};
