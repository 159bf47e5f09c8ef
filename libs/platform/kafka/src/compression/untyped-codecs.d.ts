declare module 'lz4js' {
  export function compressBlock(
    source: Uint8Array,
    destination: Uint8Array,
    at: number,
    length: number,
    hashTable: Uint32Array,
  ): number;
  export function compressBound(length: number): number;
  export function decompressBound(source: Uint8Array): number;
  export function decompressFrame(source: Uint8Array, destination: Uint8Array): number;
}

declare module 'kafkajs-snappy' {
  interface Snappy {
    compress(encoder: { readonly buffer: Buffer }): Promise<Uint8Array>;
    decompress(buffer: Buffer): Promise<Uint8Array>;
  }
  const createSnappy: () => Snappy;
  export default createSnappy;
}
