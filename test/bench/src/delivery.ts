import { Command } from 'commander';

import { runDelivery } from './delivery/run-delivery';

const options = new Command('bench delivery')
  .description('Plans and delivers what changed to a fast destination; meanwhile urgent signals overtake it.')
  .option('--people <n>', 'people who exist and are scored', '1000000')
  .option('--changed <n>', 'of them, those whose score is another one in each of two nights', '100000')
  .option('--nights <n>', 'nights of outcomes that lie before', '400')
  .option('--urgent <n>', 'urgent signals sent while idle, and again while the batch flows', '300')
  .option('--json', 'print one JSON object')
  .parse()
  .opts<{ people: string; changed: string; nights: string; urgent: string; json?: boolean }>();

async function main(): Promise<void> {
  const report = await runDelivery({
    people: Number(options.people),
    changed: Number(options.changed),
    nights: Number(options.nights),
    urgent: Number(options.urgent),
  });
  console.log(options.json === true ? JSON.stringify(report) : JSON.stringify(report, null, 2));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
