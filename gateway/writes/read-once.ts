import type { VendorResponse, VendorSession } from '../../schema/source.ts'

/**
 * A session of one scope of reading, such as the making of one plan: what several parts of it ask in the same words is
 * asked once. It ends with the scope, so that nothing read here is taken for what the PSA holds later.
 */
export function readOnce(session: VendorSession): VendorSession {
  const asked = new Map<string, Promise<VendorResponse>>()
  return {
    ...session,
    read(request) {
      // With its access: each group that asks is judged for itself.
      const words = JSON.stringify(request)
      const known = asked.get(words)
      if (known !== undefined) return known
      const answer = session.read(request)
      asked.set(words, answer)
      return answer
    },
  }
}
