import type { CodegenConfig } from '@graphql-codegen/cli'

const typed = {
  plugins: ['typescript-operations', 'typed-document-node'],
  config: {
    useTypeImports: true,
    enumsAsTypes: true,
    scalars: { DateTime: 'string', UntrustedText: 'string', JSON: 'unknown', UntrustedJSON: 'unknown' },
  },
}

/** Types of the committed operations, for tests and the console: a document that no longer fits does not compile. */
const config: CodegenConfig = {
  schema: 'generated/schema.graphql',
  importExtension: '.ts',
  emitLegacyCommonJSImports: false,
  generates: {
    'generated/operations.ts': { documents: ['test/operations/*.graphql', 'test/tour/*.graphql'], ...typed },
    'generated/console.ts': { documents: ['console/app/**/*.graphql'], ...typed },
  },
}

export default config
