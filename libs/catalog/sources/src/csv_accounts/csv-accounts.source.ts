import { entityFile } from '../tabular/entity-file';

/** Accounts of a CSV or JSONL file. */
export const csvAccounts = entityFile('accounts', 'csv_accounts', 'Accounts of a CSV or JSONL file');
