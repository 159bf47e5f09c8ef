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

it('keeps what stands in other columns, and takes rows that differ there for two', async () => {
  const content = 'email,date,Booth Number\nann@example.com,2026-03-01,7\nann@example.com,2026-03-01,8\n';
  const { mapped } = await readFileBy(csvActivities, inPieces(content), { type: 'visited' });
  const signals = mapped.flatMap((one) => (one.fate === 'signal' ? [one.signal] : []));
  expect(signals.map(({ properties }) => properties)).toEqual([{ booth_number: '7' }, { booth_number: '8' }]);
  expect(new Set(signals.map(({ signal_id }) => signal_id)).size).toBe(2);
});

it('reads a date that could be two where the settings say which', async () => {
  const at = async (date_format?: string) =>
    (
      await readFileBy(csvActivities, inPieces('email,date\nann@example.com,03/04/2026\n'), { type: 'x', date_format })
    ).mapped.map((one) =>
      one.fate === 'signal' ? new Date(one.signal.occurred_at).toISOString().slice(0, 10) : one.fate,
    );
  expect(await at('mdy')).toEqual(['2026-03-04']);
  expect(await at('dmy')).toEqual(['2026-04-03']);
  expect(await at()).toEqual([]);
});
