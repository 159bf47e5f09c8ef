import { ConfigError, MillraceError } from '@millrace/platform-errors';

import { print, type JsonOption } from './command-shell';
import { executeProgram, type AddCommands } from './run-program';

const addCommands: AddCommands = (program, shell) => {
  const windows = program.command('windows').description('windows');
  windows
    .command('list')
    .option('--json', 'print one JSON list')
    .option('--limit <n>', 'at most so many')
    .action((options: JsonOption) => print(shell, options, [1, 2], ['one', 'two']));
  program.command('check').action(() => shell.exitWith(1));
  program
    .command('fail <what>')
    .option('--json', 'print one JSON object')
    .action((what: string) => {
      if (what === 'call') throw new MillraceError('no such day', { code: 'USAGE_INVALID' });
      throw new ConfigError('no such zone', { advice: 'Set TIME_ZONE' });
    });
};

let errors = '';
beforeEach(() => {
  errors = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    errors += String(text);
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

async function call(...args: string[]): Promise<{ code: number; output: string }> {
  let output = '';
  const stdout = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text);
    return true;
  });
  const code = await executeProgram('Commands.', addCommands, ['node', 'cli.js', ...args], (text) => (output += text));
  stdout.mockRestore();
  return { code, output };
}

it.each([
  ['0 when a command is done', ['windows', 'list'], 0],
  ['what a command says', ['check'], 1],
  ['1 when a command throws', ['fail', 'zone'], 1],
  ['2 when a command cannot make sense of its arguments', ['fail', 'call'], 2],
  ['2 for an unknown command', ['nonsense'], 2],
  ['2 for an unknown option', ['windows', 'list', '--nonsense'], 2],
  ['2 for an option without its value', ['windows', 'list', '--limit'], 2],
  ['0 for help', ['windows', '--help'], 0],
])('exits with %s', async (_what, args, expected) => {
  expect((await call(...args)).code).toBe(expected);
});

it('answers in lines or as JSON', async () => {
  expect((await call('windows', 'list')).output).toBe('one\ntwo\n');
  expect((await call('windows', 'list', '--json')).output).toBe('[1,2]\n');
});

it('says what went wrong in one line, and as an object with --json', async () => {
  const plain = await call('fail', 'zone');
  expect(plain.output).toBe('');
  expect(errors).toBe('CONFIG_INVALID: no such zone. Set TIME_ZONE.\n');
  const { output } = await call('fail', 'zone', '--json');
  expect(JSON.parse(output)).toMatchObject({ error: { code: 'CONFIG_INVALID', advice: 'Set TIME_ZONE' } });
});

it.each([[['--help']], [['windows', '--help']], [['windows', 'list', '--help']]])(
  '%s names the program that people call',
  async (args) => {
    const names = args.filter((word) => word !== '--help').join(' ');
    expect((await call(...args)).output).toContain(`Usage: millrace ${names}`.trimEnd());
  },
);

it('shows how a command is called after a wrong call', async () => {
  await call('windows', 'list', '--nonsense');
  expect(errors).toContain("error: unknown option '--nonsense'");
  expect(errors).toContain('Usage: millrace windows list [options]');
});
