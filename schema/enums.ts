import { psa } from './access.ts'

/** Enumerations that stand in both subgraphs, as an answer in one and as an input in the other: told once. */
const clientFacing = psa('Client-Facing Notes', 'kind')

/** Asked for as a filter, a kind belongs to the group of the notes that have it. */
export const NOTE_KIND = {
  description: 'For whom a note is.',
  values: {
    INTERNAL: { description: 'Technicians only.', extensions: psa('Ticket Notes', 'kind') },
    DESCRIPTION: {
      description: 'What the ticket is about; the client can read it in the portal.',
      extensions: clientFacing,
    },
    RESOLUTION: {
      description: 'How it was solved; the client can read it in the portal.',
      extensions: clientFacing,
    },
    CLIENT_FACING: { description: 'Said to the client.', extensions: clientFacing },
  },
} as const

export const BILLABLE_OPTION = {
  description: 'How time is billed.',
  values: {
    BILLABLE: { description: 'On the invoice.' },
    DO_NOT_BILL: { description: 'Not on the invoice.' },
    NO_CHARGE: { description: 'On the invoice at no charge.' },
    NO_DEFAULT: { description: 'Left to be decided in the PSA.' },
  },
} as const
