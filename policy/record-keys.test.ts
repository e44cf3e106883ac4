import { describe, expect, it } from 'vitest'
import { expectRecordKeys } from './record-keys.ts'
import type { ConnectionPolicy } from './types.ts'

const KEYS = { pattern: /^[1-9]\d{0,9}$/, example: '250' }

describe('companies and boards of a policy', () => {
  it.each<[string, ConnectionPolicy]>([
    ['an exclusion', { groups: {}, recordScope: { exclude: { companies: ['250', 'Fabrikam'] } } }],
    ['an inclusion', { groups: {}, recordScope: { include: { boards: ['HR'] } } }],
    [
      'the condition of an approval',
      {
        groups: {
          Tickets: { level: 'READ_WRITE', approval: [{ when: { companies: ['Fabrikam'] }, approvers: 2 }] },
        },
      },
    ],
  ])('a name in %s is refused, since it would match nothing', (_, policy) => {
    expect(() => expectRecordKeys(policy, KEYS)).toThrow(/keys such as "250"/)
  })

  it('keys are taken, and types of companies go by name', () => {
    const recordScope = { include: { companies: ['250'], boards: ['1'], companyTypes: ['Client'] } }
    expect(() => expectRecordKeys({ groups: {}, recordScope }, KEYS)).not.toThrow()
  })
})
