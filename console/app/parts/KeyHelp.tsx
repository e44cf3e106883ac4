import { Kbd, Modal, Table } from '@mantine/core'

export function KeyHelp({
  opened,
  onClose,
  keys,
}: {
  opened: boolean
  onClose: () => void
  keys: ReadonlyArray<readonly [key: string, what: string]>
}) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys">
      <Table>
        <Table.Tbody>
          {keys.map(([key, what]) => (
            <Table.Tr key={key}>
              <Table.Td w={90}>
                <Kbd>{key}</Kbd>
              </Table.Td>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  )
}
