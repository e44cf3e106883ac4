import { Paper, SimpleGrid, Stack, Title } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { useQuery } from 'urql'
import { QueuesDocument, TroublesDocument } from '../../../../generated/console.ts'
import { codeOf } from '../../graphql.ts'
import { useLive } from '../../live/LiveProvider.tsx'
import { useHolds } from '../../me.ts'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { QuotaUse } from '../../parts/QuotaUse.tsx'
import { ResolveButton } from '../../parts/ResolveButton.tsx'
import { RetryButton } from '../../parts/RetryButton.tsx'
import { Health } from './Health.tsx'
import { Pauses } from './Pauses.tsx'
import { Queues } from './Queues.tsx'
import { Requests } from './Requests.tsx'

/** Events come in swarms; the page asks once a swarm. */
const SETTLE_MS = 250

export default function OperationsPage() {
  const [queues, count] = useQuery({ query: QueuesDocument })
  const [troubles, ask] = useQuery({ query: TroublesDocument })
  const reload = () => {
    count({ requestPolicy: 'network-only' })
    ask({ requestPolicy: 'network-only' })
  }
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const soon = () => {
    clearTimeout(timer.current)
    timer.current = setTimeout(reload, SETTLE_MS)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  useLive({ onEvent: soon, onGap: soon })
  const holds = useHolds()
  const mayDecide = holds('approver')
  const [connectionAdmin, policyAdmin, auditor] = [
    holds('connectionAdmin'),
    holds('policyAdmin'),
    holds('auditor'),
  ]
  const looksAfter = connectionAdmin || policyAdmin || auditor

  return (
    <Stack p="md" gap="lg" maw={1400}>
      <Title order={1} size="h3">
        Operations
      </Title>
      {queues.data !== undefined ? (
        <Queues queues={queues.data.writeQueues} />
      ) : queues.error !== undefined ? (
        <Failure error={queues.error} retry={reload} />
      ) : (
        <Loading what="the queues" />
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" style={{ alignItems: 'start' }}>
        <Stack gap="lg">
          <Section id="unclear" title="Not sure it went through">
            <Requests
              page={troubles.data?.unclear}
              error={troubles.error}
              empty="None. The gateway reads the PSA to find out by itself; what it can't tell stands here."
              action={({ id }) => mayDecide && <ResolveButton id={id} onResolved={soon} />}
            />
          </Section>
          <Section id="failed" title="Failed">
            <Requests
              page={troubles.data?.failed}
              error={troubles.error}
              empty="None."
              // What the PSA has applied in part is never asked for again.
              action={({ id, partial }) => mayDecide && !partial && <RetryButton id={id} />}
            />
          </Section>
        </Stack>
        <Stack gap="lg">
          {(connectionAdmin || policyAdmin) && (
            <Section id="pauses" title="Holding writes">
              <Pauses onChanged={soon} />
            </Section>
          )}
          <Section id="health" title="Health">
            <Health storeAnswers={codeOf(queues.error) !== 'STORE_UNAVAILABLE'} connections={looksAfter} />
          </Section>
          {looksAfter && (
            <Section id="quotas" title="Requests to the PSAs, of each quota">
              <QuotaUse />
            </Section>
          )}
        </Stack>
      </SimpleGrid>
    </Stack>
  )
}

function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="sm" component="section" aria-labelledby={id}>
      <Title order={2} size="h5" id={id} mb={6}>
        {title}
      </Title>
      {children}
    </Paper>
  )
}
