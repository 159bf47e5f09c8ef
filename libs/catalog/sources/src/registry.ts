import type { Source } from './source';

import { segment } from './segment/segment.source';
import { sendgrid } from './sendgrid/sendgrid.source';

/** Every type of source; one line each. */
export const SOURCES: Readonly<Record<string, Source>> = {
  [segment.type]: segment,
  [sendgrid.type]: sendgrid,
};
