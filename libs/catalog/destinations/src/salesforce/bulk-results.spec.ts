import { parseCsv } from './bulk-csv';
import type { Job } from './bulk-job';
import { faultOfJob, readResults, type JobResults } from './bulk-results';
import { readRowError } from './read-row-errors';

const ID = '003000000000001AAA';
const NONE: JobResults = { successful: [], failed: [], unprocessed: [] };
const job = (more: Partial<Job> = {}): Job => ({ id: '750000000000001AAA', state: 'JobComplete', ...more });
const rows = (text: string) => parseCsv(text) ?? [];

describe('results by key', () => {
  const success = rows(`"sf__Id","sf__Created","Id"\n"${ID}","false","${ID}"\n`);
  const refused = rows(`"sf__Id","sf__Error","Id"\n"${ID}","STRING_TOO_LONG:too long:Title --","${ID}"\n`);
  const said = (results: JobResults, of = job()): string => {
    const read = readResults({ job: of, results }, 'update', 'Id', (key) => key);
    return read.outcomeOf('ann', ID).outcome;
  };

  it.each<[string, JobResults, string]>([
    ['a success', { ...NONE, successful: success }, 'accepted'],
    ['a refusal', { ...NONE, failed: refused }, 'rejected'],
    ['a row that was not reached', { ...NONE, unprocessed: rows(`"Id"\n"${ID}"\n`) }, 'retryable'],
    ['a row twice with the same words', { ...NONE, failed: [...refused, ...refused] }, 'rejected'],
    ['a row in two sets', { ...NONE, successful: success, failed: refused }, 'unknown'],
    ['a row in no set', NONE, 'unknown'],
    ['a set that cannot be read', { ...NONE, failed: undefined }, 'unknown'],
    ['a success without an id', { ...NONE, successful: rows(`"sf__Id","Id"\n,"${ID}"\n`) }, 'unknown'],
    [
      'a success with the id of another',
      { ...NONE, successful: rows(`"sf__Id","Id"\n"003000000000002AAA","${ID}"\n`) },
      'unknown',
    ],
    ['a refusal without words', { ...NONE, failed: rows(`"sf__Id","sf__Error","Id"\n,,"${ID}"\n`) }, 'unknown'],
  ])('%s', (_name, results, expected) => {
    expect(said(results)).toBe(expected);
  });

  it('are whole only where all sets were read and have as many rows as the job says', () => {
    const isWhole = (results: JobResults, count: number | null): boolean =>
      readResults({ job: job({ numberRecordsProcessed: count }), results }, 'insert', 'Email', (key) => key).isWhole;
    expect(isWhole({ ...NONE, successful: success }, 1)).toBe(true);
    expect(isWhole({ ...NONE, successful: success }, 2)).toBe(false);
    expect(isWhole({ ...NONE, successful: success }, null)).toBe(false);
    expect(isWhole({ ...NONE, successful: success, failed: undefined }, 1)).toBe(false);
  });
});

it.each([
  ['STRING_TOO_LONG:Title: data value too large:Title --', 'STRING_TOO_LONG', 'Title: data value too large', ['Title']],
  [
    'REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:--',
    'REQUIRED_FIELD_MISSING',
    'Required fields are missing: [LastName]',
    [],
  ],
  [
    'INVALID_FIELD_FOR_INSERT_UPDATE:Unable:A__c, B__c --',
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    'Unable',
    ['A__c', 'B__c'],
  ],
  [
    'UNABLE_TO_LOCK_ROW:unable to obtain\nexclusive access:--',
    'UNABLE_TO_LOCK_ROW',
    'unable to obtain\nexclusive access',
    [],
  ],
  ['words without a code', 'UNKNOWN_ERROR', 'words without a code', []],
  ['', 'UNKNOWN_ERROR', '', []],
])('reads the words of a failed row: %j', (text, statusCode, message, fields) => {
  expect(readRowError(text)).toEqual({ statusCode, message, fields });
});

describe('the fault of a whole job', () => {
  const words = 'INVALID_FIELD_FOR_INSERT_UPDATE:Unable to create/update fields: A__c:A__c --';
  const failed = (...errors: string[]) => errors.map((sf__error) => ({ sf__error }));

  it.each<[string, Job, JobResults, object | undefined]>([
    [
      'a field in its header',
      job({ errorMessage: 'InvalidBatch : Field name not found : A__c' }),
      NONE,
      { field: 'A__c' },
    ],
    ['data that cannot be read', job({ errorMessage: 'InvalidBatch : Failed to parse CSV' }), NONE, {}],
    ['one field for each row', job(), { ...NONE, failed: failed(words, words) }, { field: 'A__c' }],
    ['not when others failed otherwise', job(), { ...NONE, failed: failed(words, 'STRING_TOO_LONG:x:--') }, undefined],
    ['not when one was taken', job(), { ...NONE, successful: [{}], failed: failed(words) }, undefined],
    ['not when it broke', job({ errorMessage: 'InternalServerError : retried 20 times' }), NONE, undefined],
  ])('%s', (_name, of, results, expected) => {
    const fault = faultOfJob(of, results);
    if (expected === undefined) expect(fault).toBeUndefined();
    else expect(fault).toMatchObject(expected);
  });
});
