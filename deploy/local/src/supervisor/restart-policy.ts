import type { ProcessExit } from './start-process';

/** A process that ran so long was well: its next death is the first again. */
export const WELL_AFTER_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** From so many quick deaths in a row on, something must be mended by a person. */
const LOOPING_FROM = 5;

export interface Restart {
  /** Quick deaths in a row, this one included. */
  readonly deaths: number;
  readonly pauseMs: number;
  readonly isLooping: boolean;
}

/** When a process that has died is started again: 1 s, 2 s, 4 s, ... 60 s, for ever. Pure. */
export const nextRestart = (deathsBefore: number, ranMs: number): Restart => {
  const deaths = ranMs >= WELL_AFTER_MS ? 1 : deathsBefore + 1;
  const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(deaths - 1, 30));
  return { deaths, pauseMs, isLooping: deaths >= LOOPING_FROM };
};

const inSeconds = (ms: number): string => `${Number((ms / 1000).toFixed(1))} s`;

export const describeExit = ({ code, signal }: ProcessExit): string => {
  if (signal === 'SIGKILL') return 'was killed (SIGKILL: kill -9, or no memory was left)';
  return signal === null ? `ended by itself with code ${code ?? '?'}` : `was ended by ${signal}`;
};

/** What is said of a death: how, what its log ended with, where that is, what happens next. */
export const describeDeath = (death: {
  readonly name: string;
  readonly how: string;
  readonly restart: Restart;
  readonly tail: readonly string[];
  readonly logFile: string;
}): string[] => {
  const { name, how, restart, tail, logFile } = death;
  const { deaths, pauseMs, isLooping } = restart;
  const lines = [
    `${name} ${how}; it is started again in ${inSeconds(pauseMs)}, data stay`,
    ...tail.map((line) => `  | ${line}`),
    `  its log: ${logFile}`,
  ];
  if (!isLooping) return lines;
  return [
    ...lines,
    `${name.toUpperCase()} DOES NOT STAY UP: ${deaths} deaths in a row. Mend what its log says; it is tried again every ${inSeconds(LONGEST_PAUSE_MS)} at most`,
  ];
};
