import { createEngine, type Engine } from '../runs/engine';
import { runWithUpstream } from '../runs/run-upstream';
import type { RunOutcome } from '../runs/run-model';
import type { Connections } from '../connections/connections';

/** Runs of people_as_of, and what they say. */
export interface WhoIsWho {
  run(asOf: number): Promise<RunOutcome>;
  /** Person of each identity named `<kind>:<id>`; null: nobody. */
  owners(run: RunOutcome, identities: readonly string[]): Promise<(string | null)[]>;
  /** Columns of people, by person. */
  people(run: RunOutcome, ids: readonly string[], columns: readonly string[]): Promise<Record<string, unknown>[]>;
}

export function createWhoIsWho(connections: Connections): WhoIsWho {
  const engine: Engine = createEngine(connections);
  return {
    run: async (asOf) => (await runWithUpstream(engine, 'people_as_of', asOf, []))[0],

    async owners({ run }, identities) {
      const rows = await connections.clickhouse.query<{ name: string; person_id: string }>(
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
      const rows = await connections.clickhouse.query<Record<string, unknown>>(
        'select * from people_as_of_of(run_id = {run_id: String}) where person_id in {ids: Array(String)}',
        { run_id: run.run_id, ids },
      );
      return ids.map((id) => {
        const row = rows.find((one) => one['person_id'] === id) ?? {};
        return Object.fromEntries(columns.map((column) => [column, row[column]]));
      });
    },
  };
}
