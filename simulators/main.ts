// Starts every registered simulator and tells, one JSON line each, where it listens.
//
//   npx node simulators/main.ts [--port 4101] [--anchor today|2026-11-20T16:00:00Z] [--only connectwise,halo]

import { parseArgs } from 'node:util'
import { simulators } from './index.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4101' },
    anchor: { type: 'string' },
    only: { type: 'string' },
  },
})

function readPort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new TypeError(`Expected --port to be a number from 1 to 65535, got ${text}`)
  }
  return port
}

function readOnly(text: string | undefined): typeof simulators {
  if (text === undefined) return simulators
  const wanted = text.split(',').filter((vendor) => vendor !== '')
  const known = simulators.map(({ vendor }) => vendor)
  for (const vendor of wanted) {
    if (!known.includes(vendor))
      throw new TypeError(`Expected --only to name some of ${known.join(', ')}, got ${vendor}`)
  }
  return simulators.filter(({ vendor }) => wanted.includes(vendor))
}

function readAnchor(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const anchor = text === 'today' ? new Date() : new Date(text)
  if (Number.isNaN(anchor.getTime()))
    throw new TypeError(`Expected --anchor to be "today" or a date, got ${text}`)
  anchor.setMilliseconds(0)
  return anchor
}

type Started = Awaited<ReturnType<(typeof simulators)[number]['start']>>

/** A taken port is somebody else's simulator: the next one will do. */
async function startOnFreePort(
  entry: (typeof simulators)[number],
  from: number,
  anchor?: Date,
): Promise<Started> {
  for (let port = from; port <= 65_535; port++) {
    try {
      return await entry.start({ port, anchor })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
  throw new Error(`No free port from ${from} on`)
}

const started: Started[] = []
async function stop(): Promise<void> {
  await Promise.all(started.map((simulator) => simulator.close()))
  process.exit(0)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
// Whoever started us is gone when its end of the pipe or of the channel closes; then nobody needs us.
process.stdin.on('end', stop).on('close', stop).resume()
process.on('disconnect', stop)

let port = readPort(values.port)
const anchor = readAnchor(values.anchor)
for (const entry of readOnly(values.only)) {
  const simulator = await startOnFreePort(entry, port, anchor)
  started.push(simulator)
  port = Number(new URL(simulator.url).port) + 1
  const { vendor, slug } = entry
  process.stdout.write(
    `${JSON.stringify({ vendor, slug, url: simulator.url, credentials: simulator.credentials })}\n`,
  )
}
process.stdout.write(`${JSON.stringify({ ready: true })}\n`)
