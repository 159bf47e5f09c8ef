import { createAccount, createPerson } from '@millrace/contract-signal';
import { z } from 'zod';

import type { RowReason } from '../row-reasons';
import { fileSource, quarantine, type FileSource, type Mapped } from '../source';
import { ENTITY_TABLES, type EntityName } from './entity-fields';
import { mapRow } from './entity-rows';
import { openTable } from './open-table';
import { tableSettings } from './settings';
import { readTableRow } from './table';

const settings = z.strictObject({
  ...tableSettings,
  of_instance: z.string().default('direct').describe('Whose ids the file has; direct: your own.'),
});

/** A file that says who people or accounts are, a row each. */
export const entityFile = (kind: EntityName, type: string, title: string): FileSource =>
  fileSource<typeof settings>({
    type,
    title,
    gives: [kind],
    settings,
    fields: Object.keys(ENTITY_TABLES[kind].fields),
    open: (bytes, { columns }, facts) => openTable(ENTITY_TABLES[kind], bytes, columns, facts),
    map: (record, { receivedAt, settings: { of_instance, date_format } }): readonly Mapped<RowReason>[] => {
      const row = readTableRow(record);
      if ('reason' in row) return [quarantine(row.reason, row.detail)];
      const mapped = mapRow(kind, row.texts, {
        fileTime: row.file_time,
        now: receivedAt,
        hasDecimalComma: row.decimal_comma,
        dateFormat: date_format,
        instance: row.instance ?? of_instance,
      });
      if ('reason' in mapped) return [quarantine(mapped.reason, mapped.detail)];
      return kind === 'people'
        ? [{ fate: 'person', person: createPerson(mapped.record as never) }]
        : [{ fate: 'account', account: createAccount(mapped.record as never) }];
    },
  });
