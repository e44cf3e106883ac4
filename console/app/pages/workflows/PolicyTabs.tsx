import { Tabs } from '@mantine/core'
import { useQuery } from 'urql'
import { PolicyGroupsDocument, TenantChoicesDocument } from '../../../../generated/console.ts'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { PolicyForm } from './PolicyForm.tsx'
import type { Draft, OpenPolicy, OpenWorkflow } from './policy.ts'
import { useNames } from './records.ts'
import { TryOut } from './TryOut.tsx'
import { Versions } from './Versions.tsx'

interface Props {
  readonly workflow: OpenWorkflow
  readonly policy: OpenPolicy
  readonly vendor: string | undefined
  readonly tab: string
  readonly edited: Edited | undefined
  readonly onEdited: (edited: Edited | undefined) => void
  readonly reload: () => void
}

/** A policy that is edited, and the saved version that the edits began with. */
export interface Edited {
  readonly of: number
  readonly draft: Draft
}

/** The draft stands above the tabs: it can be tried before it is saved. */
export function PolicyTabs({ workflow, policy, vendor, tab, edited, onEdited, reload }: Props) {
  const { connection } = policy
  const [groups, askGroups] = useQuery({ query: PolicyGroupsDocument, variables: { connection } })
  const [offered] = useQuery({ query: TenantChoicesDocument, variables: { connection } })
  const saved = policy.policy as Draft
  const draft = edited?.draft ?? saved
  const choices = offered.data?.tenantChoices ?? []
  const names = useNames(connection, choices, [saved, draft])
  const dirty = edited !== undefined && JSON.stringify(edited.draft) !== JSON.stringify(saved)

  if (groups.error !== undefined)
    return <Failure error={groups.error} retry={() => askGroups({ requestPolicy: 'network-only' })} />
  if (groups.data?.policyGroups == null)
    return tab === 'agents' ? null : <Loading what="the permission groups" />
  return (
    <>
      <Tabs.Panel value="rights">
        <PolicyForm
          workflow={workflow.id}
          connection={connection}
          vendor={vendor}
          profile={policy.profile}
          version={policy.version}
          editedOf={edited?.of ?? policy.version}
          groups={groups.data.policyGroups}
          choices={choices}
          names={names}
          saved={saved}
          draft={draft}
          dirty={dirty}
          onEdit={(next) => onEdited({ of: edited?.of ?? policy.version, draft: next })}
          onDiscard={() => onEdited(undefined)}
          onSaved={() => {
            onEdited(undefined)
            reload()
          }}
        />
      </Tabs.Panel>
      <Tabs.Panel value="try">
        <TryOut workflow={workflow.id} connection={connection} unsaved={dirty ? draft : undefined} />
      </Tabs.Panel>
      <Tabs.Panel value="versions">
        <Versions workflow={workflow.id} current={policy} onRestored={reload} />
      </Tabs.Panel>
    </>
  )
}
