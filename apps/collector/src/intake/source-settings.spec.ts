import { readCollectorConfig } from '../app.config';
import { readSourceSettings } from './source-settings';

const settingsWith = (corrections: string) =>
  readSourceSettings(
    readCollectorConfig({
      KAFKA_BROKERS: 'localhost:9092',
      COLLECTOR_SOURCES: 'website,product',
      COLLECTOR_CLOCK_CORRECTION: corrections,
      COLLECTOR_MAX_PROPERTIES: '7',
    }),
  );

it('corrects fast clocks only, unless a source says otherwise', () => {
  const settingsOf = settingsWith('product:both');
  expect(settingsOf('website')).toMatchObject({ clock_correction: 'fast_only', max_properties: 7 });
  expect(settingsOf('product')).toMatchObject({ clock_correction: 'both', max_properties: 7 });
});

it.each(['both', 'website:', 'website:slow', 'website:both:none', 'nowhere:both', ':both'])('refuses %s', (entry) => {
  expect(() => settingsWith(entry)).toThrow(`COLLECTOR_CLOCK_CORRECTION: "${entry}" is not`);
});
