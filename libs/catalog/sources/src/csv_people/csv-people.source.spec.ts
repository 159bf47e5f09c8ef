import { join } from 'node:path';

import { describeFileSource } from '../testing/describe-file-source';
import { inPieces, readFileBy } from '../testing/read-file';
import { csvPeople } from './csv-people.source';

describeFileSource(csvPeople, __dirname, {
  example: 'person_id,email,Full Name\np1,ann@example.com,Ann\np2,nonsense,Bo\n,,Nobody\n',
  files: [{ path: join(__dirname, 'fixtures/crm_ids.csv'), settings: { columns: { person_id: 'Id' } } }],
});

it('has the ids of the instance that the settings name, or whoever brings the file', async () => {
  const file = 'person_id,email\n77,ann@example.com\n';
  const instances = async (settings: object, facts: object) =>
    (await readFileBy(csvPeople, inPieces(file), settings, facts)).mapped.map((one) =>
      one.fate === 'person' ? [one.person.instance, one.person.updated_at] : one.fate,
    );
  expect(await instances({}, { time: 5 })).toEqual([['direct', 5]]);
  expect(await instances({ of_instance: 'hub' }, {})).toEqual([['hub', 1]]);
  expect(await instances({ of_instance: 'hub' }, { instance: 'other' })).toEqual([['other', 1]]);
});
