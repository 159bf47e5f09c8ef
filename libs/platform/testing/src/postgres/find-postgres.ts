import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ConfigError } from '@millrace/platform-errors';

/** Where Debian, Red Hat and macOS put it; in the first each version has a folder of its own. */
const VERSIONS = '/usr/lib/postgresql';
const FOLDERS = [
  '/usr/bin',
  '/usr/pgsql/bin',
  '/usr/local/pgsql/bin',
  '/opt/homebrew/opt/postgresql/bin',
  '/usr/local/opt/postgresql/bin',
];
const ADVICE = 'Install PostgreSQL 13 or newer (Debian: apt-get install postgresql, macOS: brew install postgresql)';
const INSTALL_TIMEOUT_MS = 300_000;

/** The folder with `initdb` and `postgres`; where there is none, root on Debian installs the package. */
export function requirePostgres(): string {
  const found = findPostgres() ?? (mayInstall() ? installPostgres() : undefined);
  if (found !== undefined) return found;
  throw new ConfigError('PostgreSQL is needed and was not found', { code: 'STACK_UNAVAILABLE', advice: ADVICE });
}

function findPostgres(): string | undefined {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a)) : [];
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'postgres'))
    .filter((program) => existsSync(program))
    // A link to the program is not beside `initdb`.
    .map((program) => dirname(realpathSync(program)));
  const folders = [...onPath, ...versions.map((version) => join(VERSIONS, version, 'bin')), ...FOLDERS];
  return folders.find((folder) => ['initdb', 'postgres'].every((program) => existsSync(join(folder, program))));
}

const mayInstall = (): boolean => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

/** Several specs may find it missing at once: one installs, the others wait for it. */
function installPostgres(): string | undefined {
  const script = [
    'test -x /usr/lib/postgresql/*/bin/initdb && exit 0',
    'apt-get update -qq',
    'exec apt-get install -y -qq --no-install-recommends postgresql',
  ].join('; ');
  try {
    execFileSync('flock', [join(tmpdir(), 'millrace-postgresql.lock'), 'sh', '-c', script], {
      timeout: INSTALL_TIMEOUT_MS,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch (error) {
    throw new ConfigError('PostgreSQL is needed, and installing the package postgresql failed', {
      code: 'STACK_UNAVAILABLE',
      advice: ADVICE,
      cause: error,
    });
  }
  return findPostgres();
}
