import { GatewayError } from '../../../schema/errors.ts'
import { fold } from '../../reading/fold.ts'

interface Choice {
  readonly name: string
}

/**
 * By key, or by name without case. @throws GatewayError BAD_USER_INPUT with the names there are, also when
 * several have this one
 */
export function pick<C extends Choice>(
  argument: string,
  wanted: string,
  choices: readonly C[],
  keysOf: (choice: C) => readonly string[],
): C {
  const byKey = choices.find((choice) => keysOf(choice).includes(wanted.trim()))
  const byName = choices.filter((choice) => fold(choice.name) === fold(wanted.trim()))
  // Base labels are numbered ("1 - Critical"); people leave the number out.
  const bare = choices.filter((choice) => fold(choice.name.replace(/^\d+ - /, '')) === fold(wanted.trim()))
  const named = byName.length > 0 ? byName : bare
  const found = byKey ?? (named.length === 1 ? named[0] : undefined)
  if (found !== undefined) return found
  throw new GatewayError(
    'BAD_USER_INPUT',
    named.length > 1
      ? `"${argument}": ServiceNow has several such values here; give the key.`
      : `"${argument}": ServiceNow has no such value here.`,
    { argument, allowed: choices.map(({ name }) => name) },
  )
}
