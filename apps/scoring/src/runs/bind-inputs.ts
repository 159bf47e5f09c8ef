import { hashOf, type Input, type Score } from '@millrace/catalog-models';
import type { BoundInput, IdentityEdit, RunPublished } from '@millrace/contract-score';
import { addDays, type SealStep } from '@millrace/contract-window';
import { RetryableError } from '@millrace/platform-errors';

import type { EntityOffsets, OffsetVector } from '../entities/entity-offsets';
import type { EditsThen } from '../connections/edits-log';
import type { RollupBuilder } from '../rollup/rollup-builder';
import type { RunFinder } from './run-finder';

/** What a run reads, each input at an exact version. */
export interface BoundInputs {
  /** As the record names them. */
  readonly bound: Readonly<Record<string, BoundInput>>;
  /** Query parameters, one an input of the same name: builds of days, decisions, or a run's id, empty when there is none. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The run that this one continues. */
  readonly previous: RunPublished | null;
  /** Models whose run of this instant is missing, though they have a tick of it. */
  readonly missing: readonly string[];
  readonly notes: readonly string[];
  /** What the hashes of kind `builds` stand for. */
  readonly days: readonly BoundDays[];
}

/** Days of a rollup and the newest step that touched each. */
export interface BoundDays {
  readonly hash: string;
  readonly model: string;
  readonly pairs: readonly (readonly [day: string, step: number])[];
}

/** What reads: a model, or a select that is no model. */
export type Reader = Pick<Score, 'name' | 'inputs'>;

export interface BindDeps {
  readonly head: SealStep;
  readonly asOf: number;
  readonly asOfDate: string;
  /** Read the run's own day, too, up to the instant. */
  readonly isWithinDay: boolean;
  readonly rollup: (name: string) => RollupBuilder;
  readonly runs: RunFinder;
  /** Whether the model has a tick at the instant. */
  readonly isTick: (model: string, instant: number) => boolean;
  readonly entityOffsets: () => Promise<EntityOffsets>;
  /** Decided up to the instant. */
  readonly editsThen: () => Promise<EditsThen>;
}

/** Binds every input of a reader. Throws SERVICE_NOT_READY when a run that it cannot do without is missing. */
export async function bindInputs(model: Reader, settings: object, deps: BindDeps): Promise<BoundInputs> {
  const bound: Record<string, BoundInput> = {};
  const params: Record<string, unknown> = {};
  const missing: string[] = [];
  const notes: string[] = [];
  const days: BoundDays[] = [];
  let previous: RunPublished | null = null;

  const bindDays = async ({ model: name, back }: Input & { from: 'days' }): Promise<[BoundInput, unknown]> => {
    const rollup = deps.rollup(name);
    const builds = deps.isWithinDay
      ? await rollup.ensureDays(addDays(deps.asOfDate, -back), deps.asOfDate, deps.head, { until: deps.asOf })
      : await rollup.ensureDays(addDays(deps.asOfDate, -back), addDays(deps.asOfDate, -1), deps.head);
    const pairs = builds.map(({ day, touched_step }) => [day, touched_step] as const);
    const hash = hashOf([rollup.definitionHash, pairs]);
    days.push({ hash, model: name, pairs });
    return [{ kind: 'builds', hash, count: builds.length }, builds.map((one) => [one.day, one.build_id])];
  };

  const bindRun = (input: Input & { from: 'run' }): RunPublished | null => {
    const newest = (through: number): RunPublished | null => deps.runs.newestRun(input.model, through) ?? null;
    if (input.pick === 'own_previous') return (previous = newest(deps.asOf - 1));
    const run = newest(deps.asOf);
    if (run === null) {
      if (input.isRequired === true) throw neverRan(model, input.model);
      notes.push(`${input.model}: it has not run yet, ${model.name} is made without it`);
    } else if (input.pick === 'same_instant' && run.as_of !== deps.asOf && deps.isTick(input.model, deps.asOf)) {
      missing.push(input.model);
      notes.push(`${input.model}: it has no run of this instant, the run ${run.run_id} was read`);
    }
    return run;
  };

  let offsets: Promise<EntityOffsets> | undefined;
  const bindEntities = async (of: 'people' | 'accounts', name: string): Promise<OffsetVector> => {
    offsets ??= deps.entityOffsets();
    const found = await offsets;
    notes.push(...found.notes.filter((note) => note.startsWith(of)));
    bound[name] = { kind: 'entities', offsets: byPartition(found[of]) };
    return found[of];
  };

  const inputs: Readonly<Record<string, Input>> = model.inputs(settings);
  for (const [name, input] of Object.entries(inputs)) {
    switch (input.from) {
      case 'signals':
        bound[name] = { kind: 'step', step: deps.head.step };
        params[name] = deps.head.step;
        break;
      case 'entities':
        params[name] = await bindEntities(input.of, name);
        break;
      case 'edits': {
        const { offset, edits } = await deps.editsThen();
        bound[name] = { kind: 'offset', offset };
        params[name] = edits.map(editParam);
        break;
      }
      case 'days':
        [bound[name], params[name]] = await bindDays(input);
        break;
      case 'run': {
        const run = bindRun(input);
        bound[name] = { kind: 'run', run_id: run?.run_id ?? null };
        params[name] = run?.run_id ?? '';
      }
    }
  }
  return { bound, params, previous, missing, notes, days };
}

/** As `{edits: Array(Tuple(UInt32, String, String, String, String, String))}`: number, kind, and the two identities. */
const editParam = ({ kind, identity, other }: IdentityEdit, number: number): (string | number)[] => [
  number,
  kind,
  identity.kind,
  identity.id,
  other?.kind ?? '',
  other?.id ?? '',
];

/** Element p: the first offset of partition p that is not read. */
function byPartition(vector: OffsetVector): number[] {
  const offsets: number[] = [];
  for (const [partition, offset] of vector) offsets[partition] = offset;
  return Array.from(offsets, (offset) => offset ?? 0);
}

const neverRan = (model: Reader, upstream: string): RetryableError =>
  new RetryableError(`${model.name} reads a run of ${upstream}, and ${upstream} has not run yet`, {
    code: 'SERVICE_NOT_READY',
    advice: `Run it: npx millrace run ${upstream}; or let \`npx millrace run ${model.name}\` run both`,
  });
