import { describeFileSource } from '../testing/describe-file-source';
import { csvAccounts } from './csv-accounts.source';

describeFileSource(csvAccounts, __dirname, {
  example: 'account_id,website,Employees\na1,https://www.acme.co.uk/about,51\na2,n/a,10\n',
});
