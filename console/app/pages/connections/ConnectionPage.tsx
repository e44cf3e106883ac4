import {
  Alert,
  Anchor,
  Box,
  Button,
  Group,
  List,
  Modal,
  NumberInput,
  Paper,
  Progress,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from '@mantine/core'
import type { CombinedError } from '@urql/core'
import { type ReactNode, useCallback, useEffect, useState } from 'react'
import { Link, useParams } from 'react-router'
import { useQuery } from 'urql'
import {
  ConnectableVendorsDocument,
  ConnectionBudgetDocument,
  type ConnectionBudgetQuery,
  type ConnectionStateFragment,
  ConnectionsDocument,
  DisableConnectionDocument,
  PauseDocument,
  ResumeDocument,
  SaveConnectionDocument,
  SetBudgetDocument,
  SetTestModeDocument,
  TestConnectionDocument,
  type TestConnectionMutation,
  WorkflowsDocument,
} from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { useHolds } from '../../me.ts'
import { Confirm, type Confirmed } from '../../parts/Confirm.tsx'
import { Empty } from '../../parts/Empty.tsx'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { PageHead } from '../../parts/PageHead.tsx'
import { Refused } from '../../parts/Refused.tsx'
import { Untrusted } from '../../parts/Untrusted.tsx'
import { useChange } from '../../session/Fresh.tsx'
import { VENDOR_NAMES } from '../../words.ts'
import { ConnectionForm } from './ConnectionForm.tsx'
import { MAY_LOOK, NotYours, States } from './ConnectionsPage.tsx'
import { GUIDES } from './guides.ts'
import { Mapping } from './Mapping.tsx'

const CONNECTIONS = { to: '/connections', label: 'Connections' }

export default function ConnectionPage() {
  const { slug = '' } = useParams()
  const holds = useHolds()
  const mayLook = MAY_LOOK.some((role) => holds(role))
  const [{ data, error }, ask] = useQuery({ query: ConnectionsDocument, pause: !mayLook })
  const reload = () => ask({ requestPolicy: 'network-only' })
  if (!mayLook) return <NotYours />
  if (error !== undefined && data === undefined) return <Failure error={error} retry={reload} />
  if (data === undefined) return <Loading what="the connection" />
  const connection = data.connections.find((one) => one.slug === slug)
  return (
    <Box p="md" maw={1200}>
      {connection === undefined ? (
        <>
          <PageHead title="Connection" back={CONNECTIONS} />
          <Empty title="No such connection">It may be one that your roles do not reach.</Empty>
        </>
      ) : (
        <>
          <PageHead title={connection.name} back={CONNECTIONS}>
            <States connection={connection} />
          </PageHead>
          <Parts key={slug} connection={connection} reload={reload} />
        </>
      )}
    </Box>
  )
}

interface Props {
  readonly connection: ConnectionStateFragment
  readonly reload: () => void
}

function Parts({ connection, reload }: Props) {
  const holds = useHolds()
  const mayChange = holds('connectionAdmin', connection.slug)
  // With other credentials the PSA is asked again.
  const [turn, setTurn] = useState(0)
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack gap="lg">
          {mayChange && <Health key={turn} connection={connection} />}
          <Facts
            connection={connection}
            mayChange={mayChange}
            reload={reload}
            onChanged={() => {
              setTurn(turn + 1)
              reload()
            }}
          />
        </Stack>
        <Stack gap="lg">
          {mayChange && <Quota slug={connection.slug} />}
          {holds('policyAdmin', connection.slug) && <UsedBy slug={connection.slug} />}
        </Stack>
      </SimpleGrid>
      {mayChange && <Mapping key={turn} slug={connection.slug} vendor={connection.vendor} />}
    </Stack>
  )
}

function Section({ title, id, children }: { title: string; id: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id}>
      <Title order={2} size="h5" id={id} mb="sm">
        {title}
      </Title>
      {children}
    </Paper>
  )
}

type Test = NonNullable<TestConnectionMutation['testConnection']>

/** Asked whenever the page opens: what was well a week ago tells nothing about now. */
function Health({ connection }: Pick<Props, 'connection'>) {
  const { slug, vendor, enabled } = connection
  const [test, setTest] = useState<Test>()
  const [error, setError] = useState<CombinedError>()
  const [busy, setBusy] = useState(false)
  const change = useChange()
  const run = useCallback(async () => {
    setBusy(true)
    const result = await change(TestConnectionDocument, { slug })
    setBusy(false)
    setError(result.error)
    setTest(result.data?.testConnection ?? undefined)
  }, [change, slug])
  useEffect(() => {
    if (enabled) void run()
  }, [enabled, run])

  return (
    <Section title="Health" id="health">
      <Stack gap="sm" align="flex-start">
        <div role="status" style={{ width: '100%' }}>
          {busy && <Text size="sm">Asking {VENDOR_NAMES[vendor]} …</Text>}
          {!busy && test !== undefined && <Outcome test={test} vendor={vendor} />}
          {!busy && !enabled && test === undefined && (
            <Text size="sm">It is disabled: nobody reads or writes through it.</Text>
          )}
        </div>
        <Refused error={error} />
        <Button size="xs" variant="default" onClick={() => void run()} disabled={busy}>
          Test now
        </Button>
      </Stack>
    </Section>
  )
}

function Outcome({ test, vendor }: { test: Test; vendor: ConnectionStateFragment['vendor'] }) {
  if (test.ok || test.missing.length > 0) {
    return (
      <Stack gap="xs">
        <Text size="sm" fw={600} c={test.ok ? 'var(--console-after)' : undefined}>
          {test.ok
            ? 'Address, credentials and rights are in order.'
            : 'Address and credentials are in order.'}
        </Text>
        {test.missing.length > 0 && (
          <Alert color="red" variant="outline" title="Rights are missing">
            <List size="sm">
              {test.missing.map(({ what, permission }) => (
                <List.Item key={what}>
                  It may not {what}. Grant: <b>{permission}</b>
                </List.Item>
              ))}
            </List>
          </Alert>
        )}
        <Text size="sm">
          Writes appear in your PSA as <b>{test.member ?? GUIDES[vendor].appearsAs}</b>.
        </Text>
        {test.version != null && test.version !== 'unknown' && (
          <Text size="sm" c="dimmed">
            {VENDOR_NAMES[vendor]} {test.version}
          </Text>
        )}
      </Stack>
    )
  }
  return (
    <Alert color="red" variant="outline" title="It does not work yet">
      <Stack gap="xs">
        <Text size="sm">{test.message}</Text>
        {test.vendorMessage != null && test.vendorMessage !== '' && (
          <Text size="sm" component="div">
            {VENDOR_NAMES[vendor]} says: <Untrusted text={test.vendorMessage} />
          </Text>
        )}
        <Text size="sm">What it needs:</Text>
        <List size="sm">
          {GUIDES[vendor].rights.map((right) => (
            <List.Item key={right}>{right}</List.Item>
          ))}
        </List>
      </Stack>
    </Alert>
  )
}

interface FactsProps extends Props {
  readonly mayChange: boolean
  /** Its address or credentials are others now. */
  readonly onChanged: () => void
}

function Facts({ connection, mayChange, reload, onChanged }: FactsProps) {
  const { slug, vendor, baseUrl, credentialFields } = connection
  const [editing, setEditing] = useState(false)
  const [asked, setAsked] = useState<Confirmed>()
  const [error, setError] = useState<CombinedError>()
  const change = useChange()
  const done = async (result: Promise<{ readonly error?: CombinedError | undefined }>) => {
    setError((await result).error)
    reload()
  }
  const enable = () =>
    done(
      change(SaveConnectionDocument, {
        input: {
          slug,
          vendor,
          name: connection.name,
          baseUrl,
          onPremises: connection.onPremises,
          credentials: [],
        },
      }),
    )
  return (
    <Section title="Connection" id="facts">
      <Stack gap="xs">
        <Text size="sm">
          {VENDOR_NAMES[vendor]} · {slug}
        </Text>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {baseUrl}
          {connection.onPremises && ` (our own server, at ${connection.onPremisesAddresses.join(', ')})`}
        </Text>
        <Text size="sm">Credentials set: {credentialFields.join(', ') || 'none'}</Text>
        <Refused error={error} />
        {mayChange && (
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={() => setEditing(true)}>
              Change
            </Button>
            <Button
              size="xs"
              variant="default"
              onClick={() =>
                done(change(SetTestModeDocument, { on: !connection.testMode, connection: slug }))
              }
            >
              Turn test mode {connection.testMode ? 'off' : 'on'}
            </Button>
            <Button
              size="xs"
              variant="default"
              onClick={() =>
                done(
                  connection.paused
                    ? change(ResumeDocument, { connection: slug })
                    : change(PauseDocument, { connection: slug, reason: null }),
                )
              }
            >
              {connection.paused ? 'Resume' : 'Pause'} writes
            </Button>
            {connection.enabled ? (
              <Button
                size="xs"
                variant="outline"
                color="red"
                onClick={() =>
                  setAsked({
                    title: 'Disable the connection?',
                    text: 'Nobody reads or writes through it until it is enabled again. Its policies stay.',
                    button: 'Disable',
                    color: 'red',
                    onYes: () => void done(change(DisableConnectionDocument, { slug })),
                  })
                }
              >
                Disable
              </Button>
            ) : (
              <Button size="xs" onClick={() => void enable()}>
                Enable
              </Button>
            )}
          </Group>
        )}
      </Stack>
      <Confirm asked={asked} onClose={() => setAsked(undefined)} />
      {editing && (
        <EditConnection
          connection={connection}
          onClose={() => setEditing(false)}
          onSaved={() => {
            setEditing(false)
            onChanged()
          }}
        />
      )}
    </Section>
  )
}

interface EditProps {
  readonly connection: ConnectionStateFragment
  readonly onClose: () => void
  readonly onSaved: () => void
}

function EditConnection({ connection, onClose, onSaved }: EditProps) {
  const [{ data, error }] = useQuery({ query: ConnectableVendorsDocument })
  const connectable = data?.connectableVendors.find(({ vendor }) => vendor === connection.vendor)
  return (
    <Modal opened onClose={onClose} title={`Change ${connection.name}`} transitionProps={{ duration: 0 }}>
      <Refused error={error} />
      {connectable !== undefined && (
        <ConnectionForm connectable={connectable} existing={connection} button="Save" onSaved={onSaved} />
      )}
    </Modal>
  )
}

function Quota({ slug }: { slug: string }) {
  const [{ data, error }, ask] = useQuery({
    query: ConnectionBudgetDocument,
    variables: { connection: slug },
  })
  const reload = () => ask({ requestPolicy: 'network-only' })
  const budget = data?.connectionBudget
  return (
    <Section title="Requests to the PSA" id="quota">
      {error !== undefined && budget == null ? (
        <Failure error={error} retry={reload} />
      ) : budget == null ? (
        <Loading what="its quota" />
      ) : (
        <Budget
          key={`${budget.requests?.most} ${budget.concurrency.most}`}
          slug={slug}
          budget={budget}
          reload={reload}
        />
      )}
    </Section>
  )
}

interface BudgetProps {
  readonly slug: string
  readonly budget: NonNullable<ConnectionBudgetQuery['connectionBudget']>
  readonly reload: () => void
}

function Budget({ slug, budget, reload }: BudgetProps) {
  const { requests, concurrency, used } = budget
  const [most, setMost] = useState<number | string>(requests?.most ?? '')
  const [atOnce, setAtOnce] = useState<number | string>(concurrency.most)
  const [error, setError] = useState<CombinedError>()
  const change = useChange()
  const changed = most !== (requests?.most ?? '') || atOnce !== concurrency.most
  async function save() {
    const result = await change(SetBudgetDocument, {
      connection: slug,
      requests: most === '' || most === requests?.byDefault ? null : Number(most),
      concurrency: atOnce === '' || atOnce === concurrency.byDefault ? null : Number(atOnce),
    })
    setError(result.error)
    reload()
  }
  return (
    <Stack gap="sm">
      {requests != null && used != null && (
        <div>
          <Text size="sm" mb={4}>
            {used.toLocaleString()} of {requests.most.toLocaleString()} in the last{' '}
            {span(requests.seconds ?? 0)}
          </Text>
          <Progress
            value={(100 * used) / requests.most}
            aria-label={`${used} of ${requests.most} requests are used`}
          />
          <Text size="xs" c="dimmed" mt={4}>
            {requests.why}
          </Text>
        </div>
      )}
      <Group align="flex-end" gap="sm">
        {requests != null && (
          <NumberInput
            label={`Most in ${span(requests.seconds ?? 0)}`}
            description={`Up to ${requests.upTo.toLocaleString()}`}
            min={1}
            max={requests.upTo}
            value={most}
            onChange={setMost}
            w={170}
          />
        )}
        <NumberInput
          label="Most at once"
          description={`Up to ${concurrency.upTo}`}
          min={1}
          max={concurrency.upTo}
          value={atOnce}
          onChange={setAtOnce}
          w={120}
        />
        {changed && (
          <Button size="sm" onClick={() => void save()}>
            Save
          </Button>
        )}
      </Group>
      <Refused error={error} />
    </Stack>
  )
}

function span(seconds: number): string {
  if (seconds === 3600) return 'an hour'
  if (seconds === 60) return 'a minute'
  return seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`
}

function UsedBy({ slug }: { slug: string }) {
  const [{ data, error }] = useQuery({ query: WorkflowsDocument })
  const using = (data?.workflows ?? []).filter(({ policies }) =>
    policies.some(({ connection, policy }) => connection === slug && policy != null),
  )
  return (
    <Section title="Workflows that may use it" id="used-by">
      {error !== undefined && data === undefined ? (
        <Text size="sm" role="alert">
          {messageOf(error)}
        </Text>
      ) : (
        <Stack gap="xs" align="flex-start">
          {using.map(({ id, name }) => (
            <Anchor key={id} component={Link} to={`/workflows/${id}?connection=${slug}`} size="sm">
              {name}
            </Anchor>
          ))}
          {using.length === 0 && <Text size="sm">None yet: no AI agent reaches it.</Text>}
          <Button component={Link} to={`/workflows/new?connection=${slug}`} size="xs" variant="default">
            New workflow for it
          </Button>
        </Stack>
      )}
    </Section>
  )
}
