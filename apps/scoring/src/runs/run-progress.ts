/** What a run does now, in this order. */
export const RUN_STAGES = ['inputs', 'stage', 'score', 'check', 'publish'] as const;
export type RunStage = (typeof RUN_STAGES)[number];

/** How far a run is. A run of a job begins with runs of the models that it reads: each tells its own. */
export interface RunProgress {
  readonly model: string;
  readonly stage: RunStage;
  /** Null before it is known. */
  readonly chunks: number | null;
  /** Those that an earlier attempt wrote included. */
  readonly chunks_done: number;
}

/** What is worth a line; undefined: nothing new. */
export const progressInWords = ({ model, stage, chunks, chunks_done }: RunProgress): string | undefined =>
  stage === 'score' && chunks !== null && chunks_done > 0
    ? `${model}: ${chunks_done} of ${chunks} chunks scored`
    : undefined;
