import { GatewayError } from '../../../schema/errors.ts'
import type { NoteKind } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { PUBLISH_ALL, PUBLISH_INTERNAL } from '../note-groups.ts'
import { type Choice, choicesOf } from '../reference.ts'
import type { FieldInfo } from '../schema.ts'

type Fields = ReadonlyMap<string, FieldInfo>

/** The two values are the system's, yet "treat ids as tenant metadata" (API.md 13): they must be in use here. */
export function publishValue(fields: Fields, internal: boolean): number {
  const wanted = internal ? PUBLISH_INTERNAL : PUBLISH_ALL
  const known = choicesOf(fields, 'publish')
  const found = known.find(({ id }) => id === wanted)
  // What is called internal must be so: a tenant that renamed 2 into something else is not written to.
  const named = internal ? /internal/i : /all/i
  if (found?.active === true && named.test(found.name) && !/co-?managed/i.test(found.name)) return wanted
  throw new GatewayError(
    'NOT_SUPPORTED',
    'The publish values of ticket notes of this Autotask are not the ones that the gateway knows.',
    { argument: 'kind', allowed: known.map(({ key, name }) => `${key} ${name}`) },
  )
}

/** Types that the system makes cannot be written (API.md 13). */
function usable(fields: Fields): readonly Choice[] {
  return choicesOf(fields, 'noteType').filter(({ active, system }) => active && !system)
}

/** The one that a person mapped, else the only one that can be meant. */
export function noteType(session: VendorSession, fields: Fields, kind: NoteKind): number {
  const types = usable(fields)
  const mapped = session.connection.mapping.noteTypes?.[kind]
  const found = mapped === undefined ? guessNoteType(fields) : types.find(({ key }) => key === mapped)
  if (found !== undefined) return found.id
  throw new GatewayError('NOT_CONFIGURED', `No note type is mapped for ${kind} notes.`, {
    missing: `noteTypes.${kind}`,
    allowed: types.map(({ key, name }) => `${key} ${name}`),
  })
}

export function guessNoteType(fields: Fields): Choice | undefined {
  const types = usable(fields)
  const defaults = types.filter(({ isDefault }) => isDefault)
  // "Task Notes" is what a default tenant calls its plain notes (API.md 13).
  const named = types.filter(({ name }) => /^(task|ticket) notes?$/i.test(name))
  for (const candidates of [types, defaults, named]) if (candidates.length === 1) return candidates[0]
  return undefined
}
