/** What kafkajs asks of a codec: it hands over its encoder when compressing and the bytes when unpacking. */
export interface KafkaCodec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}
