import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineArtifact, enginePackageOf, ENGINE_VERSION, findEngine, requireEngine } from './engine-artifact';

describe("ClickHouse's engine", () => {
  it.each([
    [{ os: 'linux', arch: 'x64', libc: 'gnu' }, '@chdb/lib-linux-x64-gnu'],
    [{ os: 'linux', arch: 'arm64', libc: 'gnu' }, '@chdb/lib-linux-arm64-gnu'],
    [{ os: 'darwin', arch: 'x64' }, '@chdb/lib-darwin-x64'],
    [{ os: 'darwin', arch: 'arm64' }, '@chdb/lib-darwin-arm64'],
  ] as const)('for %p npm is asked for exactly %s', async (platform, packageName) => {
    const asked: (readonly string[])[] = [];
    const npm = async (args: readonly string[]): Promise<void> => void asked.push(args);
    const folder = mkdtempSync(join(tmpdir(), 'millrace-engine-'));
    const artifact = engineArtifact(enginePackageOf(platform));
    await artifact.fetch(folder, { npm, mvn: npm });
    rmSync(folder, { recursive: true });
    expect(asked).toEqual([['install', '--no-save', `${packageName}@26.7.3-stable.1`]]);
    expect(artifact.name).toBe(`clickhouse-engine-26.7.3-stable.1-${packageName.slice('@chdb/lib-'.length)}`);
  });

  it.each([
    [{ os: 'linux', arch: 'x64', libc: 'other' }, 'linux x64 without glibc'],
    [{ os: 'linux', arch: 'riscv64', libc: 'gnu' }, 'linux riscv64'],
    [{ os: 'win32', arch: 'x64' }, 'win32 x64'],
  ] as const)('%p is refused with the way out', (platform, shown) => {
    expect(() => enginePackageOf(platform)).toThrow(
      expect.objectContaining({
        message: `ClickHouse's engine is not published for ${shown}`,
        advice: expect.stringContaining('CLICKHOUSE_URL') as string,
      }) as Error,
    );
  });

  it('of the lockfile is the same version', () => {
    const own = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
      optionalDependencies: Record<string, string>;
    };
    expect(own.optionalDependencies).toEqual({ '@chdb/lib-linux-x64-gnu': ENGINE_VERSION });
  });

  it.each(['libchdb.so', 'libchdb.dylib'])('is found as %s below the folder, and missing is said', (file) => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-engine-'));
    const home = join(folder, 'node_modules/@chdb/lib-darwin-arm64');
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{ "main": "index.js" }');
    expect(findEngine('@chdb/lib-darwin-arm64', folder)).toBeUndefined();
    expect(() => requireEngine('@chdb/lib-darwin-arm64', folder)).toThrow(/has no libchdb in/);
    writeFileSync(join(home, file), '');
    expect(findEngine('@chdb/lib-darwin-arm64', folder)).toBe(join(home, file));
    rmSync(folder, { recursive: true });
  });
});
