import { Button, Group, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useClient, useQuery } from 'urql'
import { FindTicketDocument, WorkflowNamesDocument } from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { useHolds, useMe } from '../../me.ts'
import { type Asked, KINDS, OUTCOMES, SPANS } from './filters.ts'

interface Props {
  readonly search: URLSearchParams
  readonly asked: Asked
  readonly set: (changes: Readonly<Record<string, string | null>>) => void
}

const options = (of: Readonly<Record<string, string>>) =>
  Object.entries(of).map(([value, label]) => ({ value, label }))
const spans = Object.entries(SPANS).map(([value, { label }]) => ({ value, label }))

/** What an event elsewhere leads to: they have no list to pick from, and are taken off again. */
const NARROWED = [
  ['ticket', 'One ticket'],
  ['request', 'One request'],
  ['agent', 'One AI agent'],
] as const

export function Filters({ search, asked, set }: Props) {
  const { connections } = useMe()
  const mayListWorkflows = useHolds()('policyAdmin')
  const [{ data }] = useQuery({ query: WorkflowNamesDocument, pause: !mayListWorkflows })
  const workflow = search.get('workflow')
  const connection = search.get('connection')
  const groups = [...new Set(connections.flatMap((one) => one.groups.map(({ group }) => group)))].toSorted()
  const pick = (name: string, label: string, width: number, data: { value: string; label: string }[]) => (
    <Select
      size="xs"
      w={width}
      aria-label={label}
      placeholder={label}
      clearable
      searchable={data.length > 10}
      value={search.get(name)}
      onChange={(value) => set({ [name]: value })}
      data={data}
    />
  )
  return (
    <Group px="md" py={8} gap="xs" align="flex-start">
      <Select
        size="xs"
        w={130}
        aria-label="Time"
        allowDeselect={false}
        value={asked.span}
        onChange={(value) => set({ time: value, from: null, to: null })}
        data={spans}
      />
      {asked.span === 'between' && (
        <>
          <Moment name="from" label="From" search={search} set={set} />
          <Moment name="to" label="To" search={search} set={set} />
        </>
      )}
      {pick('kind', 'What', 180, options(KINDS))}
      {pick('outcome', 'Outcome', 165, options(OUTCOMES))}
      {connections.length > 1 &&
        pick(
          'connection',
          'Connection',
          150,
          connections.map(({ slug, name }) => ({ value: slug, label: name })),
        )}
      {mayListWorkflows &&
        pick(
          'workflow',
          'Workflow',
          150,
          (data?.workflows ?? []).map(({ id, name }) => ({ value: id, label: name })),
        )}
      {pick(
        'group',
        'Permission group',
        170,
        groups.map((group) => ({ value: group, label: group })),
      )}
      {search.get('ticket') === null && <TicketFilter connection={connection} set={set} />}
      {[...NARROWED, ...(mayListWorkflows ? [] : [['workflow', 'One workflow'] as const])].map(
        ([name, label]) =>
          search.get(name) !== null && (
            <Button
              key={name}
              size="compact-xs"
              h={30}
              variant="default"
              aria-label={`${label} only: show all again`}
              onClick={() => set({ [name]: null })}
            >
              {label} only ✕
            </Button>
          ),
      )}
      {workflow !== null && mayListWorkflows && data?.workflows.every(({ id }) => id !== workflow) && (
        <Button size="compact-xs" h={30} variant="default" onClick={() => set({ workflow: null })}>
          One workflow only ✕
        </Button>
      )}
    </Group>
  )
}

function Moment({
  name,
  label,
  search,
  set,
}: Pick<Props, 'search' | 'set'> & { readonly name: 'from' | 'to'; readonly label: string }) {
  const given = search.get(name)
  return (
    <TextInput
      type="datetime-local"
      size="xs"
      w={190}
      aria-label={label}
      defaultValue={given === null ? '' : localTime(given)}
      onBlur={({ currentTarget: { value } }) =>
        set({ [name]: value === '' ? null : new Date(value).toISOString() })
      }
    />
  )
}

/** As the browser's own field writes a moment: local, without a zone. */
function localTime(moment: string): string {
  const date = new Date(moment)
  if (Number.isNaN(date.getTime())) return ''
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** People know tickets by their numbers; which one it is only its PSA knows. */
function TicketFilter({ connection, set }: Pick<Props, 'set'> & { readonly connection: string | null }) {
  const { connections } = useMe()
  const client = useClient()
  const [problem, setProblem] = useState<string>()
  const on = connection ?? (connections.length === 1 ? connections[0]?.slug : undefined)

  async function find(number: string) {
    if (number === '') return
    if (on === undefined) return setProblem('Choose the connection first.')
    setProblem(undefined)
    const { data, error } = await client.query(FindTicketDocument, { connection: on, number }).toPromise()
    const found = data?.ticketByNumber
    if (found) set({ ticket: found.id })
    else setProblem(error ? messageOf(error) : 'The PSA knows no such ticket.')
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const text = String(new FormData(event.currentTarget).get('number'))
        void find(text.trim().replace(/^#/, ''))
      }}
    >
      <TextInput
        name="number"
        size="xs"
        w={130}
        aria-label="Ticket number"
        placeholder="Ticket number"
        error={problem}
        onChange={() => setProblem(undefined)}
      />
    </form>
  )
}
