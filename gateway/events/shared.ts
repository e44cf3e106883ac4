import type { ExecutionResult } from 'graphql'
import type { EntityType, VendorRecord } from '../../schema/records.ts'
import type { VendorSource } from '../../schema/source.ts'
import type { Caller, PersonCaller } from '../identity/caller.ts'
import { Lru } from '../supergraph/lru.ts'

type Answer = { readonly result: ExecutionResult; readonly personal: boolean }

/**
 * What a thousand streams ask of the same event: answered once for all whose document, variables and rights are the
 * same, and each connected record read from its PSA once for all that read under the same policy.
 */
export interface Shared {
  /** `key` names the event, the document, the variables and the rights. */
  answer(key: string, run: () => Promise<Answer>): Promise<ExecutionResult>
  /** The same source, reading each record once per event. `under` names the policy that its door asks. */
  reads(source: VendorSource, connection: string, seq: number, under: string): VendorSource
}

const ANSWERS = 500
const RECORDS = 500

export function shareEvents(): Shared {
  const answers = new Lru<Promise<Answer>>(ANSWERS)
  const records = new Lru<Promise<VendorRecord | null>>(RECORDS)
  /** All that streams have asked for of a type: read together, so that the next event needs one read. */
  const wanted = new Map<string, Set<string>>()

  function allWanted(connection: string, type: EntityType, fields: ReadonlySet<string>): ReadonlySet<string> {
    const name = `${connection}:${type}`
    const all = wanted.get(name) ?? new Set()
    wanted.set(name, all)
    for (const field of fields) all.add(field)
    return new Set(all)
  }

  return {
    async answer(key, run) {
      const known = answers.get(key)
      if (known !== undefined) {
        const { result, personal } = await known
        if (!personal) return result
        return (await run()).result
      }
      const running = run()
      answers.set(key, running)
      // A failure is the asker's own, not the next one's.
      running.catch(() => answers.delete(key))
      return (await running).result
    },
    reads(source, connection, seq, under) {
      return Object.assign(Object.create(source) as VendorSource, {
        readMany: (async (session, type: EntityType, keys, fields) => {
          const all = allWanted(connection, type, fields)
          const one = async (key: string): Promise<VendorRecord | null | Error> => {
            const name = JSON.stringify([seq, under, connection, type, key])
            for (let pending = records.get(name); pending !== undefined; ) {
              const known = await pending.catch(() => undefined)
              if (known === null || known?.has(fields)) return known
              const latest = records.get(name)
              // Whoever waited first reads again, for all.
              pending = latest === pending ? undefined : latest
            }
            const reading = source.readMany(session, type, [key], all).then(([record]) => {
              if (record instanceof Error) throw record
              return (record ?? null) as VendorRecord | null
            })
            records.set(name, reading)
            return reading.catch((error: Error) => {
              records.delete(name)
              return error
            })
          }
          return Promise.all(keys.map(one))
        }) as VendorSource['readMany'],
      })
    },
  }
}

/**
 * A person of whom only the roles may be looked at without it being noticed: an answer that depends on anything else
 * of theirs is their own and is shared with nobody.
 */
export function anonymous(caller: Caller): { readonly caller: Caller; isPersonal(): boolean } {
  if (caller.kind !== 'PERSON') return { caller, isPersonal: () => true }
  let personal = false
  const watched = new Proxy<PersonCaller>(caller, {
    get(target, name, receiver) {
      if (name !== 'kind' && name !== 'roles') personal = true
      return Reflect.get(target, name, receiver)
    },
  })
  return { caller: watched, isPersonal: () => personal }
}

/** Two people with the same key may see and do the same. */
export function rightsKey(caller: Caller): string {
  if (caller.kind !== 'PERSON') return caller.id
  const grants = caller.roles.map(({ role, connection, groups, boards, companies }) =>
    JSON.stringify([role, connection, groups, boards, companies]),
  )
  return grants.sort().join()
}
