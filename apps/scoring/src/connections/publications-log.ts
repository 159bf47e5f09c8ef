import { publicationKey, readSettingsPublication, type SettingsPublication } from '@millrace/contract-score';
import { RetryableError } from '@millrace/platform-errors';
import { createDecisionLog, valueOf, type Entry, type KafkaClient, type KafkaLog } from '@millrace/platform-kafka';

/** Settings of a model as they stand in the log. */
export interface Publication extends SettingsPublication {
  /** Counts the publications of the model from 0. */
  readonly number: number;
  readonly offset: number;
  /** Runs as of this instant (epoch ms) and later use them. */
  readonly counts_from: number;
}

/** The decision log of the models' settings. It begins to read when it is first asked. */
export interface PublicationsLog {
  /** Reads to the log end at the time of the call. Rejects when the topic cannot hold decisions. */
  refresh(): Promise<void>;
  /** After a `refresh`: every publication of a model, in log order. */
  of(model: string): readonly Publication[];
  /** After a `refresh`: every publication, in log order. */
  all(): readonly Publication[];
  /** Appends the publication with this number. Throws DECISION_LOST naming who published it first. */
  append(publication: SettingsPublication, number: number): Promise<Publication>;
  assertReadable(): void;
  stop(): Promise<void>;
}

/**
 * What a run as of the instant uses: the newest publication that counts by then; the first one of all for what lies before it.
 * Undefined when nothing was published.
 */
export const publicationAt = (publications: readonly Publication[], instant: number): Publication | undefined =>
  publications.findLast((one) => one.counts_from <= instant) ?? publications[0];

export function createPublicationsLog(deps: {
  readonly kafka: KafkaClient;
  readonly log: KafkaLog;
  readonly topic: string;
}): PublicationsLog {
  const decisions = createDecisionLog<SettingsPublication>({ ...deps, read: readSettingsPublication });
  const byModel = new Map<string, Publication[]>();
  const all: Publication[] = [];
  const add = ({ key, value, offset, appendedAt }: Entry<SettingsPublication>): void => {
    const ofModel = byModel.get(value.model) ?? [];
    byModel.set(value.model, ofModel);
    const publication = {
      ...value,
      number: Number(key.split(':').at(-1)),
      offset: Number(offset),
      counts_from: value.counts_from ?? appendedAt,
    };
    ofModel.push(publication);
    all.push(publication);
  };
  /** The log is read in the background: what came since the last look is added when somebody looks. */
  let from = 0n;
  const look = (): void => {
    for (const entry of decisions.entries({ from })) {
      add(entry);
      from = entry.offset + 1n;
    }
  };
  let starting: Promise<void> | undefined;
  const start = (): Promise<void> =>
    (starting ??= decisions.start().catch((error: unknown) => {
      starting = undefined;
      throw error;
    }));

  return {
    async refresh() {
      await start();
      await decisions.refresh();
    },
    of(model) {
      look();
      return byModel.get(model) ?? [];
    },
    all() {
      look();
      return all;
    },
    async append(publication, number) {
      await start();
      const { model } = publication;
      const { won, winner } = await decisions.propose(publicationKey(model, number), publication);
      look();
      const stands = byModel.get(model)?.find(({ offset }) => offset === Number(winner.offset));
      if (stands === undefined) throw new Error(`what was published of ${model} at ${winner.offset} is not read`);
      if (won) return stands;
      const { author, note, hash } = valueOf(winner);
      throw new RetryableError(`${author} published other settings of ${model} first (${hash}: ${note})`, {
        code: 'DECISION_LOST',
        advice: `Look at what is live now, then publish again: npx millrace models diff ${model}`,
        details: { model, number, winner: stands },
      });
    },
    assertReadable: () => decisions.assertReadable(),
    stop: () => decisions.stop(),
  };
}
