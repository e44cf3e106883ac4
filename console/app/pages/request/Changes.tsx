import { Table, Text, Title } from '@mantine/core'
import { Untrusted } from '../../parts/Untrusted.tsx'
import { fieldWord } from '../../words.ts'
import type { Shown } from './RequestPage.tsx'

/** What would be other than it is, field by field, in the gateway's own words. */
export function Changes({ request, vendor }: { request: Shown; vendor: string | undefined }) {
  const changes = request.plan?.changes ?? []
  return (
    <section aria-labelledby="changes">
      <Title order={2} size="h5" id="changes" mb={4}>
        What changes
      </Title>
      {changes.length === 0 ? (
        <Text size="sm" c="dimmed">
          No field of a known record; see the exact request below.
        </Text>
      ) : (
        <Table withTableBorder layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="26%">Field</Table.Th>
              <Table.Th>Before</Table.Th>
              <Table.Th>After</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changes.map(({ field, before, after, unknown, target }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the plan of a revision is a fixed list, and two changes of it may be alike
              <Table.Tr key={index}>
                <Table.Th scope="row" fw={500} title={target ?? undefined}>
                  {fieldWord(field, vendor)}
                </Table.Th>
                <Table.Td className={before ? 'before' : undefined}>
                  {before ? <Untrusted text={before} /> : '–'}
                </Table.Td>
                <Table.Td className="after">
                  {unknown ? 'set by the PSA' : after === null ? 'cleared' : <Untrusted text={after} />}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {request.edits.length > 0 && (
        <Text size="sm" mt={6} component="div">
          Edited by a person:{' '}
          {request.edits.map(({ field, asked, sent }) => (
            <div key={field + String(asked)}>
              {fieldWord(field, vendor)}: asked <Untrusted text={asked ?? 'nothing'} />, now{' '}
              <Untrusted text={sent ?? 'left out'} />
            </div>
          ))}
        </Text>
      )}
    </section>
  )
}
