import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ConfigError, MillraceError } from '@millrace/platform-errors';
import type { MavenRunner } from './artifact';

const run = promisify(execFile);

/** What execFile rejects with. */
interface Failure {
  code?: unknown;
  stdout?: unknown;
}

/** The first of what the client called errors, without its progress lines. */
const reasonOf = ({ stdout }: Failure): string =>
  String(stdout)
    .split('\n')
    .filter((line) => line.includes('ERROR'))
    .slice(0, 3)
    .join('\n');

/** The Maven client of this machine with the user's own settings (mirrors, proxies), so companies' rules hold. */
export const createMavenRunner =
  (env: NodeJS.ProcessEnv, signal?: AbortSignal): MavenRunner =>
  async (args, workingDirectory) => {
    try {
      await run('mvn', ['-q', '-B', ...args], { cwd: workingDirectory, env, signal, maxBuffer: 16 * 1024 * 1024 });
    } catch (error) {
      const failure = error as Failure;
      if (failure.code === 'ENOENT') {
        throw new ConfigError('Maven (mvn) is needed for the first start and was not found', {
          code: 'STACK_UNAVAILABLE',
          advice: 'Install it (Debian: apt-get install maven, macOS: brew install maven)',
          cause: error,
        });
      }
      throw new MillraceError(`Maven could not fetch what the stack needs: ${reasonOf(failure)}`, {
        code: 'STACK_UNAVAILABLE',
        actor: 'operator',
        advice: 'Check the network and ~/.m2/settings.xml, then start again',
      });
    }
  };
