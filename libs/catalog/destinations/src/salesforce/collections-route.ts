import type { Route } from '../destination';
import { locateRecords } from './locate-records';
import type { SalesforceSettings } from './salesforce-settings';
import { encodeFields } from './salesforce-values';
import { MAX_ROWS, writeRecords } from './write-records';

/** Of a request's body; the API states none, and 200 records of this size are read in good time. */
const MAX_BYTES = 4 * 1024 * 1024;

/** sObject Collections: up to 200 records a request, answered row by row at once. */
export const collectionsRoute: Route<SalesforceSettings> = {
  name: 'collections',
  cut: { maxRecords: MAX_ROWS, maxBytes: MAX_BYTES },
  dedupeBy: 'match_key',
  encode: (record, _settings, context) => encodeFields(record, context),
  async deliver({ items, context }, settings, tools) {
    const located = await locateRecords(
      items.map(({ record }) => record),
      settings,
      context,
      tools,
    );
    if (located.kind !== 'located') return located;
    const writes = items.map(({ record, encoded }) => ({ record, encoded, target: located.targetOf(record) }));
    return writeRecords(writes, { object: context.object, keyField: located.keyField }, settings, tools);
  },
};
