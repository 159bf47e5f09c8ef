import { z } from 'zod';

import { createPerson } from '@millrace/contract-signal';

import { fileSource, quarantine } from '../source';
import { ENTITY_TABLES } from '../tabular/entity-fields';
import { mapRow } from '../tabular/entity-rows';
import { openTable } from '../tabular/open-table';
import { tableSettings } from '../tabular/settings';
import { readTableRow } from '../tabular/table';

const settings = z.strictObject({
  ...tableSettings,
  of_instance: z.string().default('direct').describe('Whose ids the file has; direct: your own.'),
});

/** People of a CSV or JSONL file. */
export const csvPeople = fileSource<typeof settings>({
  type: 'csv_people',
  title: 'People of a CSV or JSONL file',
  gives: ['people'],
  settings,
  fields: Object.keys(ENTITY_TABLES.people.fields),
  open: (bytes, { columns }, facts) => openTable(ENTITY_TABLES.people, bytes, columns, facts),
  map: (record, { receivedAt, settings: { of_instance, date_format } }) => {
    const row = readTableRow(record);
    if ('reason' in row) return [quarantine(row.reason, row.detail)];
    const instance = row.instance ?? of_instance;
    const context = {
      fileTime: row.file_time,
      now: receivedAt,
      hasDecimalComma: row.decimal_comma,
      dateFormat: date_format,
      instance,
    };
    const mapped = mapRow('people', row.texts, context);
    if ('reason' in mapped) return [quarantine(mapped.reason, mapped.detail)];
    return [{ fate: 'person', person: createPerson(mapped.record as never) }];
  },
});
