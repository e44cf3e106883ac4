/** Enumerations that stand in both subgraphs, as an answer in one and as an input in the other: told once. */
export const NOTE_KIND = {
  description: 'For whom a note is.',
  values: {
    INTERNAL: { description: 'Technicians only.' },
    DESCRIPTION: { description: 'What the ticket is about; the client can read it in the portal.' },
    RESOLUTION: { description: 'How it was solved; the client can read it in the portal.' },
    CLIENT_FACING: { description: 'Said to the client.' },
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
