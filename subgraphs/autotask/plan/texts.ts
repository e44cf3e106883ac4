import { badInput } from '../../../schema/errors.ts'
import type { NoteInput } from '../../../schema/plan.ts'
import { textOf } from '../../planning/texts.ts'
import type { TextField } from '../entities/note.ts'
import type { Setting } from './settings.ts'
import { expectNoMail } from './steps.ts'
import { type TicketNow, textValue } from './ticket-now.ts'

/** API.md 13: what the two fields of a ticket hold. */
export const MAX_TEXT: Readonly<Record<TextField, number>> = { description: 8_000, resolution: 32_000 }

const FIELD_OF: Readonly<Record<string, TextField>> = { DESCRIPTION: 'description', RESOLUTION: 'resolution' }

export function textFields(notes: readonly NoteInput[]): ReadonlySet<TextField> {
  return new Set(notes.flatMap(({ kind }) => FIELD_OF[kind] ?? []))
}

/** True for the kinds that are a note here, and not a field of the ticket. */
export function isNote({ kind }: NoteInput): boolean {
  return FIELD_OF[kind] === undefined
}

/**
 * Description and resolution are plain fields: an added text goes behind the one just read, and the plan shows
 * the whole of it. Replacing is another write.
 */
export function textSettings(now: TicketNow, notes: readonly NoteInput[]): readonly Setting[] {
  return [...textFields(notes)].map((field) => {
    const added = notes
      .filter(({ kind }) => FIELD_OF[kind] === field)
      .map((note) => {
        expectNoMail(note)
        return textOf(note.text, 'text', MAX_TEXT[field])
      })
    const held = textValue(now[field])
    const text = [...(held === null ? [] : [held]), ...added].join('\n\n')
    if (text.length > MAX_TEXT[field]) {
      throw badInput(
        'text',
        `a text that fits behind the ${field}: ${MAX_TEXT[field]} characters in all`,
        text.length,
      )
    }
    return {
      members: { [field]: text },
      fields: [{ field, before: held, after: text, planned: textValue(text) }],
      // Nobody chose to write the field: a note was added, and that is what the client's group is asked for.
      except: [field],
    }
  })
}

/** API.md 6: reads give plain text, and writing it back takes formatting and inline images away. */
export function textWarnings(now: TicketNow, notes: readonly NoteInput[]): readonly string[] {
  return [...textFields(notes)].flatMap((field) =>
    textValue(now[field]) === null
      ? []
      : [`Autotask keeps plain text only: formatting and images inside the ${field} are lost.`],
  )
}
