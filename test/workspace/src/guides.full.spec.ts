import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { filesBelow, read } from './guard/files';
import { readGuide, type Block } from './guide/read-guide';
import { Terminal } from './guide/terminal';
import { copyWorkspace, type WorkspaceCopy } from './guide/workspace-copy';

jest.setTimeout(600_000);
const GUIDES = filesBelow('docs/guide').filter((path) => /\/add-[a-z-]+\.md$/.test(path));

/** A guide is followed by the letter in a workspace of its own: its blocks are written, its commands run, on a stack that they start. */
describe.each(GUIDES)('%s', (path) => {
  const guide = read(path);
  let workspace: WorkspaceCopy;
  let aside: string;
  let terminal: Terminal;
  let failed: string | undefined;

  beforeAll(async () => {
    workspace = copyWorkspace();
    aside = mkdtempSync(join(tmpdir(), 'millrace-guide-'));
    terminal = await Terminal.open(workspace.root, aside, guide);
  });
  afterAll(async () => {
    await terminal?.close();
    workspace?.remove();
    rmSync(aside, { recursive: true, force: true });
  });

  const follow = async (block: Block): Promise<void> => {
    if (block.kind === 'command') return terminal.run(block);
    const file = join(workspace.root, block.path);
    mkdirSync(dirname(file), { recursive: true });
    (block.isAppended ? appendFileSync : writeFileSync)(file, block.text);
  };

  it.each(readGuide(guide))('$heading', async ({ heading, blocks }) => {
    if (failed !== undefined) throw new Error(`Not tried: "${failed}" went wrong before it`);
    failed = heading;
    for (const block of blocks) await follow(block);
    failed = undefined;
  });
});
