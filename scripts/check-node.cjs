// Runs before `npm start` and `npm test`, on whatever Node is there: so CommonJS, and words that old versions know.
'use strict'

var NEEDED = [22, 18]

var version = process.versions.node.split('.').map(Number)
var isNew = version[0] > NEEDED[0] || (version[0] === NEEDED[0] && version[1] >= NEEDED[1])

if (!isNew) {
  console.error(
    [
      '',
      `Countersign needs Node ${NEEDED.join('.')} or newer; this is Node ${process.versions.node}.`,
      `  (${process.execPath})`,
      '',
      'npm scripts normally run on the Node 24 that comes with the dependencies, in node_modules/.bin/node.',
      'It is not there, most likely because its install script did not run. Try, in this order:',
      '',
      '  npm install          if node_modules is missing or incomplete',
      '  npm rebuild node     if scripts were off (--ignore-scripts, or ignore-scripts=true in an .npmrc)',
      '',
      'Or install Node 24 on this machine: https://nodejs.org',
      '',
    ].join('\n'),
  )
  process.exit(1)
}
