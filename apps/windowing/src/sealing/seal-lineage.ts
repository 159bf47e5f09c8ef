import { createHash } from 'node:crypto';

import {
  countOffsets,
  sealedTopic,
  sealStepSchema,
  SIGNALS_VIEW,
  type SealStep,
  type TopicVector,
} from '@millrace/contract-window';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import type { Lineage, Told } from '@millrace/platform-lineage';

import type { WindowingConfig } from '../app.config';
import { asDateTime64, readQuery } from './read-query';

/**
 * Tells the catalogue of seal steps, those of one hour (or `OPENLINEAGE_SEAL_SECONDS`) as one run. The replica that decided the first
 * step after the hour tells it, from what is mirrored: nothing is remembered, and a restart loses nothing.
 */
export function createSealLineage({
  lineage,
  clickhouse,
  config,
}: {
  readonly lineage: Lineage;
  readonly clickhouse: ClickHouse;
  readonly config: Pick<WindowingConfig, 'CLICKHOUSE_DATABASE' | 'OPENLINEAGE_SEAL_SECONDS' | 'TOPIC_PREFIX'>;
}): (step: SealStep) => void {
  const periodMs = config.OPENLINEAGE_SEAL_SECONDS * 1000;
  const startOf = (instant: number): number => Math.floor(instant / periodMs) * periodMs;

  const stepsOf = async (below: number, from: number): Promise<SealStep[]> => {
    const rows = await clickhouse.query<{ record: string }>(readQuery('select-steps-of-period'), {
      sealed: config.CLICKHOUSE_DATABASE,
      step: below,
      from: asDateTime64(from),
    });
    return rows.map(({ record }) => sealStepSchema.parse(JSON.parse(record)));
  };

  const previousOf = async ({ step }: SealStep): Promise<SealStep | undefined> => {
    const row = await clickhouse.queryOne<{ record: string }>(
      'select record from {sealed: Identifier}.seal_steps final where step < {step: UInt64} order by step desc limit 1',
      { sealed: config.CLICKHOUSE_DATABASE, step },
    );
    return row === undefined || row === null ? undefined : sealStepSchema.parse(JSON.parse(row.record));
  };

  return (step) => {
    if (!lineage.isOn) return;
    lineage.tell(async () => {
      const previous = await previousOf(step);
      if (previous === undefined || startOf(previous.sealed_at) >= startOf(step.sealed_at)) return undefined;
      const from = startOf(previous.sealed_at);
      return toldOf(await stepsOf(step.step, from), from, from + periodMs, config.TOPIC_PREFIX);
    });
  };
}

/** `steps`: those of [from, to), after the last one before them if there is one. Instants are epoch milliseconds. */
export function toldOf(steps: readonly SealStep[], from: number, to: number, topicPrefix: string): Told | undefined {
  const sealed = steps.filter(({ sealed_at }) => sealed_at >= from);
  const first = sealed[0];
  const last = sealed.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const before = steps.find(({ step }) => step === first.step - 1)?.vector ?? [];
  const sum = (total: keyof SealStep['totals']): number =>
    sealed.reduce((sofar, { totals }) => sofar + totals[total], 0);
  return {
    type: 'COMPLETE',
    at: last.sealed_at,
    runId: `seal:${new Date(from).toISOString()}`,
    job: 'windowing.seal',
    runFacets: {
      nominalTime: { nominalStartTime: new Date(from).toISOString(), nominalEndTime: new Date(to).toISOString() },
      millrace_sealStep: {
        firstStep: first.step,
        lastStep: last.step,
        closedThrough: new Date(last.closed_through).toISOString(),
        digests: sealed.map(({ digest }) => digest),
        vectorHash: createHash('sha256').update(JSON.stringify(last.vector)).digest('hex'),
        sealed: sum('sealed'),
        duplicates: sum('duplicates'),
        late: sum('late'),
        quarantined: sum('quarantined'),
        skipped: sum('skipped'),
        offsets: sum('offsets'),
      },
    },
    jobFacets: { documentation: { description: 'Landed signals are sealed into windows, each signal once.' } },
    inputs: topicsOf(last.vector).map((topic) => ({
      topic,
      rows: countOffsets(of(before, topic), of(last.vector, topic)),
    })),
    outputs: [
      { table: SIGNALS_VIEW, rows: sum('sealed'), isChecked: true },
      { topic: sealedTopic(topicPrefix).name, rows: sealed.length },
    ],
  };
}

const topicsOf = (vector: readonly TopicVector[]): string[] => [...new Set(vector.map(({ topic }) => topic))];
const of = (vector: readonly TopicVector[], name: string): TopicVector[] =>
  vector.filter(({ topic }) => topic === name);
