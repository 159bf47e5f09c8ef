import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { CommandBlock } from './read-guide';
import { Terminal } from './terminal';

let folder: string;
let terminal: Terminal;

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-terminal-')));
  terminal = await Terminal.open(folder, folder, 'curl http://127.0.0.1:4711/a');
});
afterEach(async () => {
  await terminal.close();
  rmSync(folder, { recursive: true });
});
const run = (command: string, shows: readonly string[] = [], then: CommandBlock['then'] = 'ends'): Promise<void> =>
  terminal.run({ kind: 'command', command, shows, then });

it('keeps variables, of failed commands too', async () => {
  await run('answer="4 2"');
  await run('other=1; false', [], 'fails');
  await run('echo "$answer $other"; pwd >&2', ['4 2 1', folder]);
});

it('says what a command printed that does not end or show what it should', async () => {
  await expect(run('echo why; exit 3')).rejects.toThrow(/ended with 3; it printed:\nwhy/);
  await expect(run('echo why', [], 'fails')).rejects.toThrow(/ended with 0/);
  await expect(run('echo why', ['because'])).rejects.toThrow(/does not show "because"; it printed:\nwhy/);
});

it('uses other addresses than the guide names, and shows those of the guide', async () => {
  await run('echo "ports: $COLLECTOR_PORT"', ['ports:']);
  await run('[ "$COLLECTOR_PORT" != 8080 ] && echo "127.0.0.1:$COLLECTOR_PORT"; sleep 60', ['127.0.0.1:8080'], 'runs');
  await run('a=http://127.0.0.1:4711; [ "$a" != http://127.0.0.1:47"11" ] && echo $a', ['http://127.0.0.1:4711']);
});

describe('what runs', () => {
  const SERVER = `node -e "require('http').createServer((_, answer) => answer.end('here')).listen(new URL('http://127.0.0.1:4711').port, '127.0.0.1', () => console.log('listens'))"`;

  it('is there for the next command, and ends with the terminal', async () => {
    await run(SERVER, ['listens'], 'runs');
    await run('curl -s http://127.0.0.1:4711/', ['here']);
    await terminal.close();
    await run('curl -s http://127.0.0.1:4711/', [], 'fails');
  });

  it('must not end, and must show what the guide shows', async () => {
    await expect(run('echo no', ['listens'], 'runs')).rejects.toThrow(/does not run or does not show "listens"/);
  });
});
