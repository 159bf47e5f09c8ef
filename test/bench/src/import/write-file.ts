import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';

import { seededRandom, type SeededRandom } from '@millrace/platform-testing';

/** A file as somebody would export it: the same for the same seed, no two rows alike, some 0.2% of the rows not right. */
export interface MadeFile {
  /** The source that imports it. */
  readonly source: string;
  readonly header: string;
  readonly row: (n: number, random: SeededRandom) => string;
}

const WRONG = 0.002;
const TOPICS = ['crm', 'etl', 'customer data platform', 'revenue operations', 'lead scoring', 'data warehouse'];
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2026, 0, 1);
const dayOf = (n: number): string => new Date(FIRST_DAY + (n % 300) * DAY_MS).toISOString().slice(0, 10);

const intent: MadeFile = {
  source: 'intent',
  header: 'Company Domain,Topic,Score,Date',
  row: (n, random) => {
    const domain = random.chance(WRONG / 2) ? 'gmail.com' : `company-${n}.com`;
    const score = random.chance(WRONG / 2) ? 'n/a' : String(random.integer(0, 100));
    return `${domain},${random.pick(TOPICS)},${score},${dayOf(n)}`;
  },
};

const TITLES = ['VP Marketing', 'Head of Sales, EMEA', 'Engineer', 'Revenue Operations Manager', 'CFO'];
const SENIORITIES = ['vp', 'director', 'manager', 'c_level', ''];

const people: MadeFile = {
  source: 'people',
  header: 'Id,Email,Full Name,Job Title,Seniority,Company Id,Consent,Country,Last Modified Date',
  row: (n, random) => {
    const email = random.chance(WRONG) ? `person ${n}` : `person-${n}@company-${n % 50_000}.com`;
    const consent = random.chance(0.1) ? 'unsubscribed' : 'subscribed';
    const at = `${dayOf(n)}T${String(n % 24).padStart(2, '0')}:30:00Z`;
    const title = `"${random.pick(TITLES)}"`;
    return `p${n},${email},Person ${n},${title},${random.pick(SENIORITIES)},a${n % 50_000},${consent},Germany,${at}`;
  },
};

export const MADE_FILES = { csv_intent: intent, csv_people: people } as const;
export type MadeFileName = keyof typeof MADE_FILES;

const LINES_A_WRITE = 1_000;

/** Writes as fast as the disk takes it; never more than a thousand rows are in memory. */
export async function writeMadeFile(path: string, { header, row }: MadeFile, rows: number): Promise<void> {
  const random = seededRandom(1);
  const file = createWriteStream(path);
  const done = finished(file);
  let lines = [header];
  for (let n = 0; n < rows; n += 1) {
    lines.push(row(n, random));
    if (lines.length < LINES_A_WRITE && n < rows - 1) continue;
    if (!file.write(`${lines.join('\n')}\n`)) await once(file, 'drain');
    lines = [];
  }
  file.end();
  await done;
}
