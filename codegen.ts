import type { CodegenConfig } from '@graphql-codegen/cli'

/** Types of the committed operations, for tests and the console: a document that no longer fits does not compile. */
const config: CodegenConfig = {
  schema: 'generated/schema.graphql',
  documents: ['test/operations/*.graphql'],
  importExtension: '.ts',
  emitLegacyCommonJSImports: false,
  generates: {
    'generated/operations.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: { DateTime: 'string', UntrustedText: 'string', JSON: 'unknown' },
      },
    },
  },
}

export default config
