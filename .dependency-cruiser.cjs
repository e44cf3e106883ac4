/**
 * The rooms and the directions in which they may import each other. `scripts/check-rooms.ts` runs it.
 * A room lists what it may reach; everything else of ours is an error.
 */
const rooms = {
  schema: ['schema'],
  policy: ['policy', 'schema'],
  subgraphs: ['subgraphs', 'policy', 'schema'],
  gateway: ['gateway', 'subgraphs', 'policy', 'schema'],
  // A client of the gateway over GraphQL, and of nothing else.
  console: ['console'],
  // Told from the vendors' documents alone, so that a misreading of ours shows.
  simulators: ['simulators'],
}
const ours = '^(schema|policy|subgraphs|gateway|console|simulators|test|bench|scripts)/'
const vendors = ['connectwise', 'autotask', 'halo', 'servicenow']
// Helpers of tests stand beside them: testing.ts, harness.ts, testing/.
const isTest = '([.]test[.]tsx?|/(testing|harness|toy|toy-gateway)[.]ts|/testing/[^/]+[.]ts)$'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, reaches]) => ({
      name: `${room}-reaches-only-${reaches.filter((other) => other !== room).join('-') || 'itself'}`,
      comment: `${room}/ may import ${reaches.map((other) => `${other}/`).join(', ')} of ours and nothing else`,
      severity: 'error',
      // Tests stand beside what they test and may use the simulators and the helpers in test/.
      from: { path: `^${room}/`, pathNot: isTest },
      to: { path: ours, pathNot: `^(${reaches.join('|')})/` },
    })),
    ...['subgraphs', 'simulators'].map((room) => ({
      name: `${room}-vendors-stay-apart`,
      comment: 'A vendor never imports another: what they share stands outside their folders',
      severity: 'error',
      from: { path: `^${room}/(${vendors.join('|')})/` },
      to: { path: `^${room}/(${vendors.join('|')})/`, pathNot: `^${room}/$1/` },
    })),
    {
      name: 'nothing-imports-test',
      comment: 'The rooms have it from their own rule; this is for what belongs to no room',
      severity: 'error',
      from: { path: '^(scripts|[^/]+$)', pathNot: isTest },
      to: { path: '^test/' },
    },
    {
      name: 'tests-are-not-imported',
      comment: 'What runs imports neither a test nor its helpers',
      severity: 'error',
      from: { pathNot: `${isTest}|^test/` },
      to: { path: isTest },
    },
    {
      name: 'no-cycles',
      comment: 'Types may refer to each other; running code may not',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '[?]worker$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|data|node_modules/[.]cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'module', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.cjs', '.mjs', '.json', '.css', '.d.ts'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
}
