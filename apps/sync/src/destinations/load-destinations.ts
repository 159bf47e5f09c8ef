import { destinationOfKind, type Destination } from '@millrace/catalog-destinations';
import type { Environment } from '@millrace/platform-config';
import { ConfigError } from '@millrace/platform-errors';

import type { z } from 'zod';

import { destinationsFileSchema, type DestinationEntry } from './destination-file';
import { parseDataText, readDataText } from './data-file';
import { resolveSecrets } from './resolve-secrets';

/** A destination of the file with its kind's functions and its settings, checked and with secrets in place. */
export interface ConfiguredDestination {
  readonly entry: DestinationEntry;
  readonly destination: Destination;
  readonly settings: unknown;
}

/** Reads the destinations file (YAML or JSON). Disabled destinations are left out. An empty path means none. */
export function loadDestinations(path: string, env?: Environment): readonly ConfiguredDestination[] {
  if (path === '') return [];
  return parseDestinations(readDataText(path), path, env);
}

export function parseDestinations(text: string, path: string, env?: Environment): readonly ConfiguredDestination[] {
  const parsed = destinationsFileSchema.safeParse(parseDataText(text, path));
  if (!parsed.success) throw invalid(path, '', parsed.error);
  return parsed.data.destinations
    .filter((entry) => entry.enabled)
    .map((entry) => {
      const destination = destinationOfKind(entry.kind);
      const settings = destination.settings.safeParse(resolveSecrets(entry.settings, env));
      if (!settings.success) throw invalid(path, `${entry.name}.settings.`, settings.error);
      return { entry, destination, settings: settings.data };
    });
}

function invalid(path: string, prefix: string, error: z.ZodError): ConfigError {
  const problems = error.issues.map((issue) => `${prefix}${issue.path.join('.')}: ${issue.message}`).join('; ');
  return new ConfigError(`The destinations file is wrong: ${problems}`, {
    code: 'DESTINATION_INVALID',
    advice: 'Correct the settings named; config/destinations holds an example',
    details: { path },
  });
}
