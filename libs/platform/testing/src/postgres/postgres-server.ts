import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort } from '../free-port';
import { startGuard } from '../guard';
import { requirePostgres } from './find-postgres';

const run = promisify(execFile);

/** A PostgreSQL server of its own, on 127.0.0.1. */
export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** May do everything. */
  readonly user: string;
  readonly password: string;
  /** PEM of the certificate that it shows, signed by itself, for localhost; empty: it knows no TLS. */
  readonly certificate: string;
  /** The server's own lines. */
  logs(): string;
  /** Ends it as a crash would, and starts it again on the same data. */
  crash(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Data of a test need not survive a power cut. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  max_connections: '50',
  shared_buffers: '32MB',
};
const START_TIMEOUT_MS = 60_000;
const USER = 'millrace';
const PASSWORD = 'a password, with "quotes"';

export interface PostgresOptions {
  /** With a certificate of its own; needs `openssl`. Default: false. */
  readonly hasTls?: boolean;
}

/** Starts a new server on a free port. PostgreSQL refuses to run as root: then it runs as `postgres` or `nobody`. */
export async function startPostgres({ hasTls = false }: PostgresOptions = {}): Promise<PostgresServer> {
  const programs = requirePostgres();
  const account = unprivileged();
  const folder = mkdtempSync(join(tmpdir(), 'millrace-postgres-'));
  const passwordFile = join(folder, 'password');
  const data = join(folder, 'data');
  const as = { ...account, cwd: folder, env: { ...process.env, LC_ALL: 'C' } };
  writeFileSync(passwordFile, PASSWORD);
  if (account !== undefined) for (const path of [folder, passwordFile]) chownSync(path, account.uid, account.gid);
  await run(
    join(programs, 'initdb'),
    [
      ...['--pgdata', data, '--username', USER, '--pwfile', passwordFile],
      ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
    ],
    as,
  );
  const settings = { ...SETTINGS, ...(hasTls ? await makeCertificate(folder, as) : {}) };
  const port = await freePort();
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = { text: '' };
  const start = (): Promise<ChildProcess> => {
    const child = spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...options], {
      ...as,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return ready(child, log);
  };
  let server = await start();
  return {
    host: '127.0.0.1',
    port,
    database: 'postgres',
    user: USER,
    password: PASSWORD,
    certificate: hasTls ? readFileSync(join(folder, CERTIFICATE), 'utf8') : '',
    logs: () => log.text,
    crash: async () => {
      await end(server, 'SIGQUIT');
      server = await start();
    },
    stop: async () => {
      await end(server, 'SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** At the top of a spec: `const server = usePostgres();`. Registers the hooks that start and stop it. */
export function usePostgres(options: PostgresOptions = {}): { readonly current: PostgresServer } {
  let server: PostgresServer | undefined;
  // The first use on a new machine installs the package.
  beforeAll(async () => (server = await startPostgres(options)), 420_000);
  afterAll(() => server?.stop());
  return {
    get current() {
      if (server === undefined) throw new Error('PostgreSQL is started by beforeAll');
      return server;
    },
  };
}

const CERTIFICATE = 'server.crt';

/** Made by who the server runs as, since it takes no key that others own. */
async function makeCertificate(folder: string, as: object): Promise<Record<string, string>> {
  const [key, certificate] = [join(folder, 'server.key'), join(folder, CERTIFICATE)];
  await run(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
    ],
    as,
  );
  return { ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key };
}

function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account = ['postgres', 'nobody'].flatMap((name) => accounts.filter((one) => one[0] === name))[0];
  if (account === undefined) throw new Error('PostgreSQL refuses to run as root, and there is no account "nobody"');
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

function ready(child: ChildProcess, log: { text: string }): Promise<ChildProcess> {
  const guard = startGuard(child);
  child.once('close', () => guard.kill('SIGKILL'));
  const from = log.text.length;
  return new Promise((resolve, reject) => {
    const fail = (what: string): void => reject(new Error(`PostgreSQL ${what}: ${log.text.slice(from)}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`was not ready after ${START_TIMEOUT_MS / 1000} s`);
    }, START_TIMEOUT_MS);
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(timer);
      fail('ended');
    });
    child.stderr?.on('data', (chunk) => {
      log.text += String(chunk);
      if (!log.text.includes('ready to accept connections', from)) return;
      clearTimeout(timer);
      resolve(child);
    });
  });
}

/** SIGQUIT: at once, and without a checkpoint, as after a crash. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.kill(signal);
  await closed;
}
