import type { Source } from './source';

import { segment } from './segment/segment.source';

/** Every type of source; one line each. */
export const SOURCES: Readonly<Record<string, Source>> = {
  [segment.type]: segment,
};
