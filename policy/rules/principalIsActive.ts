import type { Objection, Question } from './rule.ts'

export function principalIsActive({ principal }: Question): Objection | undefined {
  if (principal.active === true) return undefined
  const who = principal.kind === 'AGENT' ? 'agent token or its workflow' : 'account'
  return {
    code: 'UNAUTHENTICATED',
    message: `This ${who} is revoked, expired or switched off.`,
    details: { principal: principal.kind },
  }
}
