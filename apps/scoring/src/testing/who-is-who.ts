import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readScoringConfig } from '../app.config';
import { closeConnections, type Connections } from '../connections/connections';
import { createEngine } from '../runs/engine';
import type { RunOutcome } from '../runs/run-model';
import { runWithUpstream } from '../runs/run-upstream';
import { install } from './seed';

/** Runs of people_as_of over ten days, and what they say. */
export interface WhoIsWho {
  readonly connections: Connections;
  run(asOf: number): Promise<RunOutcome>;
  /** Person of each identity, named `<kind>:<id>`; null: nobody's. */
  owners(run: RunOutcome, identities: readonly string[]): Promise<(string | null)[]>;
  /** Columns of people, one object an id. */
  people(run: RunOutcome, ids: readonly string[], columns: readonly string[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function openWhoIsWho(environment: Readonly<Record<string, string>>): Promise<WhoIsWho> {
  const folder = mkdtempSync(join(tmpdir(), 'models-'));
  cpSync(readScoringConfig({}).MODELS_CONFIG_DIR, folder, { recursive: true });
  const file = join(folder, 'people_as_of.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('look_back_days: 400', 'look_back_days: 10'));
  const connections = await install({ environment }, { MODELS_CONFIG_DIR: folder, TIME_ZONE: 'America/New_York' });
  const { clickhouse } = connections;
  const engine = createEngine(connections);

  return {
    connections,
    run: async (asOf) => (await runWithUpstream(engine, 'people_as_of', asOf, []))[0],

    async owners({ run }, identities) {
      const rows = await clickhouse.query<{ name: string; person_id: string }>(
        `select concat(identity.1, ':', identity.2) as name, person_id
        from people_as_of_of(run_id = {run_id: String})
        array join identities as identity
        where name in {names: Array(String)}`,
        { run_id: run.run_id, names: identities },
      );
      const found = new Map(rows.map(({ name, person_id }) => [name, person_id]));
      if (found.size !== rows.length) throw new Error('an identity belongs to two people');
      return identities.map((name) => found.get(name) ?? null);
    },

    async people({ run }, ids, columns) {
      const rows = await clickhouse.query(
        'select * from people_as_of_of(run_id = {run_id: String}) where person_id in {ids: Array(String)}',
        { run_id: run.run_id, ids },
      );
      return ids.map((id) => {
        const row = rows.find((one) => one['person_id'] === id) ?? {};
        return Object.fromEntries(columns.map((column) => [column, row[column]]));
      });
    },

    async close() {
      await closeConnections(connections);
      rmSync(folder, { recursive: true });
    },
  };
}
