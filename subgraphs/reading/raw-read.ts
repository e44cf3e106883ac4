import type { RawReading } from '../../schema/passthrough.ts'
import { NO_MAIL } from '../planning/mail.ts'

/** What a raw read does not do. */
export const NOTHING_WRITTEN: Omit<RawReading, 'access' | 'alsoDemands' | 'target'> = {
  refersTo: [],
  values: {},
  becomes: null,
  settings: [],
  creates: null,
  clientMail: NO_MAIL,
  closes: false,
  reopens: false,
  priorityRank: null,
  billableHours: 0,
  sideEffects: [],
}
