import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ConfigError, MillraceError } from '@millrace/platform-errors';
import type { Clients, ClientRunner } from './artifact';

const run = promisify(execFile);

/** What execFile rejects with. */
interface Failure {
  code?: unknown;
  stdout?: unknown;
  stderr?: unknown;
}

interface Client {
  title: string;
  command: string;
  args: readonly string[];
  /** The lines in which it says what went wrong. */
  isReason: (line: string) => boolean;
  install: string;
  check: string;
}

const MAVEN: Client = {
  title: 'Maven',
  command: 'mvn',
  args: ['-q', '-B'],
  isReason: (line) => line.includes('ERROR'),
  install: 'Install it (Debian: apt-get install maven, macOS: brew install maven)',
  check: 'Check the network and ~/.m2/settings.xml, then start again',
};

const NPM: Client = {
  title: 'npm',
  command: 'npm',
  args: ['--no-audit', '--no-fund', '--loglevel=error'],
  isReason: (line) => line.startsWith('npm error'),
  install: 'Install it with Node.js (https://nodejs.org)',
  check: 'Check the network and ~/.npmrc, then start again',
};

const reasonOf = ({ stdout, stderr }: Failure, isReason: Client['isReason']): string =>
  `${String(stdout)}\n${String(stderr)}`.split('\n').filter(isReason).slice(0, 3).join('\n');

const createRunner =
  (client: Client, env: NodeJS.ProcessEnv, signal?: AbortSignal): ClientRunner =>
  async (args, workingDirectory) => {
    const { title, command } = client;
    try {
      const options = { cwd: workingDirectory, env, signal, maxBuffer: 16 * 1024 * 1024 };
      await run(command, [...client.args, ...args], options);
    } catch (error) {
      const failure = error as Failure;
      if (failure.code === 'ENOENT') {
        throw new ConfigError(`${title} (${command}) is needed for the first start and was not found`, {
          code: 'STACK_UNAVAILABLE',
          advice: client.install,
          cause: error,
        });
      }
      throw new MillraceError(`${title} could not fetch what the stack needs: ${reasonOf(failure, client.isReason)}`, {
        code: 'STACK_UNAVAILABLE',
        actor: 'operator',
        advice: client.check,
      });
    }
  };

/** The package clients of this machine with the user's own settings (mirrors, proxies), so companies' rules hold. */
export const createClients = (env: NodeJS.ProcessEnv, signal?: AbortSignal): Clients => ({
  mvn: createRunner(MAVEN, env, signal),
  npm: createRunner(NPM, env, signal),
});
