import type { Model, Score } from '@millrace/catalog-models';
import type { BoundInput } from '@millrace/contract-score';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import { modelSql } from '../runs/model-sql';

/**
 * Names that an entity of a run goes by, its own first: a model that the run read, of the same kind of entity, may know others.
 * Rows of who is who are kept for weeks only; without them the own name is all.
 */
export async function namesOf(
  clickhouse: ClickHouse,
  model: Score,
  models: readonly Model[],
  run: { readonly inputs: string },
  { entity_id: entity }: { readonly entity_id: string },
): Promise<string[]> {
  const names = new Set([entity]);
  const bound = JSON.parse(run.inputs) as Readonly<Record<string, BoundInput>>;
  for (const [name, input] of Object.entries(model.inputs(model.settings.parse({})))) {
    const read = input.from === 'run' ? models.find((one) => one.name === input.model) : undefined;
    const { run_id: runId } = (bound[name] ?? {}) as { readonly run_id?: string | null };
    if (read?.kind !== 'score' || read.names === undefined || read.entity !== model.entity || !runId) continue;
    const found = await clickhouse.query<{ readonly name: string }>(modelSql(read, read.names), {
      run_id: runId,
      entity,
    });
    for (const one of found) names.add(one.name);
  }
  return [...names];
}
