import { entityFile } from '../tabular/entity-file';

/** People of a CSV or JSONL file. */
export const csvPeople = entityFile('people', 'csv_people', 'People of a CSV or JSONL file');
