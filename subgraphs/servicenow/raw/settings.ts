import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { RawRequest, RawSetting } from '../../../schema/passthrough.ts'
import { shapeOf } from '../body-fields.ts'
import { columnOf, isCustom, isJournal } from '../columns.ts'
import { policyName } from '../field-names.ts'
import { isClosed } from './column-groups.ts'
import type { Rows } from './shapes.ts'
import { valueForm } from './values.ts'

/** Columns that a body sets; `demandsOf` has refused what is not flat, or not in small letters. */
export type Members = ReadonlyMap<string, unknown>

export function membersOf({ body }: RawRequest): Members {
  return new Map(Object.entries(body ?? {}))
}

/**
 * The platform ignores what it does not know, and reads some values otherwise than they look: only columns that
 * are known are written, each with a value of its own kind.
 *
 * @throws GatewayError BAD_USER_INPUT, FORBIDDEN_OPERATION
 */
export function expectColumns({ root }: Rows, members: Members): void {
  const { table } = root
  for (const [name, value] of members) {
    const column = columnOf(table, name)
    if (isClosed(table, name))
      throw new GatewayError('FORBIDDEN_OPERATION', `Nobody may write "${name}" of ${table}.`)
    if (column === undefined && !isCustom(name) && !root.open)
      throw badInput('body', `columns of ${table} that the gateway knows`, name)
    const wanted = wantedValue(column?.type, value)
    if (wanted !== undefined) throw badInput(`body.${name}`, wanted, 'something else')
  }
  const [state, other] = [members.get('state'), members.get('incident_state') ?? members.get('problem_state')]
  if (state !== undefined && other !== undefined && String(state) !== String(other))
    throw badInput('body', 'one state', 'two of them')
}

/** What a value has to be and is not, in words. */
function wantedValue(type: string | undefined, value: unknown): string | undefined {
  if (value === null) return 'a text, a number or true or false; "" clears a field'
  const text = String(value)
  switch (type) {
    case 'integer':
      return /^(|0|-?[1-9]\d{0,11})$/.test(text) ? undefined : 'a whole number'
    case 'boolean':
      return /^(true|false)$/.test(text) ? undefined : 'true or false'
    case 'reference':
      return /^([0-9a-f]{32})?$/.test(text) ? undefined : 'an id of 32 hexadecimal digits, or ""'
    default:
      // Markup that a browser of the client would show (API.md 13, Ticket notes).
      return /\[\/?code\]/i.test(text) ? 'a text without [code]' : undefined
  }
}

/** What the columns are once they are written. */
export function settingsOf(request: RawRequest, members: Members): readonly RawSetting[] {
  const { endpoint, path } = request
  const { shape, table } = shapeOf(endpoint.method, path, {
    catalogue: { group: endpoint.group, kind: endpoint.kind },
  })
  return [...members].map(([member, value]): RawSetting => {
    const type = table === undefined ? undefined : columnOf(table, member)?.type
    // A journal tells its history, a length comes back in another spelling.
    const told =
      table !== undefined && !isJournal(table, member) && type !== 'timer' && type !== 'glide_duration'
    return { member, field: policyName(shape, member), value: told ? valueForm(value) : undefined }
  })
}
