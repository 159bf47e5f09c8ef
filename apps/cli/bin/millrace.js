#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const program = join(__dirname, '../dist/main.js');
if (!existsSync(program)) {
  process.stderr.write(
    'Millrace is not compiled yet: run "node tools/bootstrap.mjs" in the checkout, then this again.\n',
  );
  process.exit(1);
}
require(program);
