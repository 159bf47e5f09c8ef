import { connect } from 'node:net';
import { HOST } from '../ports';

/** ApiVersions v0 without a client id: the one request every broker answers, and only once it serves clients. */
const API_VERSIONS_REQUEST = Buffer.from('0000000a001200000000002affff', 'hex');
const CORRELATION_ID = 0x2a;

/** True when a Kafka broker answers ApiVersions on the port within two seconds. */
export const answersKafka = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: HOST, timeout: 2_000 });
    const answer = (isReady: boolean): void => {
      socket.destroy();
      resolve(isReady);
    };
    socket.once('connect', () => socket.write(API_VERSIONS_REQUEST));
    socket.once('data', (data) =>
      answer(data.length >= 10 && data.readInt32BE(4) === CORRELATION_ID && data.readInt16BE(8) === 0),
    );
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
    socket.once('close', () => answer(false));
  });
