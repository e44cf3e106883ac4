import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  resolve: { dedupe: ['graphql', 'react', 'react-dom'] },
  build: {
    target: 'es2022',
    outDir: here('../../dist/app'),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // Compressed it stays far below the bound that a test holds it to.
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      onwarn: (warning, show) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') show(warning)
      },
    },
  },
})
