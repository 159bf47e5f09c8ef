// Preloaded into a replica (NODE_OPTIONS=--require): connections to the broker go to another port. The broker names its own
// address to its clients, so a proxy in KAFKA_BROKERS alone would see the first connection only.
const net = require('node:net');

const [brokerPort, wirePort] = process.env.KAFKA_WIRE.split('=').map(Number);
const connect = net.connect;
net.connect = (options, ...rest) =>
  connect(options.port === brokerPort ? { ...options, port: wirePort } : options, ...rest);
