import { stamp } from './dates.ts'

const DAY = 86_400_000
const HOUR = 3_600_000

/** The few server calls that queries built in the vendor's own screens hold. */
export function evaluateScript(script: string, now: Date, userId: string): string | undefined {
  const call = /^gs\.(\w+)\(([^()]*)\)$/.exec(script.trim().replace(/;$/, ''))
  if (!call) return undefined
  const args = (call[2] ?? '')
    .split(',')
    .map((part) => part.trim().replace(/^['"]|['"]$/g, ''))
    .filter(Boolean)
  const count = Number(args[0] ?? 0)
  const today = Math.floor(now.getTime() / DAY) * DAY
  switch (call[1]) {
    case 'getUserID':
      return userId
    case 'nowDateTime':
    case 'now':
      return stamp(now)
    case 'beginningOfToday':
      return stamp(today)
    case 'endOfToday':
      return stamp(today + DAY - 1000)
    case 'beginningOfYesterday':
      return stamp(today - DAY)
    case 'endOfYesterday':
      return stamp(today - 1000)
    case 'hoursAgo':
    case 'hoursAgoStart':
      return stamp(now.getTime() - count * HOUR)
    case 'minutesAgo':
    case 'minutesAgoStart':
      return stamp(now.getTime() - count * 60_000)
    case 'daysAgo':
      return stamp(now.getTime() - count * DAY)
    case 'daysAgoStart':
      return stamp(today - count * DAY)
    case 'daysAgoEnd':
      return stamp(today - count * DAY + DAY - 1000)
    case 'dateGenerate':
      return args.length === 2 ? `${args[0]} ${args[1] === 'start' ? '00:00:00' : args[1]}` : undefined
  }
  return undefined
}
