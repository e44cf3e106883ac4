import { expect, it } from 'vitest'
import { scrubber } from './secrets.ts'

const field = (name: string, secret: boolean) => ({ name, secret, description: '' })

it('takes every credential and every value of a header of ours out of what a PSA says back', () => {
  const basic = Buffer.from('acme+public:canary-private').toString('base64')
  const scrub = scrubber(
    [field('privateKey', true), field('secret', true), field('companyId', false)],
    { privateKey: 'canary-private', secret: 'canary-secret', companyId: 'acme' },
    { Authorization: `Basic ${basic}`, ApiIntegrationCode: 'canary-code', Secret: 'canary-secret' },
  )
  const said = `acme sent Basic ${basic}, canary-private, canary-code and canary-secret; Bearer is fine`

  expect(scrub(said)).toBe(
    'acme sent Basic [redacted], [redacted], [redacted] and [redacted]; Bearer is fine',
  )
  expect(scrubber([], {}, { Authorization: 'Bearer canary-token' })('token canary-token')).toBe(
    'token [redacted]',
  )
})
