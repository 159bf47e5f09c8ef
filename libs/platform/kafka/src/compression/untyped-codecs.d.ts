declare module 'lz4js' {
  export function compress(source: Uint8Array): Uint8Array;
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
