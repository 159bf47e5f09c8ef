import { findModel, type AccountHealthSettings } from '@millrace/catalog-models';

import { bandOf, deviationsOf, meanOf, trendOf, usagePart, usualOf } from './health-oracle';

const settings = findModel('account_health').settings.parse({}) as AccountHealthSettings;
const STEADY = [20, 22, 19, 21, 20, 18, 23, 20, 21, 19, 22, 20];
const points = (value: bigint | null): number => Number(value) / 1e6;

describe('the formula by hand', () => {
  it.each([
    ['a steady history', STEADY, 20, 4.513868, 0.110803, 0],
    ['a constant 4, then nothing', Array.from({ length: 12 }, () => 4), 0, 2.09165, 0, -2.958555],
  ])('%s', (_name, history, now, median, mad, z) => {
    const usual = usualOf(now, history);
    expect(Number(usual.median) / 1e9).toBeCloseTo(median, 6);
    expect(Number(usual.mad) / 1e9).toBeCloseTo(mad, 6);
    // Two steady peers: nothing happened to everybody.
    const peers = ['a', 'b'].map((name) => ({ name, segment: '', ...usualOf(20, STEADY) }));
    const found = deviationsOf([{ name: 'it', segment: '', ...usual }, ...peers], settings).get('it');
    expect(found?.scale).toBe(500_000_000n);
    expect(Number(found?.zMicro) / 1e6).toBeCloseTo(z, 6);
  });

  it('all six parts', () => {
    const parts = {
      usage: usagePart(400_000n),
      trend: trendOf([...STEADY].reverse()),
      breadth: 72_000_000n,
      support: 55_000_000n,
      payment: 100_000_000n,
      engagement: 70_710_678n,
    };
    expect([points(parts.usage), points(parts.trend)]).toEqual([80, 75.583092]);
    expect(meanOf(parts, settings.weights)).toMatchObject({ score: 75, coverage: 100 });
  });

  it('without a licence and contact: the others count the more', () => {
    const parts = {
      usage: usagePart(-1_200_000n),
      trend: trendOf(Array.from({ length: 12 }, () => 20)),
      breadth: null,
      support: 100_000_000n,
      payment: 50_000_000n,
      engagement: null,
    };
    expect([points(parts.usage), points(parts.trend)]).toEqual([60, 75]);
    expect(meanOf(parts, settings.weights)).toMatchObject({ score: 70, coverage: 70 });
    expect(bandOf(70, 'none', settings.bands)).toBe('green');
  });

  it('bands go up at higher marks than down', () => {
    let last = 'none';
    const bands = [72, 69, 74, 75, 70, 39, 44, 45, 74, 30, 76, 69].map((score) => {
      last = bandOf(score, last, settings.bands);
      return last;
    });
    expect(bands.join(' ')).toBe('green yellow yellow green green red red yellow yellow red green yellow');
  });
});
