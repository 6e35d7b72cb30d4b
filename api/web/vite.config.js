// Bundles the pages into `dist/`: `index.html` and `assets/`, whose names carry a hash of their
// content (the list of licences excepted) and whose bytes are gzip: every browser takes gzip, and
// it makes the binary 5 MB smaller.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

const gzipAssets = {
  name: 'gzip-assets',
  apply: 'build',
  writeBundle({ dir }) {
    const assets = join(dir, 'assets');
    for (const name of readdirSync(assets)) {
      const file = join(assets, name);
      writeFileSync(file, gzipSync(readFileSync(file), { level: 9 }));
    }
  },
};

export default defineConfig({
  base: '/graphql/',
  build: {
    chunkSizeWarningLimit: 4000,
    license: { fileName: 'assets/licences.txt' },
    // Dependencies mark modules for React's server, hundreds of them; nothing here runs on a server.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  plugins: [gzipAssets],
  worker: { format: 'es' },
});
