import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  base: '/graphiql/',
  // Two copies of graphql refuse each other's schemas.
  resolve: { dedupe: ['graphql', 'react', 'react-dom'] },
  // The page awaits its configuration at the top level.
  build: {
    target: 'es2022',
    outDir: here('../../dist/graphiql'),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // Fonts and images as files: nothing has to be allowed for data URLs of scripts or workers.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // Monaco is as big as it is.
    chunkSizeWarningLimit: 5_000,
    // Packages say "use client" for frameworks that render on a server.
    rolldownOptions: {
      onwarn: (warning, show) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') show(warning)
      },
    },
  },
  worker: { format: 'es' },
})
