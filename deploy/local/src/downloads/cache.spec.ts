import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact } from './artifact';
import { cacheDirectory, ensureArtifacts } from './cache';

describe('ensureArtifacts', () => {
  let folder: string;
  let cache: string;
  let fetches: number;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-cache-'));
    cache = join(folder, 'millrace');
    fetches = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const artifact = (changes: Partial<Artifact> = {}): Artifact => ({
    name: 'tool-1',
    title: 'Tool 1',
    downloadMegabytes: 3,
    diskMegabytes: 5,
    requiredFiles: ['a.jar'],
    leastFiles: 2,
    leastBytes: 6,
    fetch: async (target) => {
      fetches += 1;
      writeFileSync(join(target, 'a.jar'), 'aaaa');
      writeFileSync(join(target, 'b.jar'), 'bbbb');
    },
    ...changes,
  });
  const clients = { mvn: async () => undefined, npm: async () => undefined };
  const ensure = async (wanted: Artifact, lines: string[] = []): Promise<string[]> =>
    ensureArtifacts([wanted], { cache, clients, onProgress: (line) => lines.push(line) });

  it('says sizes before it begins, and fetches once', async () => {
    const lines: string[] = [];
    const fetch = artifact().fetch;
    const silentSoFar = artifact({
      fetch: (target, clients) => {
        expect(lines).toEqual([`downloading once, 3 MB (Tool 1 3 MB), 5 MB on disk in ${cache}`]);
        return fetch(target, clients);
      },
    });
    expect(await ensure(silentSoFar, lines)).toEqual([join(cache, 'tool-1')]);
    await ensure(artifact());
    expect(fetches).toBe(1);
  });

  it.each([
    ['a file is missing', { requiredFiles: ['c.jar'] }],
    ['files are too few', { leastFiles: 3 }],
    ['bytes are too few', { leastBytes: 9 }],
  ])('leaves nothing when %s', async (_name, changes) => {
    await expect(ensure(artifact(changes))).rejects.toThrow(/The download of Tool 1 is incomplete \(2 files, 0 MB/);
    expect(readdirSync(cache)).toEqual([]);
  });

  it('leaves nothing when the fetch fails, and fetches again', async () => {
    const failing = artifact({ fetch: () => Promise.reject(new Error('no network')) });
    await expect(ensure(failing)).rejects.toThrow('no network');
    expect(readdirSync(cache)).toEqual([]);
    await ensure(artifact());
    expect(fetches).toBe(1);
  });

  it.each(['b.jar', '.millrace-complete.json'])('fetches again when %s was damaged', async (file) => {
    await ensure(artifact());
    writeFileSync(join(cache, 'tool-1', file), 'x');
    await ensure(artifact());
    expect([fetches, existsSync(join(cache, 'tool-1', 'b.jar'))]).toEqual([2, true]);
  });

  it('refuses to begin on a full disk', async () => {
    await expect(ensure(artifact({ diskMegabytes: 1e9 }))).rejects.toThrow(/MB of disk are needed in/);
    expect(fetches).toBe(0);
  });

  it('lives below XDG_CACHE_HOME', () => {
    expect(cacheDirectory({ XDG_CACHE_HOME: '/x' })).toBe('/x/millrace');
  });
});
