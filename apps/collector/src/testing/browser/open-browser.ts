import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { chromium, type Browser } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Debian's chromium, installed first when it is missing and this user may. */
function findChromium(): string {
  if (existsSync(CHROMIUM)) return CHROMIUM;
  if (process.getuid?.() !== 0) throw new Error('This spec needs a browser: apt-get install chromium');
  execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
  const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium'];
  execFileSync('env', ['DEBIAN_FRONTEND=noninteractive', ...install], { stdio: 'ignore' });
  return CHROMIUM;
}

/** A browser with an empty profile; each context of it is a new visitor. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium(), headless: true, args: FLAGS });
