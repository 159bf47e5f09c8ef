/** The Kafka client that health checks use. */
export const KAFKA = Symbol('KAFKA');
