import { readSealStep, stepKey, type NewSealStep, type SealStep } from '@millrace/contract-window';
import { MillraceError } from '@millrace/platform-errors';
import {
  createDecisionLog,
  type AnyEntry,
  type DecisionLog,
  type Entry,
  type KafkaClient,
  type KafkaLog,
  type UnreadEntry,
} from '@millrace/platform-kafka';

import { GENESIS, type ChainHead } from '../propose/facts';
import { ChainState, type ChainLink } from './chain-state';

/** The chain of seal steps as every replica reads it. The topic decides; this only follows. */
export interface Chain {
  start(): Promise<void>;
  head(): ChainHead;
  above(step: number): readonly ChainLink[];
  linkOf(step: number): ChainLink | undefined;
  /** Reads to the log's end at the time of the call. */
  refresh(): Promise<void>;
  /** Appends the step; resolves once the log says who won its number. A RetryableError: unknown, refresh and look. */
  propose(step: NewSealStep): Promise<{ readonly won: boolean; readonly winner: SealStep }>;
  stop(): Promise<void>;
}

/** The tail of the mirror: where the log is read from. */
export interface MirroredTail {
  /** What the first kept step builds on. */
  readonly base: ChainHead;
  /** Ascending and dense above `base`. */
  readonly links: readonly { readonly step: SealStep; readonly logOffset: number }[];
}

export function createChain(options: {
  readonly kafka: KafkaClient;
  readonly topic: string;
  readonly tail: MirroredTail;
  readonly timeoutMs: number;
  readonly log: KafkaLog;
  readonly onStep?: (link: ChainLink) => void;
  readonly onBroken?: (error: MillraceError) => void;
}): Chain {
  const { kafka, topic, tail, log } = options;
  const state = new ChainState(tail.links.length === 0 ? GENESIS : tail.base);
  const last = tail.links.at(-1);
  // The last mirrored record is read again: it must be in the log exactly as it is in the mirror.
  const known = tail.links.slice(0, -1);
  let broken: MillraceError | undefined;

  const decisions: DecisionLog<SealStep> = createDecisionLog<SealStep>({
    kafka,
    topic,
    read: readSealStep,
    timeoutMs: options.timeoutMs,
    log,
    ...(last === undefined
      ? {}
      : {
          startFrom: {
            offset: BigInt(last.logOffset),
            entries: known.map(({ step, logOffset }) => toEntry(step, logOffset)),
          },
        }),
    onBroken: fail,
  });
  for (const { step, logOffset } of known) state.apply(step, logOffset);

  function fail(error: MillraceError): void {
    broken ??= error;
    options.onBroken?.(error);
  }

  function follow(entry: AnyEntry<SealStep>): void {
    try {
      if (entry.value === undefined) return assertNotNext(entry);
      const logOffset = Number(entry.offset);
      if (last !== undefined && entry.value.step === last.step.step && logOffset === last.logOffset) {
        assertSame(last.step, entry.value, topic);
      }
      if (!state.apply(entry.value, logOffset)) return;
      const link = state.linkOf(entry.value.step);
      if (link !== undefined) options.onStep?.(link);
    } catch (error) {
      fail(error as MillraceError);
    }
  }

  /** The next number is taken whether its record can be read or not; any other number is a proposal that lost. */
  function assertNotNext({ key, problem }: UnreadEntry): void {
    if (problem !== undefined && key === stepKey(state.head().step + 1)) throw problem;
  }

  const assertWhole = (): void => {
    if (broken !== undefined) throw broken;
  };

  return {
    async start() {
      decisions.onEntry(follow);
      await decisions.start();
      assertWhole();
      if (last !== undefined && state.linkOf(last.step.step) === undefined) {
        throw mismatch(topic, `step ${last.step.step} of the mirror is not at offset ${last.logOffset}`);
      }
    },
    head: () => state.head(),
    above: (step) => state.above(step),
    linkOf: (step) => state.linkOf(step),
    async refresh() {
      assertWhole();
      await decisions.refresh();
      assertWhole();
    },
    async propose(step) {
      assertWhole();
      await decisions.propose(stepKey(step.step), step, { proposalId: step.attempt_id });
      assertWhole();
      const winner = state.linkOf(step.step)?.step;
      if (winner === undefined) throw mismatch(topic, `step ${step.step} was decided out of turn`);
      return { won: winner.attempt_id === step.attempt_id, winner };
    },
    stop: () => decisions.stop(),
  };
}

function assertSame(mirrored: SealStep, logged: SealStep, topic: string): void {
  if (mirrored.attempt_id === logged.attempt_id && mirrored.digest === logged.digest) return;
  throw mismatch(topic, `step ${logged.step} in the log is not the one in seal_steps`);
}

function mismatch(topic: string, what: string): MillraceError {
  return new MillraceError(`The mirror and the log ${topic} do not belong together: ${what}`, {
    code: 'DECISION_LOG_BROKEN',
    actor: 'operator',
    advice:
      'Check CLICKHOUSE_DATABASE, KAFKA_BROKERS and TOPIC_PREFIX; a lost database is rebuilt with npx millrace replay',
  });
}

const toEntry = (step: SealStep, logOffset: number): Entry<SealStep> => ({
  key: stepKey(step.step),
  value: step,
  offset: BigInt(logOffset),
  appendedAt: step.sealed_at,
});
