import type { MappingGuess, TenantMapping, VendorSession } from '../../schema/source.ts'
import { guessNoteType } from './plan/note-setup.ts'
import { guessReopen, guessResolved } from './plan/outcomes.ts'
import { guessRole } from './plan/roles.ts'
import { noteFields, serviceDeskRoles, statuses, workTypes } from './reference.ts'

/** What the tenant's metadata gives away of its choices, and what a person should look at. */
export async function guessMapping(session: VendorSession): Promise<MappingGuess> {
  const doubts: string[] = []
  const known = await statuses(session)
  const usable = known.filter(({ active }) => active)
  const resolved = guessResolved(usable)
  const reopen = guessReopen(usable)
  const noteType = guessNoteType(await noteFields(session))
  const types = (await workTypes(session)).filter(({ active }) => active)

  const guessed = usable.filter(({ system }) => !system)
  if (guessed.length > 0)
    doubts.push(
      `What these statuses mean was guessed from their names: ${guessed.map(({ name }) => name).join(', ')}.`,
    )
  if (resolved === undefined)
    doubts.push('Several statuses look like "resolved": choose the one that resolveTicket sets.')
  if (reopen === undefined)
    doubts.push('No single status stands for work in progress: choose the one that reopenTicket sets.')
  if (noteType === undefined)
    doubts.push('No single note type stands for plain notes: choose one for each kind.')
  if (types.length !== 1)
    doubts.push(
      'There are several work types: choose the one for time on tickets that have none of their own.',
    )
  doubts.push(
    "Rows that the API user's security level hides are missing without a word: check it against a known ticket.",
  )

  const mapping: TenantMapping = {
    statusCategories: Object.fromEntries(known.map(({ key, category }) => [key, category])),
    ...(resolved === undefined ? {} : { resolvedStatus: { '*': resolved.key } }),
    ...(reopen === undefined ? {} : { reopenStatus: { '*': reopen.key } }),
    ...(noteType === undefined ? {} : { noteTypes: { INTERNAL: noteType.key, CLIENT_FACING: noteType.key } }),
    timeRoles: await guessTimeRoles(session, doubts),
    ...(types.length === 1 && types[0] !== undefined ? { defaultWorkType: types[0].key } : {}),
    dispatch: 'OWNER',
  }
  return { mapping, doubts }
}

async function guessTimeRoles(session: VendorSession, doubts: string[]): Promise<Record<string, string>> {
  const active = (await serviceDeskRoles(session)).filter(
    ({ isActive, resourceID, roleID }) => isActive !== false && resourceID !== null && roleID !== null,
  )
  const roles: Record<string, string> = {}
  const unclear: string[] = []
  for (const [resource, held] of Map.groupBy(active, ({ resourceID }) => String(resourceID))) {
    const found = guessRole(held)
    if (found?.roleID == null) unclear.push(resource)
    else roles[resource] = String(found.roleID)
  }
  if (unclear.length > 0)
    doubts.push(`These members have several roles and no default one: ${unclear.join(', ')}.`)
  return roles
}
