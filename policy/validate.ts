import { z } from 'zod'
import type { AccessKind } from '../schema/groups.ts'
import { isCustomFieldContainer } from './custom-fields.ts'
import { flag, parseWhole, strict, text } from './expected.ts'
import { CLIENT_FACING_NOTES } from './profile-rows.ts'
import type { AllowedFields, ConnectionPolicy } from './types.ts'

const LEVELS = ['DISABLED', 'READ_ONLY', 'READ_WRITE'] as const
const WRITE_KINDS = ['CREATE', 'UPDATE', 'MERGE', 'BUNDLE', 'DELETE'] as const satisfies readonly AccessKind[]

/** More signatures than people would only lock the workflow. */
const MOST_APPROVERS = 9

/** Only here do merge and bundle mean anything; elsewhere such a switch is a misunderstanding. */
export const GROUPS_WITH_MERGE_AND_BUNDLE: ReadonlySet<string> = new Set(['Tickets'])

function names(what: string, leftOut: string) {
  return listOf(z.array(text, { error: `be a list of ${what}` }), what, leftOut)
}

function listOf<T extends string>(list: z.ZodArray<z.ZodType<T>>, what: string, leftOut: string) {
  return list.superRefine((items, { addIssue }) => {
    if (items.length === 0) addIssue({ code: 'custom', message: `name ${what}; ${leftOut}` })
    const twice = items.filter((item, index) => indexWithoutCase(items, item) !== index)
    if (twice.length > 0) addIssue({ code: 'custom', message: `name each of its ${what} once` })
  })
}

/** "Closed" and "closed" are one status to `decide`, so naming both says something else than it does. */
function indexWithoutCase(items: readonly string[], item: string): number {
  return items.findIndex((one) => typeof one === 'string' && one.toLowerCase() === item.toLowerCase())
}

const ONE_BY_ONE = 'name custom fields one by one, as custom:<id>'

/** A rule on the container would never hold, since what is written always comes as `custom:<id>`. */
const noContainer = [(field: string) => !isCustomFieldContainer(field), { error: ONE_BY_ONE }] as const

const ALL_OR_FIELDS = 'be ALL or name a field'

/** An empty list could mean every field or none, so it is neither. */
const allowedFields = z.unknown().transform((value, context): AllowedFields => {
  const wrong = wrongFields(value)
  if (wrong === undefined) return value as AllowedFields
  context.addIssue({ code: 'custom', message: wrong, input: value })
  return z.NEVER
})

function wrongFields(value: unknown): string | undefined {
  if (value === 'ALL') return undefined
  if (!Array.isArray(value)) return ALL_OR_FIELDS
  if (value.length === 0) return `${ALL_OR_FIELDS}; left out means none`
  if (value.some((field) => typeof field !== 'string' || field.trim() === '')) return ALL_OR_FIELDS
  if (value.includes('ALL')) return 'be either ALL or a list of fields, not both'
  if (value.some(isCustomFieldContainer)) return ONE_BY_ONE
  return new Set(value).size === value.length ? undefined : 'name each field once'
}

const fieldName = text.refine(...noContainer)

function valuesByField(leftOut: string) {
  return z.record(fieldName, names('values', leftOut), { error: 'hold a list of values per field' })
}

const allowedValues = valuesByField('a field that is left out takes any value')

const approvalRule = strict({
  when: strict({
    kinds: listOf(
      z.array(z.enum(WRITE_KINDS, { error: `be one of ${WRITE_KINDS.join(', ')}` }), {
        error: 'be a list of kinds',
      }),
      'kinds',
      'left out means every write',
    ).optional(),
    fields: listOf(
      z.array(fieldName, { error: 'be a list of fields' }),
      'fields',
      'left out means any',
    ).optional(),
    values: valuesByField('a field that is left out may take any value').optional(),
    closes: flag.optional(),
    reopens: flag.optional(),
    boards: names('boards', 'left out means any').optional(),
    companies: names('companies', 'left out means any').optional(),
    companyTypes: names('company types', 'left out means any').optional(),
    clientMail: flag.optional(),
    priorityAtLeast: z
      .int({ error: 'be a rank, 1 the most urgent' })
      .min(1, { error: 'be a rank, 1 the most urgent' })
      .optional(),
    billableHoursOver: z
      .number({ error: 'be a number of hours' })
      .min(0, { error: 'be a number of hours' })
      .optional(),
    amountOver: z
      .number({ error: 'be an amount of money' })
      .min(0, { error: 'be an amount of money' })
      .optional(),
    insideBusinessHours: flag.optional(),
  }).optional(),
  approvers: z
    .int({ error: `be a whole number from 0 to ${MOST_APPROVERS}` })
    .min(0, { error: `be a whole number from 0 to ${MOST_APPROVERS}` })
    .max(MOST_APPROVERS, { error: `be a whole number from 0 to ${MOST_APPROVERS}` }),
  notRequester: flag.optional(),
  fourEyes: flag.optional(),
  bulk: flag.optional(),
})

const groupSettings = {
  level: z.enum(LEVELS, { error: `be one of ${LEVELS.join(', ')}` }),
  delete: flag.optional(),
  allowedFields: strict({ CREATE: allowedFields.optional(), UPDATE: allowedFields.optional() }).optional(),
  allowedValues: allowedValues.optional(),
  approval: z
    .array(approvalRule, { error: 'be a list of approval rules' })
    .min(1, { error: 'hold a rule; left out means one approver for every write' })
    .optional(),
}

const group = strict(groupSettings)
const groupWithMergeAndBundle = strict({ ...groupSettings, merge: flag.optional(), bundle: flag.optional() })

const scopeLists = strict({
  companies: names('companies', 'left out means any').optional(),
  companyTypes: names('company types', 'left out means any').optional(),
  boards: names('boards', 'left out means any').optional(),
}).refine((lists) => Object.keys(lists).length > 0, { error: 'name companies, companyTypes or boards' })

const recordScope = strict({ include: scopeLists.optional(), exclude: scopeLists.optional() }).refine(
  (scope) => Object.keys(scope).length > 0,
  { error: 'include or exclude something' },
)

const timeOwner = z.discriminatedUnion(
  'who',
  [
    strict({ who: z.enum(['REQUESTER', 'TICKET_OWNER', 'APPROVER']) }),
    strict({ who: z.literal('MEMBER'), member: text }),
  ],
  { error: 'say who: REQUESTER, TICKET_OWNER, APPROVER, or MEMBER with a member' },
)

/**
 * A policy as it comes from the console, the API or a file. Anything unexpected refuses it whole, and the old
 * policy stays (docs/safety.md (a)).
 * @throws GatewayError BAD_USER_INPUT naming the setting, what it takes and what came
 */
export function parsePolicy(input: unknown, groupsOfVendor: readonly string[]): ConnectionPolicy {
  const known = [...new Set([...groupsOfVendor, CLIENT_FACING_NOTES])]
  const policy = strict({
    groups: strict(
      Object.fromEntries(
        known.map((name) => [
          name,
          (GROUPS_WITH_MERGE_AND_BUNDLE.has(name) ? groupWithMergeAndBundle : group).optional(),
        ]),
      ),
      'name groups of this vendor only',
    ),
    acrossCompanies: flag.optional(),
    recordScope: recordScope.optional(),
    testMode: flag.optional(),
    timeOwner: timeOwner.optional(),
    requireIdempotencyKey: flag.optional(),
  })
  return parseWhole(policy, input, 'the policy') as ConnectionPolicy
}
