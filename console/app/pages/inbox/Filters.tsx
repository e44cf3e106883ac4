import { Group, Select, Text } from '@mantine/core'
import { useQuery } from 'urql'
import { RequestFacetsDocument, type WriteRequestState } from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { useMe } from '../../me.ts'
import { shown } from '../../parts/Untrusted.tsx'
import { labelsOf, sentence } from '../../words.ts'
import { AGES, type FilterName, MAILS } from './narrowing.ts'

interface Props {
  readonly states: readonly WriteRequestState[]
  readonly search: URLSearchParams
  readonly set: (name: string, value: string | null) => void
}

interface Option {
  readonly value: string
  readonly label: string
}

/** What is offered is what waits: a filter that would leave nothing is none. */
export default function Filters({ states, search, set }: Props) {
  const { connections } = useMe()
  const [{ data, error }] = useQuery({
    query: RequestFacetsDocument,
    variables: { states: [...states] },
  })
  const facets = data?.writeRequestFacets
  const vendors = new Set(connections.map(({ vendor }) => vendor))
  // With one kind of PSA its own word; with several, the common one.
  const board = sentence(labelsOf(vendors.size === 1 ? [...vendors][0] : undefined).board)

  const pick = (name: FilterName, label: string, width: number, options: readonly Option[]) => {
    const value = search.get(name)
    // What is chosen already and waits no longer stays to be seen, and to be taken off.
    const known = value === null || options.some((one) => one.value === value)
    return (
      <Select
        size="xs"
        w={{ base: 'calc(50% - 5px)', xs: width }}
        aria-label={label}
        placeholder={label}
        clearable
        clearButtonProps={{ 'aria-label': `Any ${label.toLowerCase()}` }}
        searchable={options.length > 10}
        value={value}
        onChange={(next) => set(name, next)}
        data={[...options, ...(known ? [] : [{ value, label: value }])]}
      />
    )
  }
  const counted = (name: string | null | undefined, count: number) =>
    `${shown(name ?? 'Not known')} (${count})`
  const several = connections.length > 1
  const on = (id: string) => {
    const slug = id.slice(0, id.indexOf(':'))
    return several ? ` · ${connections.find((one) => one.slug === slug)?.name ?? slug}` : ''
  }
  const moreUrgent = (rank: number) =>
    (facets?.priorities ?? []).reduce((sum, one) => sum + (one.rank <= rank ? one.count : 0), 0)

  return (
    <>
      <Group px="md" pb={8} gap="xs" role="group" aria-label="Filters">
        {pick(
          'board',
          board,
          180,
          (facets?.boards ?? []).map(({ board: { id, name }, count }) => ({
            value: id,
            label: counted(name, count) + on(id),
          })),
        )}
        {pick(
          'owner',
          'Ticket owner',
          170,
          (facets?.owners ?? []).map(({ owner: { id, name }, count }) => ({
            value: id,
            label: counted(name, count) + on(id),
          })),
        )}
        {pick(
          'group',
          'Permission group',
          170,
          (facets?.groups ?? []).map(({ group, count }) => ({ value: group, label: counted(group, count) })),
        )}
        {pick(
          'workflow',
          'Workflow',
          160,
          (facets?.workflows ?? []).flatMap(({ workflow, count }) =>
            workflow === null ? [] : [{ value: workflow.id, label: counted(workflow.name, count) }],
          ),
        )}
        {pick(
          'priority',
          'Priority',
          180,
          (facets?.priorities ?? []).map(({ rank }) => ({
            value: String(rank),
            label: `${rank === 1 ? 'Priority 1' : `Priority ${rank} or more urgent`} (${moreUrgent(rank)})`,
          })),
        )}
        {pick('mail', 'Client mail', 160, MAILS)}
        {pick('age', 'Age', 180, AGES)}
      </Group>
      {error !== undefined && (
        <Text px="md" pb={8} size="sm" c="var(--mantine-color-red-text)" role="alert">
          What can be filtered by is not known: {messageOf(error)}
        </Text>
      )}
    </>
  )
}
