import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ask, exportPolicies, importPolicies } from '../../gateway/cli/policy-command.ts'
import { parsePolicyFile } from '../../gateway/cli/policy-file.ts'
import { type Desk, startDesk } from './desk.ts'

let t: Desk
let ask: Ask
let admin = ''
let name = ''

beforeAll(async () => {
  t = await startDesk()
  admin = (await t.person({ role: 'policyAdmin' })).token
  ask = (query, variables) => t.ask(admin, query, variables)
  await t.agent('HELPDESK')
  name = (await t.ask(admin, '{ workflows { name } }')).data.workflows[0].name
})
afterAll(() => t.close())

const dry = { dryRun: true, reason: '' }
const current = async () =>
  (await t.ask(admin, '{ workflows { policies { version policy } } }')).data.workflows[0].policies[0]

describe('a policy as a file', () => {
  it('is written in one order, with words on top, and read back as it was', async () => {
    const text = await exportPolicies(ask, name)

    expect(text).toMatch(/^# What the AI agents of a workflow may do/)
    expect(text).toContain(`workflow: ${name}\nconnections:\n  acme-cw:\n    testMode: false\n`)
    expect(text).toMatch(/\n {6}Ticket Notes:\n {8}level: READ_WRITE\n {8}allowedFields:\n/)
    expect(await exportPolicies(ask)).toBe(text)
    expect(parsePolicyFile(text)).toMatchObject([
      { workflow: name, connections: { 'acme-cw': (await current()).policy } },
    ])
    expect(await importPolicies(ask, text, dry)).toEqual([
      `${name}, acme-cw: nothing changes, version 1 stays`,
    ])
  })

  it('tells what it would change, group by group, and changes nothing in a dry run', async () => {
    const text = (await exportPolicies(ask, name))
      .replace('testMode: false', 'testMode: true')
      .replace(/Members:\n {8}level: READ_ONLY/, 'Members:\n        level: DISABLED')
      .replace(/Tickets:\n {8}level: READ_WRITE/, 'Tickets:\n        level: READ_WRITE\n        delete: true')

    const told = [
      `${name}, acme-cw:`,
      '  Policy',
      '    tighter  test mode on',
      '  Members',
      '    tighter  level DISABLED, was READ_ONLY',
      '  Tickets',
      '    looser   delete on',
    ]
    expect(await importPolicies(ask, text, dry)).toEqual(told)
    expect((await current()).version).toBe(1)
    expect(await importPolicies(ask, text, { dryRun: false, reason: 'From the file' })).toEqual([
      ...told,
      '  saved as version 2',
    ])
    expect(await current()).toMatchObject({ version: 2, policy: { testMode: true } })
    expect((await t.events()).at(-1)).toMatchObject({
      type: 'POLICY_CHANGED',
      payload: { reason: 'From the file' },
    })
  })

  it.each([
    ['a key twice', 'a: 1\n    a: 2', 'line 5: Map keys must be unique'],
    ['an anchor', 'groups: &all {}', 'line 4: expected a plain value, got the anchor &all; write it out'],
    ['an alias', 'groups: *all', 'line 4: '],
    ['a tag', 'groups: !!map {}', 'line 4: expected a plain value, got the tag'],
    [
      'a key of a group',
      'groups:\n      Tickets:\n        level: READ_ONLY\n        fly: true',
      'line 7: acme-cw: Expected groups.Tickets to have no keys but level',
    ],
    [
      'a group',
      'groups:\n      Tickts:\n        level: READ_ONLY',
      'line 5: acme-cw: Expected groups to name groups of this vendor only, got "Tickts"',
    ],
    [
      'a value',
      'groups:\n      Ticket Notes:\n        level: WRITE',
      'line 6: acme-cw: Expected groups["Ticket Notes"].level to be one of',
    ],
    [
      'a key of the policy',
      'groups: {}\n    testmode: true',
      'line 5: acme-cw: Expected the policy to have no keys but',
    ],
  ])('is refused whole for %s, by its line', async (_what, policy, message) => {
    const text = `workflow: ${name}\nconnections:\n  acme-cw:\n    ${policy}\n`

    await expect(importPolicies(ask, text, { dryRun: false, reason: '' })).rejects.toThrow(message)
    expect((await current()).version).toBe(2)
  })

  it.each([
    [
      'workflow: x\nconnections: {}\nother: 1\n',
      'line 3: expected "workflow" and "connections", got "other"',
    ],
    ['connections: {}\n', 'expected the name or id of a workflow'],
    ['workflow: x\nconnections: []\n', 'line 2: expected a policy for each connection'],
    ['', 'line 1: expected "workflow" and "connections", got an empty file'],
    ['- a\n', 'line 1: expected "workflow" and "connections"'],
    ['workflow: nobody\nconnections: {}\n', 'Expected the name or id of a workflow'],
  ])('%j is no policy file', async (text, message) => {
    await expect(importPolicies(ask, text, dry)).rejects.toThrow(message)
  })
})

it('the command speaks through the door, with a token from the environment', async () => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString())
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
    response.end(JSON.stringify(await t.ask(token, query, variables)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const folder = await mkdtemp(join(tmpdir(), 'countersign-policy-'))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const run = (args: readonly string[], token = admin) =>
    promisify(execFile)(process.execPath, ['scripts/policy.ts', ...args], {
      env: { ...process.env, COUNTERSIGN_URL: url, COUNTERSIGN_TOKEN: token },
    })
  try {
    const { stdout } = await run(['export', name])
    expect(stdout).toBe(await exportPolicies(ask, name))
    const file = join(folder, 'policy.yaml')
    await writeFile(file, stdout.replace('delete: true', 'delete: false'))
    expect((await run(['import', file, '--dry-run'])).stdout).toBe(
      `${name}, acme-cw:\n  Tickets\n    tighter  delete off\nNothing was saved: this was a dry run.\n`,
    )
    expect((await run(['import', file])).stdout).toContain('saved as version 3')
    await expect(run(['import', file], '')).rejects.toMatchObject({
      stderr: expect.stringContaining('COUNTERSIGN_TOKEN'),
    })
    await expect(run(['imprt', file])).rejects.toMatchObject({ stderr: expect.stringContaining('Usage:') })
  } finally {
    server.close()
    await rm(folder, { recursive: true })
  }
})
