import { describeFileSource } from '../testing/describe-file-source';
import { inPieces, readFileBy } from '../testing/read-file';
import { csvActivities } from './csv-activities.source';

describeFileSource(csvActivities, __dirname, {
  example:
    'email,event,date\nann@example.com,Webinar Attended,2026-03-01\nann@example.com,Webinar Attended,03/04/2026\n',
});

it('takes seconds, milliseconds and dates for one instant, and one row for one signal wherever it stands', async () => {
  const row = (date: string): string => `email,date\nann@example.com,${date}\n`;
  const read = async (content: string) =>
    (await readFileBy(csvActivities, inPieces(content), { type: 'Webinar Attended' })).mapped.map((one) =>
      one.fate === 'signal' ? [one.signal.type, one.signal.occurred_at, one.signal.signal_id] : [],
    );
  const [first] = await read(row('2026-03-01T00:00:00Z'));
  expect(first).toEqual(['webinar_attended', Date.UTC(2026, 2, 1), expect.stringMatching(/^row-/)]);
  expect(await read(row('1772323200'))).toEqual([first]);
  expect(await read(row('1772323200000'))).toEqual([first]);
  expect(await read('date,email\n2026-02-01,bob@example.com\n2026-03-01,ann@example.com\n')).toContainEqual(first);
});

it('says what a row lacks', async () => {
  const content = 'email,date\nann@example.com,\n,2026-03-01\nann@example.com,2026-03-01\n';
  expect((await readFileBy(csvActivities, inPieces(content))).rejected).toEqual([
    '2 missing_occurred_at',
    '3 missing_type',
    '4 missing_type',
  ]);
});
