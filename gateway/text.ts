import { type DocumentNode, visit } from 'graphql'
import { badInput } from '../schema/errors.ts'

/** NUL and halves of surrogate pairs: JSON and GraphQL let them through, PostgreSQL and most PSAs can't hold them. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

/** What a PSA holds, as the store can keep it. */
export function storable(text: string): string {
  return isStorable(text) ? text : text.toWellFormed().replaceAll('\0', '\uFFFD')
}

/** @throws GatewayError BAD_USER_INPUT for text in an operation that could never be stored */
export function refuseUnstorableText(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): void {
  const check = (text: string, where: string): void => {
    if (isStorable(text)) return
    throw badInput(where, 'text without NUL characters and unpaired surrogates', storable(text))
  }
  const walk = (value: unknown, where: string): void => {
    if (typeof value === 'string') check(value, where)
    else if (Array.isArray(value)) for (const item of value) walk(item, where)
    else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        check(name, where)
        walk(member, where)
      }
    }
  }
  for (const [name, value] of Object.entries(variables)) walk(value, `$${name}`)
  visit(document, {
    StringValue({ value }) {
      check(value, 'a text of the document')
    },
  })
}
