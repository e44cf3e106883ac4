import { GatewayError } from '../../schema/errors.ts'

interface Choice {
  readonly id: number
  readonly name: string
}

/** By key, or by name without case. The call throws BAD_USER_INPUT with the names there are. */
export function picker(vendor: string) {
  return <C extends Choice>(argument: string, wanted: string, choices: readonly C[]): C => {
    const name = wanted.trim().toLowerCase()
    const found =
      choices.find(({ id }) => String(id) === wanted) ??
      choices.find((choice) => choice.name.toLowerCase() === name)
    if (found !== undefined) return found
    throw new GatewayError('BAD_USER_INPUT', `"${argument}": ${vendor} has no such value here.`, {
      argument,
      allowed: choices.map((choice) => choice.name),
    })
  }
}
