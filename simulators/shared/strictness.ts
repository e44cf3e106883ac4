import type { JournalEntry } from './journal.ts'

/** A name that no vendor has. */
export const UNKNOWN = 'nobodyKnowsThis'

/** How endpoints met a request that holds the unknown name. */
export interface Strictness {
  /** Those that refused it for that name, in the vendor's shape. */
  refused: string[]
  /** Those that the simulator does not have at all. */
  notPlayed: string[]
  /** Anything else, with what happened: a hole. */
  open: string[]
}

export interface Met {
  entry: JournalEntry
  /** Whether the body is what the vendor's own refusals look like. */
  shaped: boolean
}

/** Sends the unknown name to every endpoint, written `METHOD /path`. */
export async function strictnessOf(
  endpoints: readonly string[],
  send: (method: string, path: string) => Promise<Met>,
): Promise<Strictness> {
  const found: Strictness = { refused: [], notPlayed: [], open: [] }
  for (const endpoint of endpoints) {
    const [method = '', path = ''] = endpoint.split(' ')
    const { entry, shaped } = await send(method, path)
    const { status, refused = '' } = entry
    if (status === 405 || refused.includes('does not play')) found.notPlayed.push(endpoint)
    else if (status === 400 && refused.includes(UNKNOWN) && shaped) found.refused.push(endpoint)
    else found.open.push(`${endpoint}: ${status} ${refused}`)
  }
  return found
}
