import { describe, expect, it } from 'vitest'
import type { GatewayError } from '../../schema/errors.ts'
import type { EndpointMethod } from '../../schema/passthrough.ts'
import type { Vendor, VendorAccess } from '../../schema/source.ts'
import { demandsOf as autotask } from '../../subgraphs/autotask/body-fields.ts'
import { catalogueOf } from '../../subgraphs/catalogue/index.ts'
import { samplePath } from '../../subgraphs/catalogue/testing.ts'
import { demandsOf as connectwise } from '../../subgraphs/connectwise/body-fields.ts'
import { demandsOf as halo } from '../../subgraphs/halo/body-fields.ts'
import { demandsOf as servicenow } from '../../subgraphs/servicenow/body-fields.ts'

interface Vendored {
  readonly vendor: Vendor
  readonly demandsOf: (method: string, path: string, body: string | null) => readonly VendorAccess[]
  body(method: EndpointMethod, template: string): unknown
  /** Shapes that the body reader has. */
  readonly shapes: number
}

const PATCH = [{ op: 'replace', path: 'text', value: 'x' }]
const vendors: readonly Vendored[] = [
  {
    vendor: 'connectwise',
    demandsOf: connectwise,
    body: (method, template) => {
      if (template.endsWith('/merge')) return { mergeTicketIds: [2], status: { id: 3 } }
      if (template.endsWith('/attachChildren')) return { childTicketIds: [2] }
      return method === 'PATCH' ? PATCH : { text: 'x' }
    },
    shapes: 46,
  },
  {
    vendor: 'autotask',
    demandsOf: autotask,
    body: (method) => (method === 'POST' ? { title: 'x' } : { id: 7, title: 'x' }),
    shapes: 40,
  },
  {
    vendor: 'halo',
    demandsOf: halo,
    body: (_, template) => [template === '/Actions' ? { ticket_id: 7, note: 'x' } : { id: 7, summary: 'x' }],
    shapes: 14,
  },
  { vendor: 'servicenow', demandsOf: servicenow, body: () => ({ short_description: 'x' }), shapes: 68 },
]

describe.each(vendors)('$vendor: what bytes demand', ({ vendor, demandsOf, body, shapes }) => {
  it('is of the group and kind of the catalogue, for every endpoint that the bytes are read of', () => {
    const differ: string[] = []
    let read = 0
    for (const endpoint of catalogueOf(vendor).endpoints) {
      // What is denied is not judged; a login of ServiceNow is no contact, though typed writes make contacts so.
      if (endpoint.method === 'GET' || endpoint.kind === 'READ' || endpoint.denied !== undefined) continue
      const text = JSON.stringify(body(endpoint.method, endpoint.template))
      const demands = demandsIfAny(() => demandsOf(endpoint.method, samplePath(endpoint), text))
      if (demands === undefined) continue
      read += 1
      const { method, template, group, kind } = endpoint
      const groups = group === 'Ticket Notes' ? [group, 'Client-Facing Notes'] : [group]
      if (!demands.some((one) => groups.includes(one.group) && one.kind === kind))
        differ.push(`${method} ${template}: ${JSON.stringify(demands)} instead of ${group} ${kind}`)
    }
    expect(differ).toEqual([])
    expect(read).toBe(shapes)
  })
})

/** Undefined for an endpoint that the reader has no shape for. */
function demandsIfAny(work: () => readonly VendorAccess[]): readonly VendorAccess[] | undefined {
  try {
    return work()
  } catch (error) {
    if ((error as GatewayError).code === 'NOT_CATALOGUED') return undefined
    throw error
  }
}
