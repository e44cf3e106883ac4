/**
 * A thousand technicians watch one gateway, each on a socket of their own. The gateway is a process of its own on a
 * real PostgreSQL; the subscribers and the simulated PSA live here.
 *
 *   npm run bench:subscriptions [-- --subscribers 1000 --events 40 --rate 2]
 */
import { fork } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { WebSocket } from 'ws'
import { startConnectWiseSimulator } from '../simulators/connectwise/index.ts'
import type { Ready, Usage } from './subscriptions-gateway.ts'

const { values } = parseArgs({
  options: {
    subscribers: { type: 'string', default: '1000' },
    events: { type: 'string', default: '40' },
    rate: { type: 'string', default: '2' },
  },
})
const SUBSCRIBERS = Number(values.subscribers)
const EVENTS = Number(values.events)
/** The first events of a process compile what the others run. */
const WARM_UP = 3
const MOST_WARM_UP = 30
const WAVE = 25
const PAUSE_MS = 1000 / Number(values.rate)

/** What the page of approvals shows of a request, all of it stored with the request. */
const DOCUMENT = `subscription Approvals {
  approvalEvents {
    id seq cursor type at
    request {
      id state write connection reason revision planHash groups approversNeeded expiresAt agent { name } workflow { name }
      plan { summary: warnings sideEffects clientMail { verdict recipients } changes { field before after } steps { method path summary } }
    }
  }
}`

interface Heard {
  readonly seq: number
  readonly delayMs: number
}

const simulator = await startConnectWiseSimulator({ port: 0 })
const gateway = fork(fileURLToPath(new URL('./subscriptions-gateway.ts', import.meta.url)), {
  execArgv: ['--expose-gc', '--max-semi-space-size=8'],
  env: {
    ...process.env,
    BENCH_SUBSCRIBERS: String(SUBSCRIBERS),
    BENCH_SIMULATOR: JSON.stringify({ url: simulator.url, credentials: simulator.credentials }),
  },
})
const failed = new Promise<never>((_, reject) =>
  gateway.once('exit', (code) => reject(new Error(`the gateway ended with ${code}`))),
)
failed.catch(() => {})
const told = <T>(): Promise<T> =>
  Promise.race([
    failed,
    new Promise<T>((resolve) => gateway.once('message', (message) => resolve(message as T))),
  ])
async function usage(): Promise<Usage> {
  gateway.send('usage')
  return told<Usage>()
}

const { url, agent, people } = await told<Ready>()
try {
  const before = await usage()
  // In waves: a thousand at the same moment would wait for the store longer than it lets anybody wait.
  const subscribers: Awaited<ReturnType<typeof subscribe>>[] = []
  for (let n = 0; n < people.length; n += WAVE) {
    subscribers.push(...(await Promise.all(people.slice(n, n + WAVE).map((token) => subscribe(token)))))
    await sleep(200)
  }
  // No word tells that a subscription is open: the measure begins when each has heard something.
  const tickets = simulator.dataset.tickets[Symbol.iterator]()
  const next = () => ask(agent, `acme-cw:Ticket:${tickets.next().value!.id}`)
  for (let n = 0; n < WARM_UP || subscribers.some(({ heard }) => heard.length === 0); n += 1) {
    if (n === MOST_WARM_UP) throw new Error('Not every subscription was opened')
    await next()
    await sleep(1_000)
  }
  const idle = await usage()
  for (const { heard } of subscribers) heard.length = 0

  for (let n = 0; n < EVENTS; n += 1) {
    const from = performance.now()
    await next()
    await sleep(Math.max(0, PAUSE_MS - (performance.now() - from)))
  }
  const deadline = Date.now() + 20_000
  while (subscribers.some(({ heard }) => heard.length < EVENTS) && Date.now() < deadline) await sleep(50)
  const after = await usage()
  for (const { socket } of subscribers) socket.terminate()

  const expected = subscribers[0]!.heard.map(({ seq }) => seq)
  const isWhole = (seqs: readonly number[]) =>
    seqs.length === EVENTS && seqs.every((seq, n) => seq === expected[n] && (n === 0 || seq > seqs[n - 1]!))
  const broken = subscribers.filter(({ heard }) => !isWhole(heard.map(({ seq }) => seq))).length
  const delays = subscribers.flatMap(({ heard }) => heard.map(({ delayMs }) => delayMs)).sort((a, b) => a - b)
  const at = (share: number) =>
    delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? Number.NaN
  const each = (bytes: number) => `${(bytes / SUBSCRIBERS / 1024).toFixed(1)} KB`
  process.stdout.write(`${DOCUMENT}

subscribers              ${SUBSCRIBERS}
events to each           ${EVENTS}, ${values.rate} a second, after some that warm up
once and in order        ${broken === 0 ? 'all' : `NOT ${broken} of them`}
delay, median            ${at(0.5)} ms
delay, p99               ${at(0.99)} ms
memory of a subscriber   ${each(idle.memory - before.memory)} (heap and buffers), ${each(idle.rss - before.rss)} of the process
CPU of an event          ${((after.cpuMs - idle.cpuMs) / EVENTS).toFixed(0)} ms in the gateway, for all subscribers
`)
  if (broken > 0) process.exitCode = 1
} finally {
  gateway.removeAllListeners('exit')
  gateway.send('end')
  await new Promise((resolve) => gateway.once('exit', resolve))
  await simulator.close()
}

async function ask(token: string, id: string): Promise<void> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      query: `mutation ($id: ID!) {
        updateTicket(input: { id: $id, title: "Looked at by the bench", reason: "The customer called twice." }) { __typename } }`,
      variables: { id },
    }),
  })
  const { errors } = (await answer.json()) as { errors?: readonly { message: string }[] }
  if (errors !== undefined) throw new Error(errors[0]?.message)
}

/** graphql-ws by hand: a client library for each of a thousand would cost more than the gateway. */
async function subscribe(token: string): Promise<{ readonly socket: WebSocket; readonly heard: Heard[] }> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const heard: Heard[] = []
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { token } })))
    socket.on('message', (data) => {
      const now = Date.now()
      const message = JSON.parse(String(data))
      if (message.type === 'connection_ack') {
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: DOCUMENT } }))
        resolve()
      } else if (message.type === 'next') {
        const { data: answer, errors } = message.payload
        if (errors !== undefined) complain(errors)
        const event = answer?.approvalEvents
        if (event != null) heard.push({ seq: event.seq, delayMs: now - Date.parse(event.at) })
      } else if (message.type === 'error') complain(message.payload)
    })
    socket.once('close', (code) => {
      if (code !== 1006) complain(`closed with ${code}`)
    })
  })
  return { socket, heard }
}

function complain(of: unknown): void {
  process.stderr.write(`a subscription: ${JSON.stringify(of)}\n`)
}
