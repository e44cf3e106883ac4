/** What the faults run would say of a gateway that broke one of I1 to I10: a sound run in small, broken in one place. */
import { describe, expect, it } from 'vitest'
import type { ExportedEvent } from '../../gateway/audit/verify.ts'
import { type Following, judge, leaks } from './checker.ts'
import type { Noted } from './desk.ts'
import type { Evidence, Received } from './evidence.ts'

const MARK = '~s1-1a~'
const AT = Date.parse('2026-11-20T16:00:00Z')
const PLAN = 'p'.repeat(64)
const BYTES = 'b'.repeat(64)

/** Loose on purpose: rows and events hold far more than a checker looks at. */
type Loose = Record<string, unknown>

function soundRun() {
  const noted: Noted = {
    number: 1,
    scenario: 'one signature',
    slug: 'acme-cw',
    kind: 'updateTicket',
    agent: 'agent',
    ticket: '90001',
    keys: ['90001'],
    marks: [MARK],
    shows: { present: [MARK], gone: [], linked: [] },
    request: { id: 'wr_1', planHash: PLAN },
  }
  const event = (seq: number, type: string, body: Loose): Loose => ({
    seq,
    type,
    at: new Date(AT + seq * 100),
    request_id: 'wr_1',
    connection: 'acme-cw',
    agent_id: 'agent',
    body,
  })
  const sent = { step: 1, method: 'PATCH', pathTemplate: '/service/tickets/90001', sentHash: BYTES }
  const events = [
    event(1, 'REQUEST_CREATED', { state: 'PENDING', planHash: PLAN, decision: { verdict: 'HOLD' } }),
    event(2, 'REQUEST_APPROVED', { state: 'APPROVED', planHash: PLAN, actor: { id: 'dana' } }),
    event(3, 'EXECUTION_STARTED', { state: 'EXECUTING' }),
    event(4, 'WRITE_INTENT', { state: 'EXECUTING', ...sent }),
    event(5, 'WRITE_OUTCOME', { state: 'EXECUTED', step: 1, outcome: 'DONE', status: 200 }),
  ]
  const received: Received[] = [
    {
      connection: 'acme-cw',
      at: AT + 450,
      method: 'PATCH',
      path: '/v2026_1/apis/3.0/service/tickets/90001',
      query: '',
      bodyHash: BYTES,
      text: `Printer ${MARK}`,
      status: 200,
      fault: undefined,
    },
  ]
  const row: Loose = {
    id: 'wr_1',
    state: 'EXECUTED',
    partial: false,
    approvers_needed: 1,
    reconcile_at: null,
    error: null,
    result: { after: {} },
    concurrent_change: false,
  }
  const approvals: Loose[] = [{ request_id: 'wr_1', plan_hash: PLAN, person_id: 'dana' }]
  const heard = [1, 2, 3, 5].map((seq) => ({
    seq,
    at: new Date(AT + seq * 100).toISOString(),
    cursor: '',
    request: { id: 'wr_1' },
    arrived: AT + seq * 100 + 20,
  }))
  const holding: Record<string, number> = { [MARK]: 1 }
  const linked = new Set<string>()
  const codes = new Map([['APPROVAL_NOT_PENDING', 1]])
  const revoked: { agent: string; at: number }[] = []
  return {
    noted,
    events,
    received,
    row,
    approvals,
    heard,
    holding,
    linked,
    codes,
    revoked,
    revokedAt: 0,
    sees: true,
  }
}
type Run = ReturnType<typeof soundRun>

function judged(change: (run: Run) => void): readonly string[] {
  const run = soundRun()
  change(run)
  const evidence = {
    received: run.received,
    events: run.events as unknown as readonly ExportedEvent[],
    requests: new Map([['wr_1', run.row]]),
    approvals: run.approvals,
    holding: run.holding,
    left: new Map(),
    linked: run.linked,
  } as unknown as Evidence
  const follower: Following = {
    subscriber: {
      name: 'somebody',
      heard: run.heard,
      reconnects: () => 1,
      ended: new Set(),
      stop: async () => {},
    },
    sees: () => run.sees,
    revokedAt: run.revokedAt === 0 ? undefined : run.revokedAt,
  }
  const desk = { noted: [run.noted], agents: { free: [], signed: [] }, revoked: run.revoked }
  return judge(desk, evidence, [follower], run.codes)
}

const eventOf = (run: Run, type: string) => run.events.find((one) => one.type === type) as Loose
const without = (run: Run, type: string) => {
  run.events.splice(
    run.events.findIndex((one) => one.type === type),
    1,
  )
}

describe('the checker of the faults run', () => {
  it('has nothing to say of a sound run', () => {
    expect(judged(() => {})).toEqual([])
  })

  it.each<[invariant: string, broken: string, change: (run: Run) => void]>([
    [
      'I1',
      'a write that nobody asked for',
      ({ received }) => received.push({ ...received[0]!, path: '/x/7', text: '' }),
    ],
    ['I1', 'no intent', (run) => without(run, 'WRITE_INTENT')],
    ['I1', 'an intent after the bytes', ({ received }) => Object.assign(received[0]!, { at: AT + 350 })],
    ['I1', 'an intent of other bytes', ({ received }) => Object.assign(received[0]!, { bodyHash: 'c' })],
    [
      'I1',
      'a refused decision',
      (run) =>
        Object.assign((eventOf(run, 'REQUEST_CREATED').body as Loose).decision as Loose, { verdict: 'DENY' }),
    ],
    ['I1', 'no signature', (run) => without(run, 'REQUEST_APPROVED')],
    [
      'I1',
      'a signature of another plan',
      (run) => Object.assign(eventOf(run, 'REQUEST_APPROVED').body as Loose, { planHash: 'q' }),
    ],
    ['I1', 'a signature that is not stored', ({ approvals }) => approvals.pop()],
    ['I1', 'one signature of two', ({ row }) => Object.assign(row, { approvers_needed: 2 })],
    [
      'I1',
      'a changed record, and I3: a dry run or test mode',
      ({ noted }) => Object.assign(noted, { neverReaches: 'dry run' }),
    ],
    ['I2', 'the same bytes twice', ({ received }) => received.push({ ...received[0]!, at: AT + 460 })],
    [
      'I4',
      'a way that no table has',
      (run) => Object.assign(eventOf(run, 'EXECUTION_STARTED').body as Loose, { state: 'REJECTED' }),
    ],
    ['I4', 'no end', ({ row }) => Object.assign(row, { state: 'EXECUTING' })],
    ['I5', 'EXECUTED and not applied', ({ holding }) => Object.assign(holding, { [MARK]: 0 })],
    [
      'I5',
      'EXECUTED and not deleted',
      ({ noted }) => Object.assign(noted, { shows: { present: [], gone: [MARK], linked: [] } }),
    ],
    [
      'I5',
      'EXECUTED and not merged',
      ({ noted }) => Object.assign(noted, { shows: { present: [MARK], gone: [], linked: ['~z~'] } }),
    ],
    ['I5', 'FAILED and applied', ({ row }) => Object.assign(row, { state: 'FAILED' })],
    [
      'I5',
      'a change beside it that is not told',
      ({ noted }) => Object.assign(noted, { changedBeside: true }),
    ],
    ['I6', 'an answer on record that was never given', ({ received }) => received.pop()],
    ['I6', 'another answer on record', ({ received }) => Object.assign(received[0]!, { status: 502 })],
    ['I8', 'an event that nobody heard of', ({ heard }) => heard.splice(1, 1)],
    ['I8', 'out of order', ({ heard }) => heard.reverse()],
    ['I8', 'what it may not see', (run) => Object.assign(run, { sees: false })],
    ['I8', 'an event after revocation and 2 s', (run) => Object.assign(run, { revokedAt: AT - 2_000 })],
    [
      'I8',
      'a revoked one that never heard of anything',
      (run) => Object.assign(run, { heard: [], revokedAt: AT }),
    ],
    ['I9', 'a code of no list', ({ codes }) => codes.set('OOPS', 1)],
    ['I9', 'INTERNAL', ({ codes }) => codes.set('INTERNAL', 1)],
    [
      'I10',
      'a write after revocation and 2 s',
      ({ revoked }) => revoked.push({ agent: 'agent', at: AT - 2_000 }),
    ],
  ])('%s: %s', (invariant, _, change) => {
    const problems = judged(change)
    expect(problems.map((problem) => problem.split(':')[0])).toContain(invariant)
  })

  it('I2: excuses a second try after a 429', () => {
    const problems = judged(({ received, events }) => {
      received.unshift({ ...received[0]!, at: AT + 445, status: 429 })
      events.splice(4, 0, { ...events[3]!, seq: 4.5 })
    })
    expect(problems.filter((problem) => problem.startsWith('I2'))).toEqual([])
  })

  it('knows whose deletion it is where records are numbered ticket by ticket', () => {
    const deletion = (run: Run, ticket: string, of: string, at: number) => {
      run.events.push({
        ...run.events[3],
        seq: at,
        request_id: of,
        body: { step: 1, method: 'DELETE', pathTemplate: '/Actions/2', sentHash: BYTES },
      })
      const path = '/api/Actions/2'
      run.received.push({
        ...run.received[0]!,
        method: 'DELETE',
        path,
        query: `ticket_id=${ticket}`,
        text: '',
      })
    }
    const problems = judged((run) => {
      Object.assign(run.noted, { keys: ['90001', '2'] })
      deletion(run, '90001', 'wr_1', 4.1)
      deletion(run, '90002', 'wr_2', 4.2)
    })
    expect(problems.filter((problem) => problem.startsWith('I2'))).toEqual([])
  })

  it('I7: a secret anywhere', () => {
    expect(leaks([['gateway-1.log', 'key=canary1']], ['canary1'])).toEqual([
      'I7: a secret stands in gateway-1.log',
    ])
    expect(leaks([['gateway-1.log', 'key=other']], ['canary1'])).toEqual([])
  })
})
