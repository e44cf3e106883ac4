import { z } from 'zod'
import { GatewayError } from '../schema/errors.ts'

// Every `error` of these schemas ends the sentence "Expected <path> to ...", so that a refusal names the setting, what
// it takes and what came. What stands behind a semicolon is a hint and ends the message.

export const flag = z.boolean({ error: 'be true or false' })
export const text = z
  .string({ error: 'be a text' })
  .refine((value) => value.trim() !== '', { error: 'be a text' })

/**
 * Anything unexpected refuses the whole.
 * @throws GatewayError BAD_USER_INPUT naming the setting, what it takes and what came
 */
export function parseWhole<T>(schema: z.ZodType<T>, input: unknown, whole: string): T {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, input, whole))
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  throw new GatewayError('BAD_USER_INPUT', `${problems[0]?.message}${more}.`, { problems })
}

/** An object with these keys and no others. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape, onlyKeys = keysOf(shape)) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? onlyKeys : 'be an object'),
  })
}

function keysOf(shape: object): string {
  return `have no keys but ${Object.keys(shape).join(', ')}`
}

export interface Problem {
  readonly path: string
  readonly expected: string
  readonly came: string
  readonly message: string
}

function problemsOf(issue: z.core.$ZodIssue, input: unknown, whole: string): readonly Problem[] {
  const path = pathText(issue.path, whole)
  // A wrong key is itself what came; its value says nothing.
  const came =
    issue.code === 'unrecognized_keys' ? issue.keys.map(shown) : [shown(valueAt(input, issue.path))]
  const [expected = '', hint] = (
    issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message
  ).split('; ')
  const ending = hint === undefined ? '' : `; ${hint}`
  return came.map((one) => ({
    path,
    expected,
    came: one,
    message: `Expected ${path} to ${expected}, got ${one}${ending}`,
  }))
}

/** As one would write it: groups["Ticket Notes"].approval[0].approvers */
function pathText(path: readonly PropertyKey[], whole: string): string {
  const text = path
    .map((part) => {
      if (typeof part === 'number') return `[${part}]`
      return /^[A-Za-z]\w*$/.test(String(part)) ? `.${String(part)}` : `[${JSON.stringify(String(part))}]`
    })
    .join('')
    .replace(/^\./, '')
  return text === '' ? whole : text
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Record<PropertyKey, unknown>)[part]
        : undefined,
    input,
  )
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 100 ? `${text.slice(0, 100)}...` : text
}
