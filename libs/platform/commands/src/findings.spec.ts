import { ConfigError } from '@millrace/platform-errors';

import { addDoctorCommand } from './doctor-command';
import { examinePlace, fine, wrong, type Finding } from './findings';
import { executeProgram } from './run-program';

const away = (): never => {
  throw new ConfigError('no write key', { advice: 'Create one with npx millrace keys create' });
};

it.each<[string, Promise<Finding>, Omit<Finding, 'check'>]>([
  ['what is well', examinePlace('keys', () => fine('3 keys')), { ok: true, detail: '3 keys', advice: '' }],
  [
    'what is not, and what to do',
    examinePlace('keys', () => wrong('none', 'Create one')),
    { ok: false, detail: 'none', advice: 'Create one' },
  ],
  [
    'an error with its advice, said once',
    examinePlace('keys', away, 'Look into the log'),
    { ok: false, detail: 'CONFIG_INVALID: no write key', advice: 'Create one with npx millrace keys create' },
  ],
  [
    'an error without advice, with the advice of the place',
    examinePlace('keys', () => Promise.reject(new Error('refused')), 'Start Kafka'),
    { ok: false, detail: 'refused', advice: 'Start Kafka' },
  ],
])('reports %s', async (_what, finding, expected) => {
  expect(await finding).toEqual({ check: 'keys', ...expected });
});

async function doctor(findings: Finding[], flags: string[] = []): Promise<{ code: number; output: string }> {
  let output = '';
  const code = await executeProgram(
    'Commands.',
    (program, shell) =>
      addDoctorCommand(
        program,
        shell,
        'mill',
        () => Promise.resolve(findings),
        () => ['http://127.0.0.1:1'],
      ),
    ['node', 'cli.js', 'doctor', ...flags],
    (text) => (output += text),
  );
  return { code, output };
}

it('prints a line for each place, advice below it, and fails when one is wrong', async () => {
  const good = { check: 'topics', ...fine('3 topics') };
  const bad = { check: 'tables', ...wrong('none', 'Run `npx millrace deploy`') };
  expect(await doctor([good], ['--without-services'])).toEqual({ code: 0, output: 'ok   topics: 3 topics\n' });
  expect(await doctor([good, bad], ['--without-services'])).toEqual({
    code: 1,
    output: 'ok   topics: 3 topics\nNOT  tables: none\n     Run `npx millrace deploy`\n',
  });
});

it('asks the service itself first, and fails when it does not answer', async () => {
  const { code, output } = await doctor([{ check: 'topics', ...fine('3 topics') }]);
  expect([code, output]).toEqual([
    1,
    expect.stringMatching(/^NOT {2}mill itself: does not answer.*\n.*MILL_URL.*\nok {3}topics/),
  ]);
});
