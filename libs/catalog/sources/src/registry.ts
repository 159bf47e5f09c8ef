import type { Source } from './source';

import { hubspot } from './hubspot/hubspot.source';
import { segment } from './segment/segment.source';
import { sendgrid } from './sendgrid/sendgrid.source';

/** Every type of source; one line each. */
export const SOURCES: Readonly<Record<string, Source>> = {
  [hubspot.type]: hubspot,
  [segment.type]: segment,
  [sendgrid.type]: sendgrid,
};
