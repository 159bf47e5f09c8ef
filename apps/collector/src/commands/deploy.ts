import { SUBJECT_COMPATIBILITY } from '@millrace/contract-signal';
import { kafkaConnectionOf } from '@millrace/platform-config';
import { ContractError } from '@millrace/platform-errors';
import { createKafka, ensureTopics, SchemaRegistryCodec, type TopicChange } from '@millrace/platform-kafka';

import type { CollectorConfig } from '../app.config';
import { deploymentOf, type Subject } from '../deployment';
import { loadInstances, signalSourcesOf } from '../instances/load-instances';

interface Deployed {
  readonly topics: readonly TopicChange[];
  readonly schemas: readonly { readonly subject: string; readonly id: number }[];
}

/** Schemas are checked first, all of them: a deployment that would break a reader creates nothing. Safe to repeat. */
export async function deploy(config: CollectorConfig): Promise<Deployed> {
  const { topics: wanted, subjects } = deploymentOf(config, signalSourcesOf(loadInstances(config.SOURCES_FILES)));
  const registry = new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL });
  for (const one of subjects) {
    await registry.setCompatibility(one.subject, SUBJECT_COMPATIBILITY);
    await refuseIncompatible(registry, one);
  }
  const kafka = createKafka({ ...kafkaConnectionOf(config), clientId: 'collector-deploy' });
  const topics = await ensureTopics(kafka, wanted);
  const schemas: { subject: string; id: number }[] = [];
  for (const { subject, schema } of subjects) {
    schemas.push({
      subject,
      id: await registry.registerSchema(subject, schema, { compatibility: SUBJECT_COMPATIBILITY }),
    });
  }
  return { topics, schemas };
}

async function refuseIncompatible(registry: SchemaRegistryCodec, { subject, schema }: Subject): Promise<void> {
  if ((await registry.schemaIdOf(subject, schema)) !== undefined) return;
  const { isCompatible, messages } = await registry.checkCompatibility(subject, schema);
  if (isCompatible) return;
  throw new ContractError(
    `The schema of ${subject} would break its readers: ${messages.join('; ') || 'incompatible'}`,
    {
      code: 'SCHEMA_INCOMPATIBLE',
      actor: 'developer',
      details: { subject },
      advice: 'Only add or remove fields with defaults, or publish to a new topic version',
    },
  );
}
