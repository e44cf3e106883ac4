import { badInput } from '../../schema/errors.ts'
import type { FieldChange } from '../../schema/plan.ts'

/** Line ends are one character; other control characters are refused rather than shown as something else. */
export function textOf(value: string, argument: string, max = Number.POSITIVE_INFINITY): string {
  const text = value.replaceAll('\r\n', '\n')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused here
  if (text.trim() === '' || /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text) || !text.isWellFormed()) {
    throw badInput(argument, 'a text without control characters', value)
  }
  if (text.length > max) throw badInput(argument, `a text of at most ${max} characters`, text.length)
  return text
}

/** One line, trimmed. */
export function oneLine(value: string, argument: string, max = Number.POSITIVE_INFINITY): string {
  const text = textOf(value, argument).trim()
  if (text.length > max || text.includes('\n'))
    throw badInput(argument, `one line of at most ${max} characters`, value)
  return text
}

/** A field before and after, as a person reads it; of a setup value its name. */
export function flatChange(
  target: FieldChange['target'],
  field: string,
  before: unknown,
  after: unknown,
): FieldChange {
  return { target, field, before: shown(before), after: shown(after) }
}

function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'object' && 'name' in value ? String(value.name) : String(value)
}

/** As a sentence counts them. */
export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
