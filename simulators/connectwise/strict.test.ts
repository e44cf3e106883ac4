import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { strictnessOf, UNKNOWN } from '../shared/strictness.ts'
import { endpoints } from './allowlists.ts'
import { type Bench, form, startBench } from './harness.ts'

let bench: Bench
let ids: Readonly<Record<string, number>>
beforeAll(async () => {
  bench = await startBench()
  const { dataset } = bench.simulator
  const ticket = dataset.facts.longTicketIds[0]!
  const note = await bench.get(`/service/tickets/${ticket}/notes`)
  const project = await bench.get('/project/tickets')
  const projectTicket = Number(project.rows[0]!.id)
  const projectNote = await bench.get(`/project/tickets/${projectTicket}/notes`)
  const task = dataset.tasks[0]!
  const entry = await bench.get('/schedule/entries')
  const time = await bench.get('/time/entries')
  ids = {
    '/company/companies': 257,
    '/company/companies/257/sites': dataset.sites.find(({ companyId }) => companyId === 257)!.id,
    '/company/configurations': dataset.devices[0]!.id,
    '/company/contacts': dataset.contacts[0]!.id,
    '/procurement/products': dataset.products[0]!.id,
    '/project/tickets': projectTicket,
    [`/project/tickets/${projectTicket}/notes`]: Number(projectNote.rows[0]?.id),
    '/schedule/entries': Number(entry.rows[0]!.id),
    '/service/tickets': ticket,
    [`/service/tickets/${ticket}/notes`]: Number(note.rows[0]!.id),
    [`/service/tickets/${task.ticketId}/tasks`]: task.id,
    '/time/entries': Number(time.rows[0]!.id),
    '/service/boards/1/statuses': bench.simulator.dataset.boards.find(({ id }) => id === 1)!.statuses[0]!.id,
  }
})
afterAll(() => bench.simulator.close())

/** A path with real ids where the endpoint looks at its record first. */
function real(path: string): string {
  const ofTask = path.startsWith('/service/tickets/{*}/tasks/{*}')
  const start = ofTask ? `/service/tickets/${bench.simulator.dataset.tasks[0]!.ticketId}/tasks/{*}` : path
  return start.split('/{*}').reduce((before, after) => `${before}/${ids[before] ?? 1}${after}`)
}

async function send(method: string, path: string, body?: unknown) {
  const { body: answer } = await bench.call(method, path, body)
  const shaped = typeof answer.code === 'string' && typeof answer.message === 'string' && 'errors' in answer
  return { entry: bench.simulator.journal().at(-1)!, shaped }
}

describe('what the description does not have is refused', () => {
  it('in the query, on every endpoint that is played', async () => {
    const { refused, open } = await strictnessOf(endpoints, (method, path) =>
      send(method, `${real(path)}?${UNKNOWN}=1`, method === 'GET' || method === 'DELETE' ? undefined : {}),
    )

    expect(open).toEqual([])
    expect(refused.length).toBeGreaterThanOrEqual(197)
  })

  it('in the body, on every endpoint that is played', async () => {
    const written = endpoints.filter((endpoint) => /^(POST|PUT|PATCH) /.test(endpoint))
    const { refused, open } = await strictnessOf(written, (method, path) =>
      send(
        method,
        real(path),
        path === '/system/documents'
          ? form({ [UNKNOWN]: '1' })
          : method === 'PATCH'
            ? [{ op: 'replace', path: `/${UNKNOWN}`, value: 1 }]
            : { [UNKNOWN]: 1 },
      ),
    )

    expect(open).toEqual([])
    expect(refused.length).toBeGreaterThanOrEqual(28)
  })
})
