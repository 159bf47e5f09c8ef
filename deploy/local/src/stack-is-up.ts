import { answersOk } from './parts/http-ready';
import { answersKafka } from './parts/kafka-ready';
import { HOST, portsFromEnvironment } from './ports';

/** True when all three parts answer at the addresses of this environment. */
export const stackIsUp = async (env: NodeJS.ProcessEnv = process.env): Promise<boolean> => {
  const ports = portsFromEnvironment(env);
  const answers = await Promise.all([
    answersKafka(ports.kafka),
    answersOk(`http://${HOST}:${ports.registry}/apis/ccompat/v7/subjects`),
    answersOk(`http://${HOST}:${ports.clickhouse}/ping`),
  ]);
  return answers.every(Boolean);
};
