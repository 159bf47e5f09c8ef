import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { findFreePorts } from '@millrace/local-stack';
import { waitFor } from '@millrace/platform-testing';

import { missingLine, type CommandBlock } from './read-guide';

/** Where parts and services listen when nobody says otherwise, by the variable that says otherwise. */
const USUAL: Readonly<Record<string, string>> = {
  KAFKA_BROKERS: '127.0.0.1:9092',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:8081/apis/ccompat/v7',
  CLICKHOUSE_URL: 'http://127.0.0.1:8123',
  CLICKHOUSE_NATIVE_URL: 'clickhouse://127.0.0.1:9000',
};
/** Likewise, where the variable is the port alone. */
const USUAL_PORTS: Readonly<Record<string, string>> = {
  COLLECTOR_PORT: '127.0.0.1:8080',
  WINDOWING_PORT: '127.0.0.1:8082',
  SCORING_PORT: '127.0.0.1:8083',
  SYNC_PORT: '127.0.0.1:8084',
};
const ADDRESS = /127\.0\.0\.1:\d+/g;
/** Compiling, a stack that starts, a model's run: none of it takes so long. */
const DEADLINE_MS = 500_000;

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/**
 * A terminal in a folder, as somebody has it who follows a guide: variables that one command sets are there for the next. Every
 * address that the guide names is another one here, so that two can be followed at once; what is shown has the guide's again.
 */
export class Terminal {
  readonly #running: Running[] = [];

  private constructor(
    private readonly root: string,
    /** Where everything that is not of the workspace lies. */
    private readonly aside: string,
    /** From the guide's addresses to those of here. */
    private readonly addresses: ReadonlyMap<string, string>,
  ) {}

  /** For a guide with this text. */
  static async open(root: string, aside: string, guide: string): Promise<Terminal> {
    const all = [...Object.values(USUAL), ...Object.values(USUAL_PORTS), guide].join(' ');
    const named = [...all.matchAll(ADDRESS)];
    linkDownloads(cacheBelow(aside));
    const usual = [...new Set(named.map(([address]) => address))];
    const ports = await findFreePorts(usual.length);
    return new Terminal(root, aside, new Map(usual.map((address, index) => [address, `127.0.0.1:${ports[index]}`])));
  }

  /** Rejects when it does not end as the guide says, or does not show what the guide shows. */
  async run({ command, shows, then }: CommandBlock): Promise<void> {
    if (then === 'runs') return this.#start(command, shows);
    const { code, output } = await this.#runToEnd(command);
    const missing = missingLine(shows, output);
    const isAsSaid = (code === 0) === (then === 'ends');
    if (isAsSaid && missing === null) return;
    const problem = isAsSaid ? `does not show ${JSON.stringify(missing)}` : `ended with ${code}`;
    throw new Error(`$ ${command}\n${problem}; it printed:\n${output}`);
  }

  /** Ends what runs, the last first. */
  async close(): Promise<void> {
    for (const running of this.#running.splice(0).reverse()) await running.stop();
  }

  async #runToEnd(command: string): Promise<Ended> {
    const child = this.#spawn(command, `trap 'export -p > "${this.#variables}"' EXIT`);
    const timer = setTimeout(() => endGroup(child, 'SIGKILL'), DEADLINE_MS);
    const parts: Buffer[] = [];
    child.stdout?.on('data', (part: Buffer) => parts.push(part));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearTimeout(timer);
    return { code, output: this.#asInGuide(Buffer.concat(parts).toString('utf8')) };
  }

  async #start(command: string, shows: readonly string[]): Promise<void> {
    const running = new Running(this.#spawn(command, '', this.#addresses()));
    this.#running.push(running);
    const isThere = (): boolean => missingLine(shows, this.#asInGuide(running.output)) === null;
    await waitFor(`$ ${command}`, () => Promise.resolve(running.hasEnded || isThere()), {
      deadlineMs: DEADLINE_MS,
    }).catch(() => undefined);
    if (running.hasEnded || !isThere()) {
      const missing = missingLine(shows, this.#asInGuide(running.output));
      throw new Error(
        `$ ${command}\ndoes not run or does not show ${JSON.stringify(missing)}; it printed:\n${running.output}`,
      );
    }
  }

  get #variables(): string {
    return join(this.aside, 'variables.sh');
  }

  /** A shell in a process group of its own, which ends with this process. */
  #spawn(command: string, before: string, more: Readonly<Record<string, string>> = {}): ChildProcess {
    const script = [
      `[ -f "${this.#variables}" ] && . "${this.#variables}"`,
      before,
      'set -a -o pipefail',
      'exec 2>&1',
      this.#asHere(command),
    ];
    const child = spawn('bash', ['-c', script.join('\n')], {
      cwd: this.root,
      env: { ...ownEnvironment(), ...this.#asideOf(), ...more },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    const guard = spawn('sh', ['-c', `cat > /dev/null; kill -TERM -${child.pid} 2> /dev/null`], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    guard.unref();
    child.once('exit', () => guard.kill('SIGKILL'));
    return child;
  }

  /** Nothing is left on this machine, and no daemon of nx. */
  #asideOf(): Readonly<Record<string, string>> {
    return { TMPDIR: this.aside, XDG_CACHE_HOME: cacheBelow(this.aside), NX_DAEMON: 'false' };
  }

  /** For what runs: commands find it by themselves. */
  #addresses(): Readonly<Record<string, string>> {
    const addresses = Object.entries(USUAL).map(([name, address]) => [name, this.#asHere(address)]);
    const ports = Object.entries(USUAL_PORTS).map(([name, address]) => [name, this.#asHere(address).split(':')[1]]);
    return Object.fromEntries([...addresses, ...ports]) as Record<string, string>;
  }

  #asHere(text: string): string {
    return text.replace(ADDRESS, (address) => this.addresses.get(address) ?? address);
  }

  #asInGuide(output: string): string {
    const back = new Map([...this.addresses].map(([usual, here]) => [here, usual]));
    return output.replace(ADDRESS, (address) => back.get(address) ?? address);
  }
}

/** Without what Jest and a stack around it say: a guide begins with nothing. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const others = new Set(['NODE_ENV', 'JEST_WORKER_ID', ...Object.keys(USUAL), ...Object.keys(USUAL_PORTS)]);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !others.has(name)));
}

/** Here `npm start` says where it is. */
const cacheBelow = (aside: string): string => join(aside, 'cache');

/** What was downloaded before is used; who runs on this machine is not seen, and does not see it. */
function linkDownloads(cache: string): void {
  const own = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'millrace');
  mkdirSync(join(cache, 'millrace'), { recursive: true });
  const folders = existsSync(own) ? readdirSync(own, { withFileTypes: true }).filter((one) => one.isDirectory()) : [];
  for (const { name } of folders) symlinkSync(join(own, name), join(cache, 'millrace', name));
}

/** Something that goes on while a guide is followed, with all that it began. */
class Running {
  hasEnded = false;
  #output = '';

  constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (part: Buffer) => (this.#output += part.toString('utf8')));
    child.once('close', () => (this.hasEnded = true));
  }

  get output(): string {
    return this.#output;
  }

  async stop(): Promise<void> {
    endGroup(this.child, 'SIGTERM');
    const isOver = (): Promise<boolean> => Promise.resolve(!endGroup(this.child, 0));
    await waitFor('what ran to end', isOver, { deadlineMs: 60_000 }).catch(() => endGroup(this.child, 'SIGKILL'));
  }
}

/** False: nothing of the group is there. */
function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return pid !== undefined && process.kill(-pid, signal);
  } catch {
    return false;
  }
}
