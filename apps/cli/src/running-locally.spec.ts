import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readRunningLocally } from './running-locally';

describe('what runs on this machine', () => {
  const home = mkdtempSync(join(tmpdir(), 'millrace-running-'));
  const announce = (content: string): void => {
    mkdirSync(join(home, 'millrace'), { recursive: true });
    writeFileSync(join(home, 'millrace/running.json'), content);
  };
  const environment = { KAFKA_BROKERS: '127.0.0.1:1' };

  afterAll(() => rmSync(home, { recursive: true }));

  it('is nothing when nothing was announced', () => {
    expect(readRunningLocally(join(home, 'elsewhere'))).toEqual({});
  });

  it('is what a living process announced', () => {
    announce(JSON.stringify({ pid: process.pid, environment }));
    expect(readRunningLocally(home)).toEqual(environment);
  });

  it('is nothing when that process is gone', () => {
    // Above the largest pid that Linux gives out.
    announce(JSON.stringify({ pid: 4_194_305, environment }));
    expect(readRunningLocally(home)).toEqual({});
  });

  it('is nothing when the file is damaged', () => {
    announce('{"pid": ');
    expect(readRunningLocally(home)).toEqual({});
  });
});
