import { executeProgram } from '@millrace/platform-commands';

import { addPeopleCommand } from './people.command';

/** What is refused before anything is connected to. */
const run = async (...argv: string[]): Promise<{ code: number; error: unknown }> => {
  let written = '';
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const code = await executeProgram('', addPeopleCommand, ['node', 'millrace', 'people', ...argv, '--json'], (text) => {
    written += text;
  });
  stderr.mockRestore();
  return { code, error: (JSON.parse(written) as { error: { message: string } }).error.message };
};

it.each([
  [['link', 'user:u1', 'a@acme.com'], "required option '--note <text>' not specified"],
  [['link', 'user:u1', '--note', 'why'], "missing required argument 'identity'"],
  [['link', 'u1', 'a@acme.com', '--note', 'why'], 'the first identity: "u1" is not an identity: '],
  [['unlink', 'user:u1', 'acme', '--note', 'why'], 'the second identity: "acme" is not an identity: '],
  [['unlink', 'a@acme.com', '--note', ' '], '--note: give 1 to 500 characters'],
  [['unlink', 'a@acme.com', '--note', 'x'.repeat(501)], '--note: give 1 to 500 characters'],
  [['unlink', 'a@acme.com', '--note', 'why', '--author', ''], '--author: give 1 to 100 characters'],
  [['edits', 'nobody'], 'identity: "nobody" is not an identity: '],
])('people %j is refused', async (argv, message) => {
  expect(await run(...argv)).toEqual({ code: 2, error: expect.stringContaining(message) as string });
});
