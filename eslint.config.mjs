import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

// Who may import whom. A tag says what a project is (package.json, nx.tags); what is not allowed here is an error.
const depConstraints = [
  // Kind: shells on top, contracts at the bottom.
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: ['type:catalog', 'type:contract', 'type:platform', 'type:util', 'type:testing'],
  },
  { sourceTag: 'type:catalog', onlyDependOnLibsWithTags: ['type:contract', 'type:util', 'type:testing'] },
  {
    sourceTag: 'type:contract',
    onlyDependOnLibsWithTags: ['type:util'],
    bannedExternalImports: ['@nestjs/*', 'kafkajs', '@clickhouse/*', 'fastify'],
  },
  { sourceTag: 'type:platform', onlyDependOnLibsWithTags: ['type:platform', 'type:util', 'type:testing'] },
  { sourceTag: 'type:util', onlyDependOnLibsWithTags: ['type:util'] },
  {
    sourceTag: 'type:testing',
    onlyDependOnLibsWithTags: ['type:testing', 'type:contract', 'type:catalog', 'type:platform', 'type:util'],
  },
  // Scope: a service sees its own catalog and what is shared.
  { sourceTag: 'scope:collect', onlyDependOnLibsWithTags: ['scope:collect', 'scope:shared'] },
  { sourceTag: 'scope:window', onlyDependOnLibsWithTags: ['scope:window', 'scope:shared'] },
  { sourceTag: 'scope:score', onlyDependOnLibsWithTags: ['scope:score', 'scope:shared'] },
  // sync reads what the models publish, as names and types of fields.
  { sourceTag: 'scope:sync', onlyDependOnLibsWithTags: ['scope:sync', 'scope:shared', 'catalog:models'] },
  // Contract: collector -> signal <- windowing -> window <- scoring -> score <- sync -> delivery.
  { sourceTag: 'scope:collect', notDependOnLibsWithTags: ['contract:window', 'contract:score', 'contract:delivery'] },
  { sourceTag: 'scope:window', notDependOnLibsWithTags: ['contract:score', 'contract:delivery'] },
  { sourceTag: 'scope:score', notDependOnLibsWithTags: ['contract:delivery'] },
  { sourceTag: 'scope:sync', notDependOnLibsWithTags: ['contract:window'] },
];

// What is made for tests is for specs and their helpers; production code cannot reach it.
const TEST_CODE = ['**/*.spec.ts', '**/testing/**'];
const inProduction = ['type:app', 'type:catalog', 'type:platform'].map((sourceTag) => ({
  sourceTag,
  onlyDependOnLibsWithTags: ['type:catalog', 'type:contract', 'type:platform', 'type:util'],
}));

const boundaries = (constraints) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    {
      allow: [],
      allowCircularSelfDependency: false,
      banTransitiveDependencies: true,
      enforceBuildableLibDependency: false,
      depConstraints: constraints,
    },
  ],
});

const noProcessEnv = {
  selector: 'MemberExpression[object.name="process"][property.name="env"]',
  message: 'Read the environment through the service’s one zod schema (platform-config).',
};
const noExportAll = { selector: 'ExportAllDeclaration', message: 'Name what a library exports.' };
const KAFKAJS = ['kafkajs', 'kafkajs/**'];
const READS_THE_ENVIRONMENT = [
  'libs/platform/config/**',
  'libs/platform/testing/**',
  'deploy/**',
  'test/**',
  'tools/**',
  '**/*.spec.ts',
  '**/*.cjs',
  '**/*.mjs',
];

export default tseslint.config(
  { ignores: ['**/dist', '**/node_modules', '.nx', 'coverage'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...boundaries(depConstraints),
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-syntax': ['error', noExportAll, noProcessEnv],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: ['error', 'always'],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: TEST_CODE,
    rules: boundaries([...depConstraints, ...inProduction]),
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: TEST_CODE,
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '(^|/)testing(/|$)', message: 'What is in testing/ is for specs and their helpers only.' },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['libs/platform/kafka/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ group: KAFKAJS, message: 'Kafka is spoken by platform-kafka only: use what its index names.' }],
        },
      ],
    },
  },
  { files: READS_THE_ENVIRONMENT, rules: { 'no-restricted-syntax': ['error', noExportAll] } },
  { files: ['**/*.mjs'], languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
  {
    files: ['**/*.{cjs,js}'],
    languageOptions: {
      globals: { module: 'writable', require: 'readonly', __dirname: 'readonly', process: 'readonly' },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['**/*.{mjs,cjs,js}', '**/cli.ts', 'deploy/**/*.ts', 'test/bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  prettier,
);
