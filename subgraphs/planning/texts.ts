import { badInput } from '../../schema/errors.ts'

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

/** As a sentence counts them. */
export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
