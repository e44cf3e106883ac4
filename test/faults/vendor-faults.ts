import type { VendorFault } from './psa.ts'

/** What a PSA, or something before it, can make of the answer to a write. */
const ANSWERS: Readonly<Record<string, Omit<VendorFault, 'when' | 'laterMs'>>> = {
  reset: { kind: 'reset' },
  timeout: { kind: 'status', status: 504, delayMs: 1_800 },
  'gateway page 502': { kind: 'html', status: 502 },
  '200 with an error': { kind: 'status', status: 200, body: { code: 'Oops', message: 'It went wrong.' } },
  'cut JSON': { kind: 'malformed' },
  redirect: { kind: 'status', status: 302, headers: { location: 'https://elsewhere.example/' }, body: '' },
}

export interface NamedFault {
  readonly name: string
  readonly fault: VendorFault
}

/** Each answer three times: the write was applied, was not, and is applied while it is being looked for. */
export const BROKEN_ANSWERS: readonly NamedFault[] = Object.entries(ANSWERS).flatMap(([name, answer]) => [
  { name: `applied, then ${name}`, fault: { ...answer, when: 'after' } },
  { name: `not applied, then ${name}`, fault: { ...answer, when: 'before' } },
  { name: `${name}, then applied`, fault: { ...answer, when: 'later', laterMs: 1_200 } },
])

/** What goes wrong with the reads of one ticket. */
export const BROKEN_READS: readonly NamedFault[] = [
  {
    name: '429 storm on reads',
    fault: { kind: 'status', status: 429, times: 4, headers: { 'retry-after': '1' } },
  },
  { name: 'slow drip on reads', fault: { kind: 'drip', times: 2 } },
  { name: '100 MB on reads', fault: { kind: 'oversized', times: 2 } },
  { name: 'gateway page 502 on reads', fault: { kind: 'html', status: 502, times: 2 } },
]
