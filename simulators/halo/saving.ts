import type { Answer } from '../shared/answer.ts'
import type { Rec } from '../shared/json.ts'

/**
 * Elements are saved one after the other, and one that is refused does not take back those before it. A single
 * one comes back as the object itself, several as an array.
 */
export function saveAll(elements: readonly Rec[], save: (element: Rec) => Rec): Answer {
  const saved = elements.map(save)
  return { status: 201, body: saved.length === 1 ? saved[0]! : saved }
}
