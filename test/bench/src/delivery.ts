import { Command } from 'commander';

import { runDelivery } from './delivery/run-delivery';

const options = new Command('bench delivery')
  .description('Plans and delivers changed leads to a fast destination; meanwhile urgent signals overtake them.')
  .option('--leads <n>', 'leads that change in each of two runs', '100000')
  .option('--urgent <n>', 'urgent signals sent while idle, and again while the batch flows', '300')
  .option('--json', 'print one JSON object')
  .parse()
  .opts<{ leads: string; urgent: string; json?: boolean }>();

async function main(): Promise<void> {
  const report = await runDelivery({ leads: Number(options.leads), urgent: Number(options.urgent) });
  console.log(options.json === true ? JSON.stringify(report) : JSON.stringify(report, null, 2));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
