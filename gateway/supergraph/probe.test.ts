import { it } from 'vitest'
import { createSupergraph } from './runtime.ts'
import { toyContext, toySubgraphs } from './toy.ts'

it('probe', async () => {
  const s = createSupergraph({ subgraphs: toySubgraphs(), log: (e) => console.log('LOG', e) })
  const q = async (text: string, variables?: unknown) => {
    const context = toyContext()
      const r = await s.execute({ document: s.parse(text), variables, context })
      console.log(text, '\n ->', JSON.stringify(r), context.journal)
  }
  await q('mutation { a: updateTicket(input: {id: "acme-cw:Ticket:1"}) { ... on TicketWritten { ticket { id title } } } ... on Mutation { b: updateTicket(input: {id: "acme-cw:Ticket:2"}) @dryRun { __typename ...P ... on TicketWritten { ticket { title } } } } ...F } fragment F on Mutation { c: updateTicket(input: {id: "acme-cw:Ticket:2", title: "bad"}) { replayed: __typename } } fragment P on DryRunPlan { planHash }')
  await q('query($y: Boolean!) { approval(id: "1") @skip(if: $y) { note ticket { title } } }', { y: true })
  await q('{ approval(id: 99999999999999999999999) { ticket { title } } }')
  await q('{ approval(id: "5") { note ticket { title } } }')
  await q('{ approval(id: "5") { note ticket { ...on Ticket { title } id } } }')
  await q('{ named(connection: "acme-cw") { name ... on Company { id } } approvals { nodes { ticket { title } } } }')
  const t = s.parse('{ tickets { nodes { id title createdAt contact { name email } notes { nodes { text } } } } approvals { nodes { id ticket { id title } } } }')
  const u = s.parse('{ tickets { nodes { id title createdAt contact { name email } notes { nodes { text } } } }  }')
  for (const d of [t, u, t, u]) { const c = process.cpuUsage(); for (let i = 0; i < 500; i++) await s.execute({ document: d, context: toyContext() }); const e = process.cpuUsage(c); console.log((e.user + e.system) / 500000, 'ms') }
})
