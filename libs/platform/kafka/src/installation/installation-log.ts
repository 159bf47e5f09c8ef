import type { Kafka } from 'kafkajs';
import type { KafkaLog } from '../client/kafka-log';
import { createDecisionLog, type DecisionLog } from '../decision-log/decision-log';
import { listTopics } from '../topics/describe-topics';
import { assertInstallation, currentInstallation, installationKey, readRevision } from './installation';
import type { Installation, SharedVariables } from './installation';

/** The topic's name without `topicPrefix`; deploy creates it as a decision topic. */
export const installationTopicName = (topicPrefix: string): string => `${topicPrefix}installation.v1`;

export interface InstallationLogDeps {
  readonly kafka: Kafka;
  readonly topicPrefix: string;
  readonly log?: KafkaLog;
}

const FETCH_WAIT_MS = 1_000;

/** What the installation was said to be, revision by revision. */
export const createInstallationLog = ({ kafka, topicPrefix, log }: InstallationLogDeps): DecisionLog<Installation> =>
  createDecisionLog<Installation>({
    kafka,
    topic: installationTopicName(topicPrefix),
    read: readRevision,
    maxWaitTimeMs: FETCH_WAIT_MS,
    ...(log === undefined ? {} : { log }),
  });

async function isDeployed({ kafka, topicPrefix }: InstallationLogDeps): Promise<boolean> {
  const topic = installationTopicName(topicPrefix);
  return (await listTopics(kafka, topic)).includes(topic);
}

/** Opens the log for one look at it. Undefined where the topic does not exist: deployed before it was introduced. */
async function look<Result>(
  deps: InstallationLogDeps,
  work: (installations: DecisionLog<Installation>) => Promise<Result>,
): Promise<Result | undefined> {
  if (!(await isDeployed(deps))) return undefined;
  const installations = createInstallationLog(deps);
  try {
    await installations.start();
    return await work(installations);
  } finally {
    await installations.stop();
  }
}

const valuesOf = (installations: DecisionLog<Installation>): Installation[] =>
  installations.entries().map(({ value }) => value);

/** What is recorded now, or undefined. */
export const readInstallation = (deps: InstallationLogDeps): Promise<Installation | undefined> =>
  look(deps, async (installations) => currentInstallation(valuesOf(installations)));

/** Refuses a process whose variables are not the recorded ones. */
export async function agreeOnInstallation(deps: InstallationLogDeps, here: SharedVariables): Promise<void> {
  assertInstallation(await readInstallation(deps), here);
}

export interface InstallationWatch {
  /** Reads what is recorded by now. Refuses a process whose variables are not the recorded ones. */
  agree(): Promise<void>;
  stop(): Promise<void>;
}

/** For processes that ask often: the log stays open from the first question on, which makes the next ones cheap. */
export function watchInstallation(deps: InstallationLogDeps, here: SharedVariables): InstallationWatch {
  const installations = createInstallationLog(deps);
  let starting: Promise<void> | undefined;
  const start = (): Promise<void> =>
    (starting ??= installations.start().catch((error: unknown) => {
      starting = undefined;
      throw error;
    }));
  return {
    async agree() {
      if (starting === undefined && !(await isDeployed(deps))) return assertInstallation(undefined, here);
      await start();
      await installations.refresh();
      assertInstallation(currentInstallation(valuesOf(installations)), here);
    },
    stop: () => installations.stop(),
  };
}

/** Who decides, and why. */
export interface InstallationDecision {
  readonly by: string;
  readonly note: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Records the variables as revision 1 unless something is recorded; what is recorded must agree. The topic must exist. */
export async function recordInstallation(
  deps: InstallationLogDeps,
  here: SharedVariables,
  decision: InstallationDecision,
): Promise<Installation | undefined> {
  return look(deps, async (installations) => {
    if (currentInstallation(valuesOf(installations)) === undefined) await propose(installations, 1, here, decision);
    const current = currentInstallation(valuesOf(installations));
    assertInstallation(current, here);
    return current;
  });
}

/** Records changed values as the next revision. Undefined when there is no revision to change. */
export async function changeInstallation(
  deps: InstallationLogDeps,
  changes: SharedVariables,
  decision: InstallationDecision,
): Promise<Installation | undefined> {
  return look(deps, async (installations) => {
    const current = currentInstallation(valuesOf(installations));
    if (current === undefined) return undefined;
    const variables = { ...current.variables, ...changes };
    await propose(installations, current.revision + 1, variables, decision);
    return currentInstallation(valuesOf(installations));
  });
}

const propose = (
  installations: DecisionLog<Installation>,
  revision: number,
  variables: SharedVariables,
  { by, note, at }: InstallationDecision,
): Promise<unknown> =>
  installations.propose(installationKey(revision), { revision, variables, note, decided_by: by, decided_at: at });
