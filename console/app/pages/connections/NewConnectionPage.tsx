import { Box, List, Paper, Radio, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useQuery } from 'urql'
import { ConnectableVendorsDocument, type Vendor } from '../../../../generated/console.ts'
import { useHolds } from '../../me.ts'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { PageHead } from '../../parts/PageHead.tsx'
import { VENDOR_NAMES } from '../../words.ts'
import { ConnectionForm } from './ConnectionForm.tsx'
import { NotYours } from './ConnectionsPage.tsx'
import { GUIDES } from './guides.ts'

export default function NewConnectionPage() {
  const mayConnect = useHolds()('connectionAdmin')
  const [{ data, error }, ask] = useQuery({ query: ConnectableVendorsDocument, pause: !mayConnect })
  const [vendor, setVendor] = useState<Vendor>()
  const navigate = useNavigate()

  if (!mayConnect) return <NotYours />
  if (error !== undefined && data === undefined)
    return <Failure error={error} retry={() => ask({ requestPolicy: 'network-only' })} />
  if (data === undefined) return <Loading what="what can be connected" />
  const chosen = data.connectableVendors.find((one) => one.vendor === vendor)
  return (
    <Box p="md" maw={1200}>
      <PageHead title="Connect a PSA" back={{ to: '/connections', label: 'Connections' }} />
      <Radio.Group
        label="Which PSA?"
        value={vendor ?? ''}
        onChange={(value) => setVendor(value as Vendor)}
        mb="lg"
      >
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} mt="xs" spacing="sm">
          {data.connectableVendors.map((one) => (
            <Radio.Card
              className="choice"
              key={one.vendor}
              value={one.vendor}
              p="md"
              aria-label={VENDOR_NAMES[one.vendor]}
            >
              <Text fw={600}>{VENDOR_NAMES[one.vendor]}</Text>
            </Radio.Card>
          ))}
        </SimpleGrid>
      </Radio.Group>
      {chosen !== undefined && (
        <SimpleGrid key={chosen.vendor} cols={{ base: 1, md: 2 }} spacing="xl">
          <Preparation vendor={chosen.vendor} />
          <Paper withBorder p="md" component="section" aria-labelledby="connect">
            <Title order={2} size="h5" id="connect" mb="sm">
              Connect it
            </Title>
            <ConnectionForm
              connectable={chosen}
              button="Connect and test"
              onSaved={(slug) => navigate(`/connections/${slug}`)}
            />
          </Paper>
        </SimpleGrid>
      )}
    </Box>
  )
}

function Preparation({ vendor }: { vendor: Vendor }) {
  const { steps, rights } = GUIDES[vendor]
  return (
    <section aria-labelledby="prepare">
      <Stack gap="sm">
        <Title order={2} size="h5" id="prepare">
          Prepare it in {VENDOR_NAMES[vendor]}
        </Title>
        <List type="ordered" size="sm" spacing="xs">
          {steps.map((step) => (
            <List.Item key={step}>{step}</List.Item>
          ))}
        </List>
        <Title order={3} size="h6">
          Rights, and no more
        </Title>
        <List size="sm" spacing={4}>
          {rights.map((right) => (
            <List.Item key={right}>{right}</List.Item>
          ))}
        </List>
        <Text size="sm" c="dimmed">
          Countersign can never do more than these rights, whatever its policies allow.
        </Text>
      </Stack>
    </section>
  )
}
