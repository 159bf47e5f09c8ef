import { Command } from 'commander';
import { startStack } from './stack';

const program = new Command();
program
  .command('stack')
  .option('--json')
  .option('--free-ports')
  .option('--data <dir>')
  .action(async (o: { json?: boolean; freePorts?: boolean; data?: string }) => {
    const stack = await startStack({
      ports: o.freePorts ? 'free' : 'default',
      ...(o.data ? { dataDirectory: o.data } : {}),
      onProgress: (line) => process.stderr.write(`${line}\n`),
    });
    process.stdout.write(`${JSON.stringify(stack.environment)}\n`);
    await new Promise<void>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    await stack.stop();
  });
program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
