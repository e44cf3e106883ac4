import { describe, expect, it } from 'vitest'
import { isTestMode, testModeSetBy } from './test-mode.ts'

const allOff = { installation: false, connection: false, workflow: false, call: false }

describe('test mode', () => {
  it('is off only when nothing asks for it', () => expect(isTestMode(allOff)).toBe(false))

  it.each(['installation', 'connection', 'workflow', 'call'] as const)(
    'is on when the %s asks for it',
    (where) => {
      expect(isTestMode({ ...allOff, [where]: true })).toBe(true)
      expect(testModeSetBy({ ...allOff, [where]: true })).toEqual([where])
    },
  )

  it.each(['installation', 'connection', 'workflow'] as const)('is on when the %s does not say', (where) => {
    expect(testModeSetBy({ ...allOff, [where]: undefined })).toEqual([where])
  })

  it('needs no word from the call', () => expect(isTestMode({ ...allOff, call: undefined })).toBe(false))

  it('is never turned off by the call', () => {
    expect(isTestMode({ ...allOff, workflow: true, call: false })).toBe(true)
  })
})
