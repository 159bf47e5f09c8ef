import { windowStartOf } from '@millrace/contract-window';

import type { Oracle } from './oracle';
import { offsetOf } from './select-rows';
import { PARTITIONS, SETTINGS, type World } from './world';

/** What must hold once every fault is over and everything is sealed. */
export function checkEnd(world: World, oracle: Oracle): void {
  const { broker, store } = world;
  const truths = oracle.steps();
  const firsts = truths.map((truth) => broker.decisions.find((step) => step.attempt_id === truth.attemptId));
  let previous = { closed_through: 0, vector: [] as { topic: string; topic_epoch: number; offsets: number[] }[] };
  for (const [index, step] of firsts.entries()) {
    const truth = truths[index];
    if (step === undefined || truth === undefined) continue;
    if (step.digest !== truth.digest) world.violate('I3 content equals the oracle', `step ${step.step}`);
    const shrinks =
      step.closed_through < previous.closed_through ||
      Array.from({ length: PARTITIONS }, (_, p) => offsetOf(step.vector, p) < offsetOf(previous.vector, p)).some(
        Boolean,
      );
    if (shrinks) world.violate('I5 T and V never shrink', `step ${step.step}`);
    if (store.steps[index]?.attempt_id !== step.attempt_id)
      world.violate('I6 the mirror is the log', `step ${step.step}`);
    if (step.reason === 'on_time') {
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const wanted = broker.offsetAt(partition, step.closed_through) ?? 0;
        if (offsetOf(step.vector, partition) < wanted) {
          world.violate('I8 what was appended before T is on time', `step ${step.step}, partition ${partition}`);
        }
      }
    }
    previous = step;
  }
  checkContent(world, oracle);
  const total = (name: 'sealed' | 'duplicates' | 'quarantined' | 'skipped'): number =>
    firsts.reduce((sum, step) => sum + (step?.totals[name] ?? 0), 0);
  const accounted = total('sealed') + total('duplicates') + total('quarantined') + total('skipped');
  const offsets = broker.partitions.reduce((sum, log) => sum + log.length, 0);
  if (accounted !== offsets) world.violate('I4 conservation', `${accounted} accounted for, ${offsets} offsets`);
}

function checkContent({ broker, store, violate }: World & { violate: World['violate'] }, oracle: Oracle): void {
  const sent = new Set(
    broker.partitions.flatMap((log) =>
      log
        .filter((record) => record.kind === 'signal')
        .map((record) => `${windowStartOf(record.occurredAt, SETTINGS.window.sizeMs)}\n${record.id}`),
    ),
  );
  const winners = new Set(oracle.steps().map((truth) => truth.attemptId));
  const stored = store.rows
    .filter((row) => row.step <= store.foldedThrough || winners.has(row.attemptId))
    .map((row) => `${row.window}\n${row.id}`);
  const distinct = new Set(stored);
  const lost = [...sent].filter((key) => !distinct.has(key));
  if (lost.length > 0) violate('I1 no loss', `${lost.length} of ${sent.size} signals are in no step`);
  if (distinct.size !== stored.length) violate('I2 unique', `${stored.length - distinct.size} rows too many`);
}
