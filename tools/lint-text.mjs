// Lints pieces of code as if they stood in files of the workspace, without type information:
//   [{ "code": "...", "file": "apps/sync/src/x.ts" }] on standard input -> [["rule-id", ...], ...] on standard output.
// Used by the boundary tests (Jest cannot load ESLint's configuration, an ES module, by itself).
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { ESLint } from 'eslint';

const root = join(import.meta.dirname, '..');
const eslint = new ESLint({
  cwd: root,
  overrideConfig: {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: false } },
    rules: { '@typescript-eslint/no-floating-promises': 'off', '@typescript-eslint/no-misused-promises': 'off' },
  },
});

const broken = [];
for (const { code, file } of JSON.parse(await text(process.stdin))) {
  const [result] = await eslint.lintText(code, { filePath: join(root, file) });
  broken.push((result?.messages ?? []).map((message) => message.ruleId ?? message.message));
}
process.stdout.write(JSON.stringify(broken));
