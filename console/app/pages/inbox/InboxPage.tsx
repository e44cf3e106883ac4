import { Button, Group, Select, Tabs, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { lazy, Suspense, useRef, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import {
  ApproveDocument,
  ApproveManyDocument,
  RejectDocument,
  type RowFragment,
} from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { useKeys } from '../../keys.ts'
import { useMe } from '../../me.ts'
import { useOutbox } from '../../outbox.tsx'
import { type Asked, AskText } from '../../parts/AskText.tsx'
import { Empty } from '../../parts/Empty.tsx'
import { Failure } from '../../parts/Failure.tsx'
import { KeyHelp, KeyHelpButton } from '../../parts/KeyHelp.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { useChange } from '../../session/Fresh.tsx'
import { writeWord } from '../../words.ts'
import { linesOf } from './lines.ts'
import { FILTERS, filtersOn, narrowingOf, ORDERS, orderOf } from './narrowing.ts'
import { RequestList } from './RequestList.tsx'
import { useLooks } from './useLooks.ts'
import { useRequests } from './useRequests.ts'
import { VIEWS } from './views.ts'

const Filters = lazy(() => import('./Filters.tsx'))

const KEYS = [
  ['j / k', 'Next / previous request'],
  ['Enter', 'Open the request'],
  ['a', 'Approve it (5 seconds to undo)'],
  ['r', 'Reject it with a reason'],
  ['f', 'Show or hide the filters'],
  ['x', 'Select it'],
  ['A', 'Approve all selected'],
  ['p', 'Open the ticket in the PSA'],
  ['1 – 5', 'Switch the view'],
  ['Esc', 'Select nothing'],
  ['?', 'These keys'],
] as const

/** As many as `approveMany` takes. */
const MOST_AT_ONCE = 50

export default function InboxPage() {
  const { connections } = useMe()
  const change = useChange()
  const { hold, waiting } = useOutbox()
  const navigate = useNavigate()
  const [search, setSearch] = useSearchParams()
  const view = VIEWS.find(({ key }) => key === search.get('view')) ?? VIEWS[0]!
  const connection = search.get('connection')
  const ticket = search.get('ticket')
  const on = filtersOn(search)
  const [filtering, setFiltering] = useState(on > 0)
  const { rows, error, loading, cut, reload, refresh } = useRequests(view, narrowingOf(search))
  const looks = useLooks()
  // By the plan that was selected: one that somebody changes meanwhile is selected no longer.
  const [selected, setSelected] = useState<ReadonlyMap<string, string>>(new Map())
  const [failures, setFailures] = useState<ReadonlyMap<string, string>>(new Map())
  const [currentId, setCurrentId] = useState<string>()
  const [asked, setAsked] = useState<Asked>()
  const [help, setHelp] = useState(false)

  const lines = linesOf(rows ?? [])
  const requests = lines.flatMap((line) => (line.kind === 'request' ? [line.row] : []))
  const at = requests.findIndex(({ id }) => id === currentId)
  // One that left keeps its place: the next key goes on from there, and none acts on what moved up meanwhile.
  const place = useRef(0)
  if (at !== -1) place.current = at
  const current = requests[at]
  const chosen = requests.filter(
    ({ id, state, planHash }) => selected.get(id) === planHash && state === 'PENDING' && !waiting.has(id),
  )

  function set(name: string, value: string | null) {
    setSearch((now) => {
      if (value === null) now.delete(name)
      else now.set(name, value)
      return now
    })
  }
  function clearFilters() {
    setSearch((now) => {
      for (const name of [...FILTERS, 'connection', 'ticket']) now.delete(name)
      return now
    })
  }
  function move(by: number) {
    const next = requests[Math.max(0, Math.min(requests.length - 1, at === -1 ? place.current : at + by))]
    if (next) setCurrentId(next.id)
  }
  function select({ id, planHash }: RowFragment) {
    setSelected((now) => {
      const next = new Map(now)
      if (next.get(id) === planHash) next.delete(id)
      else next.set(id, planHash)
      return next
    })
  }
  const fail = (id: string, message: string | undefined) =>
    setFailures((now) => {
      const next = new Map(now)
      if (message === undefined) next.delete(id)
      else next.set(id, message)
      return next
    })

  function approve(row: RowFragment) {
    if (row.state !== 'PENDING' || waiting.has(row.id)) return
    fail(row.id, undefined)
    hold({
      ids: [row.id],
      label: `Approving: ${writeWord(row.write)} #${row.ticket?.number ?? ''}`,
      async send() {
        const { error } = await change(ApproveDocument, { id: row.id, planHash: row.planHash })
        if (error) {
          fail(row.id, messageOf(error))
          notifications.show({ color: 'red', title: 'Not approved', message: messageOf(error) })
        }
        refresh()
      },
    })
  }
  function approveChosen() {
    const items = chosen.slice(0, MOST_AT_ONCE)
    if (items.length === 0) return
    setSelected(new Map())
    for (const { id } of items) fail(id, undefined)
    hold({
      ids: items.map(({ id }) => id),
      label: `Approving ${items.length} requests`,
      async send() {
        const { data, error } = await change(ApproveManyDocument, {
          items: items.map(({ id, planHash }) => ({ id, planHash })),
        })
        const results = data?.approveMany ?? []
        for (const result of results) fail(result.id, result.error?.message)
        const refused = results.filter((result) => result.error !== null).length
        notifications.show(
          error && results.length === 0
            ? { color: 'red', title: 'Not approved', message: messageOf(error) }
            : {
                color: refused > 0 ? 'orange' : 'green',
                message:
                  refused > 0
                    ? `${results.length - refused} approved, ${refused} not: each says why.`
                    : `${results.length} approved.`,
              },
        )
        refresh()
      },
    })
  }
  function reject(row: RowFragment) {
    if (row.state !== 'PENDING' || waiting.has(row.id)) return
    setAsked({
      title: 'Reject the request',
      label: 'Why? The AI agent reads it.',
      button: 'Reject',
      color: 'red',
      onText: async (reason) => {
        const { error } = await change(RejectDocument, { id: row.id, reason })
        if (error) notifications.show({ color: 'red', title: 'Not rejected', message: messageOf(error) })
        refresh()
      },
    })
  }

  useKeys([
    ['j', () => move(1)],
    ['k', () => move(-1)],
    ['ArrowDown', () => move(1)],
    ['ArrowUp', () => move(-1)],
    ['Enter', () => current && navigate(`/approvals/${current.id}`)],
    ['a', () => current && approve(current)],
    ['r', () => current && reject(current)],
    ['f', () => setFiltering((now) => !now)],
    ['x', () => current && select(current)],
    ['A', approveChosen],
    ['p', () => current?.ticket?.url && window.open(current.ticket.url, '_blank', 'noopener,noreferrer')],
    ['Escape', () => setSelected(new Map())],
    ['?', () => setHelp(true)],
    ...VIEWS.map(({ key }, index) => [String(index + 1), () => set('view', key)] as const),
  ])

  return (
    <>
      <Group px="md" pt="md" justify="space-between" wrap="nowrap">
        <Title order={1} size="h3">
          Approvals
        </Title>
        <KeyHelpButton onClick={() => setHelp(true)} />
      </Group>
      <Tabs value={view.key} onChange={(key) => set('view', key)} mt="xs">
        <Tabs.List px="xs" className="tabs">
          {VIEWS.map(({ key, label }) => (
            <Tabs.Tab key={key} value={key}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={view.key} keepMounted>
          <Group px="md" py={8} gap="sm" mih={46}>
            {connections.length > 1 && (
              <Select
                size="xs"
                w={170}
                aria-label="Connection"
                placeholder="All connections"
                clearable
                value={connection}
                onChange={(value) => set('connection', value)}
                data={connections.map(({ slug, name }) => ({ value: slug, label: name }))}
              />
            )}
            <Select
              size="xs"
              w={150}
              aria-label="Order"
              allowDeselect={false}
              value={orderOf(search)}
              onChange={(value) => set('order', value)}
              data={Object.entries(ORDERS).map(([value, { label }]) => ({ value, label }))}
            />
            <Button
              size="xs"
              variant={on > 0 ? 'light' : 'default'}
              aria-expanded={filtering}
              onClick={() => setFiltering(!filtering)}
            >
              {on === 0 ? 'Filters' : `Filters · ${on}`}
            </Button>
            {ticket !== null && (
              <Button size="compact-xs" variant="default" onClick={() => set('ticket', null)}>
                One ticket only ✕
              </Button>
            )}
            <Text size="xs" c="dimmed" role="status">
              {rows === undefined ? '' : `${requests.length} request${requests.length === 1 ? '' : 's'}`}
              {cut ? ', the first' : ''}
              {loading && rows !== undefined ? ', loading more …' : ''}
            </Text>
            {chosen.length > 0 && (
              <Button size="compact-sm" onClick={approveChosen}>
                Approve {Math.min(chosen.length, MOST_AT_ONCE)} selected
              </Button>
            )}
          </Group>
          {filtering && (
            <Suspense fallback={null}>
              <Filters states={view.states} search={search} set={set} />
            </Suspense>
          )}
          {error !== undefined && <Failure error={error} retry={reload} />}
          {rows === undefined && error === undefined && <Loading what="requests" />}
          {rows !== undefined &&
            requests.length === 0 &&
            (on > 0 || connection !== null || ticket !== null ? (
              <Empty title="None fits">
                No request of this view fits the filters.{' '}
                <Button size="compact-sm" variant="default" onClick={clearFilters}>
                  Show all
                </Button>
              </Empty>
            ) : (
              <Empty title="All done">{view.empty}</Empty>
            ))}
          {requests.length > 0 && (
            <RequestList
              lines={lines}
              currentId={currentId}
              selected={new Set(chosen.map(({ id }) => id))}
              waiting={waiting}
              failures={failures}
              looks={looks}
              onSelect={select}
              onApprove={approve}
              onReject={reject}
            />
          )}
        </Tabs.Panel>
      </Tabs>
      <AskText asked={asked} onClose={() => setAsked(undefined)} />
      <KeyHelp opened={help} onClose={() => setHelp(false)} keys={KEYS} />
    </>
  )
}
