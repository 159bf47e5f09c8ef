import { describeLogLine } from './describe-log-line';

it.each<[string, string, string | undefined]>([
  ['a line of ours', '{"level":"info","name":"sync","msg":"sync ready"}', 'info: sync ready'],
  [
    'an error with its causes and its way out',
    '{"level":"error","msg":"planning failed","err":{"message":"ClickHouse does not answer","code":"CLICKHOUSE_UNAVAILABLE",' +
      '"advice":"Check CLICKHOUSE_URL","cause":{"message":"connect ECONNREFUSED"},"stack":"Error\\n    at x"}}',
    'error: planning failed: CLICKHOUSE_UNAVAILABLE: ClickHouse does not answer, because connect ECONNREFUSED. Check CLICKHOUSE_URL',
  ],
  [
    'an error whose message says it already',
    '{"level":"warn","msg":"sync waits: Kafka is away","err":{"message":"Kafka is away"}}',
    'warn: sync waits: Kafka is away',
  ],
  [
    "a client library's line",
    '{"level":"ERROR","timestamp":"x","msg":"[Connection] refused","error":"connect"}',
    'ERROR: [Connection] refused: connect',
  ],
  [
    'what a service says before it has a logger',
    'CONFIG_INVALID: The environment has a problem.',
    'CONFIG_INVALID: The environment has a problem.',
  ],
  ['a line of Java', '[2026-11-26] ERROR Disk full (kafka.log)', '[2026-11-26] ERROR Disk full (kafka.log)'],
  ["a frame of JavaScript's stack", '    at Object.<anonymous> (/a/b.js:1:2)', undefined],
  ["a frame of Java's stack", '\tat java.base/java.lang.Thread.run(Thread.java:1)', undefined],
  ['what follows the frames', '\t... 14 more', undefined],
  ["Node's banner", 'Node.js v20.19.4', undefined],
  ['an empty line', '', undefined],
  ['JSON that is not a log line', '{"a":1}', '{"a":1}'],
  ['a broken JSON line', '{"level":"info","msg', '{"level":"info","msg'],
])('%s', (_what, line, expected) => {
  expect(describeLogLine(line)).toBe(expected);
});

it('cuts what is long', () => {
  expect(describeLogLine('x'.repeat(9_000))).toHaveLength(503);
});
