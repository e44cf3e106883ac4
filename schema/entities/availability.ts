import { psa } from '../access.ts'
import type { ReadContext } from '../context.ts'
import { badInput, GatewayError } from '../errors.ts'
import { expectId } from '../ids.ts'
import { type MemberValues, toldRecord, type VendorRecord } from '../records.ts'
import type { BusyReason, BusyTimes, TimeSpan } from '../source.ts'
import { follow, type PsaBuilder, relation } from './fields.ts'
import type { EntityRefs } from './types.ts'

const MOST_MEMBERS = 20
const MOST_DAYS = 31
const DAY = 86_400_000

interface BusySpan {
  readonly from: number
  readonly to: number
  readonly reason: BusyReason
}

interface MemberAvailability {
  readonly connection: string
  readonly member: VendorRecord<MemberValues>
  readonly busy: readonly BusySpan[]
  readonly unplanned: readonly TimeSpan[]
  readonly notConsidered: readonly string[]
}

const moment = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z')

export function defineAvailability(builder: PsaBuilder, { Member }: EntityRefs): void {
  const own = (name: string) => psa('Schedule Entries', name)
  const Reason = builder.enumType('BusyReason', {
    description: 'Why somebody has no time.',
    values: {
      PLANNED: { description: 'Something stands in the calendar.' },
      TIME_OFF: { description: 'Away: asked for and not refused.' },
    } as const,
  })
  const Busy = builder.objectRef<BusySpan>('BusySpan').implement({
    description: 'A span of time that is taken.',
    extensions: own('busy'),
    fields: (t) => ({
      startsAt: t.field({ type: 'DateTime', nullable: false, resolve: ({ from }) => moment(from) }),
      endsAt: t.field({ type: 'DateTime', nullable: false, resolve: ({ to }) => moment(to) }),
      reason: t.field({
        type: Reason,
        nullable: false,
        description: 'Why it is taken.',
        resolve: ({ reason }) => reason,
      }),
    }),
  })
  const Span = builder.objectRef<TimeSpan>('TimeSpan').implement({
    description: 'A span of time.',
    extensions: own('unplanned'),
    fields: (t) => ({
      startsAt: t.field({ type: 'DateTime', nullable: false, resolve: ({ from }) => moment(from) }),
      endsAt: t.field({ type: 'DateTime', nullable: false, resolve: ({ to }) => moment(to) }),
    }),
  })
  const Availability = builder.objectRef<MemberAvailability>('MemberAvailability').implement({
    description: 'What of a span of time is taken in the calendar of a member.',
    extensions: { access: { ...own('').access, askedEach: true } },
    fields: (t) => ({
      member: t.field({
        type: Member,
        description: 'Whose time it is.',
        extensions: relation('Members', 'members', 'Member'),
        resolve: ({ member }, _, context, info) => follow(member, 'Member', context, info),
      }),
      busy: t.field({
        type: [Busy],
        nullable: false,
        description: 'What is taken, by time; spans may overlap. Without what was called off.',
        extensions: own('busy'),
        resolve: ({ busy }) => busy,
      }),
      unplanned: t.field({
        type: [Span],
        nullable: false,
        description:
          'Where nothing that was looked at takes the time. It does not say that the member works then: see `notConsidered`.',
        extensions: own('unplanned'),
        resolve: ({ unplanned }) => unplanned,
      }),
      notConsidered: t.field({
        type: ['String'],
        nullable: false,
        description: 'What may take the time as well and was not looked at, in words.',
        extensions: own('notConsidered'),
        resolve: ({ notConsidered }) => notConsidered,
      }),
    }),
  })
  builder.queryField('availability', (t) =>
    t.field({
      type: t.listRef(Availability, { nullable: true }),
      description:
        'When members have something planned and when not, in the order of the ids. One that fails is null with an error at its place. ServiceNow plans nothing for members.',
      extensions: own(''),
      args: {
        members: t.arg.idList({ required: true, description: `1 to ${MOST_MEMBERS} members.` }),
        from: t.arg({ type: 'DateTime', required: true, description: 'Where the span begins.' }),
        to: t.arg({
          type: 'DateTime',
          required: true,
          description: `Where it ends, at most ${MOST_DAYS} days later.`,
        }),
      },
      resolve: (_, { members, from, to }, context) =>
        availabilityOf(members, spanOf(String(from), String(to)), context),
    }),
  )
}

/** @throws GatewayError BAD_USER_INPUT */
function spanOf(from: string, to: string): TimeSpan {
  const span = { from: Date.parse(from), to: Date.parse(to) }
  if (span.to <= span.from) throw badInput('to', 'a moment after `from`', to)
  if (span.to - span.from > MOST_DAYS * DAY)
    throw badInput('to', `a moment at most ${MOST_DAYS} days after \`from\``, to)
  return span
}

async function availabilityOf(
  ids: readonly string[],
  span: TimeSpan,
  context: ReadContext,
): Promise<MemberAvailability[]> {
  if (ids.length === 0 || ids.length > MOST_MEMBERS)
    throw badInput('members', `1 to ${MOST_MEMBERS} ids`, ids.length)
  const named = ids.map((id) => ({ ...expectId(id, 'Member', 'members'), id }))
  const byConnection = Map.groupBy(named, ({ connection }) => connection)
  const read = new Map<string, BusyTimes | Error>()
  await Promise.all(
    [...byConnection].map(async ([slug, members]) => {
      const keys = [...new Set(members.map(({ key }) => key))]
      read.set(slug, await busyOn(slug, keys, span, context).catch((error: Error) => error))
    }),
  )
  const found = named.map(({ connection, key }) => {
    const times = read.get(connection)
    if (times === undefined || times instanceof Error) return times
    const busy = times.busy
      .filter(({ member, from, to }) => member === key && from < span.to && to > span.from)
      .toSorted((a, b) => a.from - b.from || a.to - b.to)
    return {
      connection,
      member: toldRecord(connection, 'Member', key) as unknown as VendorRecord<MemberValues>,
      busy,
      unplanned: between(busy, span),
      notConsidered: times.notConsidered,
    }
  })
  // graphql-js turns an Error in a list into null and an error at its place; the types do not know that.
  return found as MemberAvailability[]
}

async function busyOn(
  slug: string,
  members: readonly string[],
  span: TimeSpan,
  context: ReadContext,
): Promise<BusyTimes> {
  const connection = context.connections.get(slug)
  if (connection === undefined)
    throw new GatewayError('CONNECTION_FORBIDDEN', 'This connection is not assigned to you.')
  const { source, session } = connection
  const reason = source.capabilities.noLists?.ScheduleEntry
  if (reason !== undefined) throw new GatewayError('NOT_SUPPORTED', reason, { connection: slug })
  return source.busyTimes(session, members, span)
}

/** What none of these spans, which are in order, covers. */
export function between(busy: readonly TimeSpan[], { from, to }: TimeSpan): readonly TimeSpan[] {
  const left: TimeSpan[] = []
  let at = from
  for (const one of busy) {
    if (one.from > at) left.push({ from: at, to: Math.min(one.from, to) })
    at = Math.max(at, one.to)
  }
  if (at < to) left.push({ from: at, to })
  return left
}
