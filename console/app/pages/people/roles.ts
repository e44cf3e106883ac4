import type { GrantFragment, Role } from '../../../../generated/console.ts'

export const ROLES: Readonly<Record<Role, { readonly name: string; readonly text: string }>> = {
  viewer: { name: 'Viewer', text: 'Looks on.' },
  approver: { name: 'Approver', text: 'Signs what AI agents ask for.' },
  policyAdmin: { name: 'Policy administrator', text: 'Decides what AI agents may do.' },
  connectionAdmin: { name: 'Connection administrator', text: 'Connects PSAs and looks after them.' },
  auditor: { name: 'Auditor', text: 'Reads every event and policy.' },
  owner: { name: 'Owner', text: 'All of it, and people.' },
}

/** "Approver · acme-cw · Tickets, Time Entries" */
export function grantWords({ role, connection, groups, boards, companies }: GrantFragment): string {
  const name = ROLES[role as Role]?.name ?? role
  const lists = [groups, boards?.map((key) => `board ${key}`), companies?.map((key) => `company ${key}`)]
  return [
    name,
    connection ?? 'every connection',
    ...lists.flatMap((one) => (one == null ? [] : [one.join(', ')])),
  ].join(' · ')
}
