import { findModel, type AccountHealthSettings } from '@millrace/catalog-models';
import { seededRandom, testSeed } from '@millrace/platform-testing';

import { deviationsOf, usualOf } from './testing/health-oracle';
import { usageHistories, type HistoryOptions } from './testing/usage-histories';

jest.setTimeout(600_000);

const settings = findModel('account_health').settings.parse({}) as AccountHealthSettings;
const SEED = testSeed();
const ACCOUNTS = 400;
const WEEKS = 60;
/** Uses a week of an account in the middle of its size. */
const SIZES = { '1-10': 6, '11-50': 40, '51-200': 200, '201-1000': 1000, '1001+': 8000 } as const;
type Size = keyof typeof SIZES;

const HISTORIES: Readonly<Record<string, Pick<HistoryOptions, 'dispersion' | 'hasSeasons'>>> = {
  'chance alone': { dispersion: 0, hasSeasons: false },
  'over-dispersed 0.04': { dispersion: 0.04, hasSeasons: false },
  'over-dispersed 0.04, seasons': { dispersion: 0.04, hasSeasons: true },
  'over-dispersed 0.15, seasons': { dispersion: 0.15, hasSeasons: true },
};

/** Alarms by use per 1,000 account-weeks; `factor`: what is left of the use in the week that is judged. */
function alarms(histories: readonly (readonly number[])[], overDispersion: boolean, factor = 1): number {
  let found = 0;
  let judged = 0;
  for (let week = 12; week < WEEKS; week += 1) {
    const members = histories.map((uses, index) => ({
      name: String(index),
      segment: '',
      // One account in eight, so that what is usual for the segment stays.
      ...usualOf(Math.round((uses[week] ?? 0) * (index % 8 === 0 ? factor : 1)), uses.slice(week - 12, week)),
    }));
    const deviations = deviationsOf(members, { segment: settings.segment, over_dispersion: overDispersion });
    for (const { name } of members) {
      if (factor !== 1 && Number(name) % 8 !== 0) continue;
      judged += 1;
      if (Number(deviations.get(name)?.zMicro) <= settings.alarm_z * 1e6) found += 1;
    }
  }
  return (1000 * found) / judged;
}

const rateOf = (size: Size, of: string, overDispersion: boolean, factor?: number): number => {
  const options = { accounts: ACCOUNTS, weeks: WEEKS, level: SIZES[size], ...HISTORIES[of] } as HistoryOptions;
  return alarms(usageHistories(seededRandom(SEED), options), overDispersion, factor);
};

describe('alarms by use where nothing changes, per 1,000 account-weeks', () => {
  const sizes = Object.keys(SIZES) as Size[];

  it.each(Object.keys(HISTORIES))('%s: at most 20 in each size', (of) => {
    const figures = sizes.map((size) => {
      const [rate, without, halved, gone] = [
        rateOf(size, of, true),
        rateOf(size, of, false),
        rateOf(size, of, true, 0.5),
        rateOf(size, of, true, 0),
      ];
      return { size, rate, without, halved, gone };
    });
    const lines = figures.map(({ size, ...rates }) =>
      [size, ...Object.values(rates).map((rate) => rate.toFixed(1))].join(' | '),
    );
    const header = `${of}: size | alarms | without the term | use halved, found | no use, found`;
    process.stdout.write([header, ...lines, ''].join('\n'));
    for (const { size, rate, gone } of figures) {
      expect({ size, isKept: rate <= 20 }).toEqual({ size, isKept: true });
      // An account of ten uses or more that stops is found at once.
      if (size !== '1-10') expect({ size, isFound: gone > 700 }).toEqual({ size, isFound: true });
    }
  });

  it('weeks of real use vary more than chance: without the term the larger sizes alarm more than twice as often', () => {
    for (const size of sizes.slice(2)) {
      const of = 'over-dispersed 0.04';
      expect(rateOf(size, of, false)).toBeGreaterThan(2 * rateOf(size, of, true));
    }
  });
});
