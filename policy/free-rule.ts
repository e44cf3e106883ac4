import { decide } from './decide.ts'
import type { ApprovalRule, ConnectionPolicy, Demand, GroupPolicy, PlanFacts, Principal } from './types.ts'

/** Or the reason why no rule is proposed. */
export type FreeRule = { readonly policy: ConnectionPolicy } | { readonly why: string }

/**
 * The policy under which a write like this one waits for nobody: the same kinds and fields with the same values, on
 * the same board, and nothing that a client or an invoice would show. The rules stand right before the one that asks
 * now, so that whatever is stricter and comes earlier still wins.
 */
export function freeRule(
  principal: Principal,
  connection: string,
  demands: readonly Demand[],
  facts: PlanFacts,
): FreeRule {
  const policy = principal.connections.get(connection)
  const decision = decide(principal, demands, facts)
  if (policy === undefined || decision.verdict === 'DENY') return { why: 'The policy refuses it.' }
  if (decision.verdict === 'ALLOW') return { why: 'Nobody is asked for it any more.' }
  const never = neverFree(demands, facts)
  if (never !== undefined) return { why: never }

  const groups: Record<string, GroupPolicy> = { ...policy.groups }
  for (const demand of demands) {
    const before = demand.group === undefined ? undefined : policy.groups[demand.group]
    if (demand.kind === 'READ' || demand.group === undefined || before === undefined) continue
    const approval = groups[demand.group]?.approval ?? []
    const added = approval.length - (before.approval?.length ?? 0)
    const at = lastAsking(decision.rules, demand.group, before.approval?.length ?? 0) + added
    const rules = demand.fields.map((field) => ruleFor(field, demand, facts))
    groups[demand.group] = {
      ...before,
      approval: [...approval.slice(0, at), ...rules, ...approval.slice(at)],
    }
  }
  const freed = { ...policy, groups }
  const connections = new Map([...principal.connections, [connection, freed]])
  // Two rules may ask for one write, and some look at what is not known of it: those stay as they are.
  return decide({ ...principal, connections }, demands, facts).verdict === 'ALLOW'
    ? { policy: freed }
    : { why: 'Several approval rules ask for it: change them by hand.' }
}

function neverFree(demands: readonly Demand[], facts: PlanFacts): string | undefined {
  if (demands.some(({ kind }) => kind === 'MERGE' || kind === 'BUNDLE' || kind === 'DELETE'))
    return 'Merging, bundling and deleting always ask.'
  if (facts.clientMail !== 'NO') return 'It mails the client, or may.'
  if (facts.closes || facts.reopens) return 'It closes or reopens a ticket.'
  if (facts.billableHours > 0 || facts.amount != null) return 'It bills time or moves money.'
  if (demands.some(({ kind, fields }) => kind !== 'READ' && fields.length === 0))
    return 'What it writes has no name that a rule could hold.'
  return undefined
}

/** By the names that a decision gives its rules (approval.ts). */
function lastAsking(rules: readonly string[], group: string, length: number): number {
  const name = `approval ${group} `
  const asking = rules.flatMap((rule) => (rule.startsWith(name) ? [rule.slice(name.length)] : []))
  return Math.max(0, ...asking.map((place) => (place === 'default' ? length : Number(place))))
}

/** One rule a field: a write is looked at field by field, and each has to be free by itself. */
function ruleFor(field: string, { kind, values = {} }: Demand, facts: PlanFacts): ApprovalRule {
  const told = Object.hasOwn(values, field) ? values[field] : facts.values[field]
  return {
    when: {
      kinds: [kind],
      fields: [field],
      ...(told !== undefined && told.length > 0 && { values: { [field]: told } }),
      ...(facts.board !== null && { boards: [facts.board] }),
      clientMail: false,
      closes: false,
      reopens: false,
    },
    approvers: 0,
  }
}
