import { createHash } from 'node:crypto';

/** The namespace of our ids: a random UUID, chosen once. With another every run would get another id. */
const NAMESPACE = Buffer.from('5f0c9a3e4d7b4f5c9b0a6d2f1e8c7b3a', 'hex');

/**
 * UUID version 5 (RFC 9562) of an id of ours: the same on every replica, in every attempt and in every service that names it.
 */
export function lineageId(ours: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(ours).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
