import { GatewayError } from '../../../schema/errors.ts'

interface Choice {
  readonly key: string
  readonly name: string
  readonly active: boolean
}

/**
 * By key, or by name without case, of those in use: inactive ones are refused by the service (API.md 6).
 *
 * @throws GatewayError BAD_USER_INPUT with the names there are
 */
export function pick<C extends Choice>(argument: string, wanted: string, choices: readonly C[]): C {
  const usable = choices.filter(({ active }) => active)
  const name = wanted.trim().toLowerCase()
  const named = usable.filter((choice) => choice.name.toLowerCase() === name)
  const found = usable.find(({ key }) => key === wanted) ?? (named.length === 1 ? named[0] : undefined)
  if (found !== undefined) return found
  const message = named.length > 1 ? 'has this name several times; give the key' : 'has no such value in use'
  throw new GatewayError('BAD_USER_INPUT', `"${argument}": Autotask ${message}.`, {
    argument,
    allowed: usable.map((choice) => (named.length > 1 ? `${choice.key} ${choice.name}` : choice.name)),
  })
}
