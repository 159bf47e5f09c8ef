import { executeProgram } from '@millrace/platform-commands';

import { addCommands } from './program';
import type { Runner } from './program';

const run = async (argv: string[], codes: Partial<Record<string, number>> = {}) => {
  const calls: string[] = [];
  let written = '';
  const runner: Runner = {
    run: (service, args) => {
      calls.push([service, ...args].join(' '));
      return Promise.resolve(codes[service] ?? 0);
    },
    capture: (service, args) => {
      calls.push([service, ...args].join(' '));
      return Promise.resolve({ code: codes[service] ?? 0, output: `{"of":"${service}"}` });
    },
  };
  const exitCode = await executeProgram(
    'millrace',
    (program, shell) => addCommands(program, shell, runner),
    ['node', 'millrace', ...argv],
    (text) => (written += text),
  );
  return { calls, written, exitCode };
};

describe('millrace', () => {
  it('hands a command with its arguments to the service that owns it', async () => {
    const { calls } = await run(['windows', 'seal', '--wait', '--json']);
    expect(calls).toEqual(['windowing windows seal --wait --json']);
  });

  it('lets the owner answer --help', async () => {
    expect((await run(['plan', '--help'])).calls).toEqual(['sync plan --help']);
  });

  it('lets the owner answer help of a command, too', async () => {
    expect((await run(['help', 'windows', 'seal'])).calls).toEqual(['windowing windows seal --help']);
  });

  it('exits with what the owner exited with', async () => {
    expect((await run(['explain', 'nobody'], { scoring: 1 })).exitCode).toBe(1);
  });

  it('runs deploy in every service, in the order of the flow', async () => {
    expect((await run(['deploy'])).calls).toEqual([
      'collector deploy',
      'windowing deploy',
      'scoring deploy',
      'sync deploy',
    ]);
  });

  it('prints one object for all services with --json and fails if one failed', async () => {
    const { written, exitCode } = await run(['doctor', '--json'], { scoring: 1 });
    expect(JSON.parse(written)).toMatchObject({ collector: { of: 'collector' }, sync: { of: 'sync' } });
    expect(exitCode).toBe(1);
  });

  it('runs a shared command in the services that have a part in it', async () => {
    expect((await run(['set-aside', 'list'])).calls).toEqual(['scoring set-aside list', 'sync set-aside list']);
  });

  it('hands a shared command to the one service that its argument names', async () => {
    const { calls, exitCode } = await run(['set-aside', 'retry', 'sync/0a1b2c', '--json'], { sync: 1 });
    expect({ calls, exitCode }).toEqual({ calls: ['sync set-aside retry sync/0a1b2c --json'], exitCode: 1 });
  });

  it.each([
    [['--table', 'deliveries'], ['sync']],
    [['--table=person_facts'], ['scoring']],
    [
      ['--table', 'nonsense'],
      ['scoring', 'sync'],
    ],
  ])('hands set-aside %j to %j', async (args, services) => {
    const { calls } = await run(['set-aside', 'retry', ...args]);
    expect(calls).toEqual(services.map((service) => `${service} set-aside retry ${args.join(' ')}`));
  });

  it('explains a shared command once', async () => {
    expect((await run(['set-aside', 'retry', '--help'])).calls).toEqual(['scoring set-aside retry --help']);
  });

  it.each([
    [['people', 'import', 'contacts.csv', '--instance', 'crm'], 'people import', 'import people <file>'],
    [['people', 'import', '--help'], 'people import', 'import people <file>'],
    [['accounts', 'import', 'companies.csv'], 'accounts', 'import accounts <file>'],
    [['accounts'], 'accounts', 'import accounts <file>'],
    [['help', 'accounts', 'import'], 'accounts', 'import accounts <file>'],
  ])('says in one line what to write instead of %j', async (argv, former, now) => {
    const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { calls, exitCode } = await run(argv);
    const said = stderr.mock.calls.map(([text]) => String(text)).join('');
    stderr.mockRestore();
    expect({ calls, exitCode }).toEqual({ calls: [], exitCode: 2 });
    expect(said).toMatch(new RegExp(`^.*${former} is not a command any more: write npx millrace ${now}\n$`));
  });

  it('still hands what begins alike to its owner', async () => {
    expect((await run(['people', 'important'])).calls).toEqual(['scoring people important']);
  });

  it('refuses an unknown command', async () => {
    const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect((await run(['nonsense'])).exitCode).toBe(2);
    expect(stderr.mock.calls.join()).toContain("unknown command 'nonsense'");
    stderr.mockRestore();
  });
});
