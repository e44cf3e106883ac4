/** Control characters, line separators and lone surrogates: nothing a person searches for, in any filter language. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused here
export const UNSAFE_TEXT = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/u
