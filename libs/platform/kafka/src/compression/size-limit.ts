import { ContractError } from '@millrace/platform-errors';

export const DEFAULT_MAX_DECOMPRESSED_BYTES = 64 * 1024 * 1024;

export function assertWithinLimit(codec: string, bytes: number, limit: number): void {
  if (bytes <= limit) return;
  throw new ContractError(`A ${codec} record batch unpacks to more than ${limit} bytes`, {
    code: 'KAFKA_RECORD_TOO_LARGE',
    advice: 'Have the producer send smaller batches, or raise maxDecompressedBytes where the client is created',
    details: { codec, bytes, limit },
  });
}
