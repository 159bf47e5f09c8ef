import { ConfigError } from '@millrace/platform-errors';

import type { Environment } from './parse-environment';

/**
 * Refuses variables that say nothing any more: silence would let somebody rely on them. `moved`: by name what says it now. Throws one
 * ConfigError that names all that are set.
 */
export function refuseMoved(
  moved: Readonly<Record<string, string>>,
  where: string,
  env: Environment = process.env,
): void {
  const names = Object.keys(moved).filter((name) => (env[name] ?? '').trim() !== '');
  if (names.length === 0) return;
  const instead = names.map((name) => `${name} is now ${moved[name]}`).join('; ');
  throw new ConfigError(`${names.join(', ')}: a variable does not say this any more, ${where} does`, {
    advice: `Unset what is named and write it there: ${instead}`,
  });
}
