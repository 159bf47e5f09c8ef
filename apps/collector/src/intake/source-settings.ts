import { CLOCK_CORRECTIONS, segment, type ClockCorrection } from '@millrace/catalog-sources';
import { ConfigError } from '@millrace/platform-errors';
import type { z } from 'zod';

import type { CollectorConfig } from '../app.config';

type SegmentSettings = z.output<typeof segment.settings>;

/** The settings that a source's events are mapped by. Throws ConfigError naming the wrong entry. */
export function readSourceSettings(config: CollectorConfig): (source: string) => SegmentSettings {
  const usual = segment.settings.parse({
    max_properties: config.COLLECTOR_MAX_PROPERTIES,
    drop_types: config.COLLECTOR_DROP_TYPES,
    drop_properties: config.COLLECTOR_DROP_PROPERTIES,
    nobody: config.COLLECTOR_NOBODY,
  });
  const own = new Map(
    config.COLLECTOR_CLOCK_CORRECTION.map((entry) => {
      const { source, correction } = parseEntry(entry, config.COLLECTOR_SOURCES);
      return [source, { ...usual, clock_correction: correction }];
    }),
  );
  return (source) => own.get(source) ?? usual;
}

interface Entry {
  readonly source: string;
  readonly correction: ClockCorrection;
}

function parseEntry(entry: string, sources: readonly string[]): Entry {
  const [source = '', word = '', ...more] = entry.split(':');
  const correction = CLOCK_CORRECTIONS.find((known) => known === word);
  if (correction !== undefined && more.length === 0 && sources.includes(source)) return { source, correction };
  const known = CLOCK_CORRECTIONS.join(', ');
  throw new ConfigError(`COLLECTOR_CLOCK_CORRECTION: "${entry}" is not <source>:<one of ${known}>`, {
    details: { entry, sources },
    advice: 'Write website:both, with a source that COLLECTOR_SOURCES names',
  });
}
