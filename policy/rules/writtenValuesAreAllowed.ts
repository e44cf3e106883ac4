import type { Demand } from '../types.ts'
import { includesWithoutCase } from '../without-case.ts'
import { firstObjection, listed, type Objection, objectTo, type Question, sortedOnce } from './rule.ts'

/**
 * A restricted field that is cleared is refused: nothing is no value of the list. One whose new value is not
 * told passes the first judgement only, before the plan knows it. The message names allowed values only; those
 * that came are an agent's text and stay in the details.
 */
export function writtenValuesAreAllowed(question: Question): Objection | undefined {
  return firstObjection(question, (demand, _policy, { allowedValues = {} }) => {
    if (demand.kind === 'READ') return undefined
    for (const field of Object.keys(allowedValues).sort()) {
      const written = writtenValues(demand, field, question)
      if (written === undefined) continue
      const allowed = allowedValues[field]!
      // A name is told by its key only once the plan knows it.
      if (question.facts === undefined && allowed.some(isKey)) continue
      const keys = question.facts?.valueKeys?.[field] ?? {}
      const outside = written.filter(
        (value) =>
          !includesWithoutCase(allowed, value) &&
          !(Object.hasOwn(keys, value) && includesWithoutCase(allowed, keys[value]!)),
      )
      if (written.length > 0 && outside.length === 0) continue
      const because = `allowed values of ${field} are ${listed(allowed)}`
      return objectTo('VALUE_NOT_ALLOWED', { ...demand, fields: [field] }, because, {
        fields: [field],
        values: sortedOnce(outside),
        allowed,
      })
    }
    return undefined
  })
}

/** As the PSAs count their statuses, priorities and types. */
function isKey(allowed: string): boolean {
  return /^\d+$/.test(allowed)
}

/** Undefined when the field is not written, or its value need not be known yet; empty when nothing is allowed. */
function writtenValues(
  { fields, values = {} }: Demand,
  field: string,
  { facts }: Question,
): readonly string[] | undefined {
  if (Object.hasOwn(values, field)) return values[field]
  if (!fields.includes(field) || facts === undefined) return undefined
  return Object.hasOwn(facts.values, field) ? facts.values[field] : []
}
