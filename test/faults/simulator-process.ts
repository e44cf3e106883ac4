/** The PSAs of a run, in a process that no fault ends: what they received and hold is the truth the checker goes by. */

import type { ConnectWiseSimulator, Json } from '../../simulators/connectwise/index.ts'
import { startConnectWiseSimulator } from '../../simulators/connectwise/index.ts'
import type { PsaCalls, SimulatorSetup } from './psa.ts'

const setup = JSON.parse(process.argv[2] as string) as SimulatorSetup
const running: Record<string, ConnectWiseSimulator> = {}
for (const { slug, journalFile, privateKey } of setup.psas) {
  running[slug] = await startConnectWiseSimulator({ port: 0, journalFile, privateKey })
}

const calls: PsaCalls = {
  ticket({ slug, summary }) {
    const { body, status } = act(slug, 'POST', '/service/tickets', {
      summary,
      board: { id: 1 },
      company: { id: 302 },
      status: { name: 'In Progress' },
      priority: { id: 3 },
      owner: { identifier: 'asmith' },
    })
    if (status !== 201) throw new Error(`no ticket: ${JSON.stringify(body)}`)
    return (body as { id: number }).id
  },
  change({ slug, key, member, value }) {
    const patch = [{ op: 'replace', path: member, value: value as Json }]
    const { status, body } = act(slug, 'PATCH', `/service/tickets/${key}`, patch)
    if (status !== 200) throw new Error(`no change: ${JSON.stringify(body)}`)
    return null
  },
  holding({ marks }) {
    const count = new Map(marks.map((mark) => [mark, 0]))
    const pattern = /~[0-9a-z]+-\d+[a-z]~/g
    for (const { state } of Object.values(running)) {
      for (const table of [state.tables.tickets, state.tables.notes, state.tables.timeEntries]) {
        for (const row of table.all()) {
          const texts = new Set(JSON.stringify(row).match(pattern))
          for (const mark of texts) if (count.has(mark)) count.set(mark, (count.get(mark) ?? 0) + 1)
        }
      }
    }
    return Object.fromEntries(count)
  },
}

function act(slug: string, method: string, path: string, body: Json) {
  const simulator = running[slug]
  if (simulator === undefined) throw new Error(`no PSA ${slug}`)
  return simulator.actAs('jdoe', method, path, body)
}

process.on('message', ({ id, call, of }: { id: number; call: keyof PsaCalls; of: never }) => {
  try {
    process.send?.({ id, answer: calls[call](of) })
  } catch (error) {
    process.send?.({ id, error: String(error) })
  }
})
process.on('disconnect', () => process.exit())
process.send?.({
  ready: Object.entries(running).map(([slug, { url, credentials }]) => ({ slug, url, credentials })),
})
