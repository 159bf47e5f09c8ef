import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './guard/files';
import { copyWorkspace, type WorkspaceCopy } from './guide/workspace-copy';

let workspace: WorkspaceCopy;
let root: string;

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

function run(args: readonly string[], cwd = root): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  return { code: status, said: stdout + stderr };
}
const make = (...args: string[]): Ended => run([join(root, 'tools/new-item.mjs'), ...args]);

beforeAll(() => {
  workspace = copyWorkspace();
  root = workspace.root;
});
afterAll(() => workspace?.remove());

function runSpecs(project: string, ...args: readonly string[]): Ended {
  const { code, said } = run([join(ROOT, 'node_modules/jest/bin/jest.js'), ...args], join(root, project));
  return { code, said: said.split('\n').slice(-60).join('\n') };
}

it.each([
  ['source', 'sources', 'my_tool/my-tool.source.spec.ts'],
  ['destination', 'destinations', 'my-tool/my-tool.destination.spec.ts'],
  ['model', 'models', 'model/model-registry.spec.ts'],
])('a new %s compiles, conforms as it is, and is known by its registry', (kind, catalogue, spec) => {
  expect(make(kind, 'my_tool')).toEqual({ code: 0, said: expect.stringContaining('a line in') });
  const project = join('libs/catalog', catalogue);
  expect(
    run([join(ROOT, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', join(project, 'tsconfig.json')]),
  ).toEqual({
    code: 0,
    said: '',
  });
  expect(runSpecs(project, spec)).toMatchObject({ code: 0 });
});

it('a new model makes the rows that its cases expect, on ClickHouse', () => {
  expect(runSpecs('apps/scoring', 'model-cases', '--testNamePattern', 'my_tool makes')).toEqual({
    code: 0,
    said: expect.stringMatching(/Tests: .*\b1 passed/),
  });
});

it('a new model keeps to what tables and pages are held to', () => {
  expect(runSpecs('apps/scoring', 'src/migrations')).toMatchObject({ code: 0 });
  expect(runSpecs('test/workspace', 'src/(docs|plug-ins|table-owners)')).toMatchObject({ code: 0 });
});

it('keeps what was there, and says what is wrong with a name', () => {
  expect(make('source', 'my_tool')).toMatchObject({ code: 2, said: expect.stringContaining('is there already') });
  expect(make('source', 'My-Tool')).toMatchObject({
    code: 2,
    said: expect.stringContaining('is not the name of a source'),
  });
  expect(make('widget', 'x')).toMatchObject({
    code: 2,
    said: expect.stringContaining('there is source, destination, model'),
  });
  expect(make('source', '--help')).toMatchObject({
    code: 0,
    said: expect.stringContaining('npm run new:source <name>'),
  });
  expect(readFileSync(join(root, 'libs/catalog/sources/src/registry.ts'), 'utf8')).toContain('[myTool.type]: myTool,');
});
