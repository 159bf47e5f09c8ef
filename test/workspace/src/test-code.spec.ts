import { filesBelow, read } from './guard/files';

interface Package {
  readonly name: string;
  readonly nx?: { readonly tags?: readonly string[] };
  readonly dependencies?: Readonly<Record<string, string>>;
}

const packages = filesBelow('apps', 'libs', 'deploy', 'test')
  .filter((path) => path.endsWith('/package.json'))
  .map((path) => ({ path, ...(JSON.parse(read(path)) as Package) }));
const isForTests = ({ nx }: Package): boolean => nx?.tags?.includes('type:testing') === true;
const forTests = new Set(packages.filter(isForTests).map(({ name }) => name));

describe('what is made for tests', () => {
  const inProduction = packages.filter((one) => /^(apps|libs)\//.test(one.path) && !isForTests(one));

  it.each(inProduction)('is installed with $name for development only', ({ dependencies = {} }) => {
    expect(Object.keys(dependencies).filter((name) => forTests.has(name))).toEqual([]);
  });

  it('is known by its tag', () => {
    expect([...forTests]).toEqual(expect.arrayContaining(['@millrace/platform-testing', '@millrace/simulation']));
  });

  it('has one name in every project: a folder testing/', () => {
    const other =
      /\/src\/(?:.*\/)?(?:spec-support|conformance|helpers?|tests?|__\w+__|support|mocks?)\/|\/fixtures\/[^/]+\.ts$/;
    expect(filesBelow('apps', 'libs').filter((path) => other.test(path))).toEqual([]);
  });
});
