import {
  buildSchema,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  parse,
  printSchema,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { accessOf, psa } from '../../schema/access.ts'
import { asSubgraph } from '../../schema/federation.ts'
import { composeSupergraph } from './compose.ts'
import { CONTROL_ACCESS, declare, PSA_ACCESS, toyControl, toyPsa, toySubgraphs } from './toy.ts'

const { supergraphSdl, apiSchema, access } = composeSupergraph(toySubgraphs())

describe('the two SDLs', () => {
  it('can be printed and read again', () => {
    expect(() => parse(supergraphSdl)).not.toThrow()
    expect(() => buildSchema(printSchema(apiSchema))).not.toThrow()
  })

  it('the public one has our directive and descriptions, and no machinery', () => {
    const sdl = printSchema(apiSchema)
    expect(sdl).toContain('directive @dryRun(if: Boolean! = true) on FIELD')
    expect(sdl).toContain('"""The one-line summary."""')
    expect(sdl).not.toMatch(/join__|link__|_Any|_Entity|_Service|@key|@shareable/)
  })
})

describe('access declarations', () => {
  it('stand in the extensions of fields, types, input members and enum values', () => {
    const query = apiSchema.getQueryType()!.getFields()
    const filter = apiSchema.getType('TicketFilter') as GraphQLInputObjectType
    const order = apiSchema.getType('TicketOrderKey') as GraphQLEnumType
    expect(accessOf(query.ticket!)).toEqual(PSA_ACCESS['Query.ticket']!.access)
    expect(accessOf(apiSchema.getType('Contact') as GraphQLObjectType)).toEqual(PSA_ACCESS.Contact!.access)
    expect(accessOf(filter.getFields().contactEmail!)).toEqual(
      PSA_ACCESS['TicketFilter.contactEmail']!.access,
    )
    expect(accessOf(order.getValue('CONTACT_NAME')!)).toEqual(
      PSA_ACCESS['TicketOrderKey.CONTACT_NAME']!.access,
    )
  })

  it('an entity has that of the subgraph which serves it, not that of a stub', () => {
    expect(access.get('Ticket')).toEqual(PSA_ACCESS.Ticket!.access)
  })

  it('what a subgraph declares for its Query holds for its own root fields alone', () => {
    expect(access.get('Query')).toBeUndefined()
    expect(access.get('Query.approval')).toEqual(CONTROL_ACCESS.Query!.access)
    expect(access.get('Query.ticket')).toEqual(PSA_ACCESS['Query.ticket']!.access)
  })

  it('two different ones for one coordinate are refused', () => {
    const other = asSubgraph(
      declare(buildSchema('type PageInfo { hasNextPage: Boolean! } type Query { page: PageInfo }'), {
        PageInfo: psa('Tickets', 'page'),
      }),
      {},
    )
    expect(() =>
      composeSupergraph([
        { name: 'psa', schema: toyPsa() },
        { name: 'other', schema: other },
      ]),
    ).toThrow('"PageInfo"')
  })
})

it('says why subgraphs do not compose', () => {
  const clash = asSubgraph(buildSchema('type Query { ticket: Int }'), {})
  expect(() =>
    composeSupergraph([
      { name: 'control', schema: toyControl() },
      { name: 'psa', schema: toyPsa() },
      { name: 'clash', schema: clash },
    ]),
  ).toThrow(/ticket/)
})
