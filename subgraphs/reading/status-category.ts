import type { StatusCategory } from '../../schema/records.ts'

const WAITING = /wait|pending|on.?hold|hold\b|awaiting|paused/i
const CLIENT = /client|customer|user|contact|response|reply/i
const RESOLVED = /resolved|completed?\b|done\b|fixed|solved/i
const NEW = /^>?\s*(new|not started|unassigned|triage|received|open)\b/i

/** What an open status is by its name alone: free text of the tenant, so that the mapping comes before it. */
export function categoryByName(name: string): StatusCategory {
  if (WAITING.test(name)) return CLIENT.test(name) ? 'WAITING_CLIENT' : 'WAITING_OTHER'
  if (RESOLVED.test(name)) return 'RESOLVED'
  return NEW.test(name) ? 'NEW' : 'ACTIVE'
}
