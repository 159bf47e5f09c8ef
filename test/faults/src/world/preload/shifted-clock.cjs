// Preloaded into a replica (NODE_OPTIONS=--require): its wall clock is off by as many milliseconds as CLOCK_FILE says just now.
// Timers go on, as they do when a machine's clock is set.
const { readFileSync } = require('node:fs');
const { setInterval } = require('node:timers');

const RealDate = Date;
let offsetMs = 0;
const look = () => {
  offsetMs = Number(readFileSync(process.env.CLOCK_FILE, 'utf8'));
};
look();
setInterval(look, 20).unref();

const now = () => RealDate.now() + offsetMs;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});
