import { badInput } from '../../../schema/errors.ts'
import type { RawRequest, RawSetting } from '../../../schema/passthrough.ts'
import { type Body, policyName } from '../field-names.ts'
import { keyOf, type Members } from './references.ts'
import { valueForm } from './values.ts'

/**
 * The members that a body sets, by their names in small letters. A nested path is refused: ConnectWise answers it
 * with 200 and changes nothing (API.md 5), so nobody could say what it does.
 */
export function membersOf(request: RawRequest): Members {
  const members = allMembers(request)
  for (const value of members.values()) expectOneName(value)
  return members
}

/** A policy and the vendor might go by different ones. */
function expectOneName(value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  const names = Object.keys(value).filter((name) => /^(id|name|identifier)$/i.test(name))
  if (names.length > 1)
    throw badInput('body', 'references by one of id, name and identifier', 'several of them')
}

function allMembers({ endpoint: { method }, body }: RawRequest): Members {
  if (body === undefined || body === null || method === 'DELETE') return new Map()
  if (method !== 'PATCH')
    return new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]))
  const operations = body as readonly {
    readonly op: string
    readonly path: string
    readonly value?: unknown
  }[]
  return new Map(
    operations.map(({ op, path, value }) => {
      const name = path.replace(/^\//, '')
      if (name.includes('/'))
        throw badInput('body', 'paths of whole fields such as "status"', 'a path into a field')
      if (op !== 'remove' && value === undefined)
        throw badInput('body', 'a value with "add" and "replace"', 'none')
      return [name.toLowerCase(), op === 'remove' ? null : value]
    }),
  )
}

/** What the members are once they are written. */
export function settingsOf(body: Body, members: Members): readonly RawSetting[] {
  return [...members].flatMap(([member, value]): readonly RawSetting[] => {
    if (member === 'customfields') return customFieldSettings(value)
    return [{ member, field: policyName(body, member), value: written(value) }]
  })
}

function written(value: unknown): unknown {
  if (Array.isArray(value)) return undefined
  if (typeof value === 'object' && value !== null) return keyOf(value) ?? undefined
  return valueForm(value)
}

function customFieldSettings(value: unknown): readonly RawSetting[] {
  if (!Array.isArray(value)) return []
  return (value as readonly { readonly id: number; readonly value?: unknown }[]).map(
    ({ id, value: one }) => ({
      member: `custom:${id}`,
      field: `custom:${id}`,
      value: valueForm(one ?? null),
    }),
  )
}
