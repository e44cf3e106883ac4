import { badInput } from '../../../schema/errors.ts'
import { textOf as checkedText } from '../../planning/texts.ts'

/** `description` and `close_notes` hold 4,000 characters, and so does a journal's input (tables.json, task). */
export const MAX_TEXT = 4000

export function textOf(value: string, argument: string): string {
  return checkedText(value, argument, MAX_TEXT)
}

/** Between `[code]` and `[/code]` a journal renders markup (API.md 13): nobody's to write through a gateway. */
export function journalText(value: string, argument: string): string {
  const text = textOf(value, argument)
  if (/\[\/?code\]/i.test(text)) throw badInput(argument, 'a text without "[code]"', value)
  return text
}

/** The text just read, and the new one behind it. */
export function appended(before: string | null, addition: string, argument: string): string {
  const whole = before === null || before.trim() === '' ? addition : `${before.trimEnd()}\n\n${addition}`
  if (whole.length > MAX_TEXT) {
    throw badInput(
      argument,
      `a text that fits behind what is there: ${Math.max(0, MAX_TEXT - (whole.length - addition.length))} characters`,
      addition.length,
    )
  }
  return whole
}

/** One line, as a title is. */
export function lineOf(value: string, argument: string, max: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a title is one line
  if (value.trim() === '' || value.length > max || /[\u0000-\u001f\u007f]/.test(value)) {
    throw badInput(argument, `one line of 1 to ${max} characters`, value)
  }
  return value
}
