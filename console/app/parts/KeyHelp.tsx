import { ActionIcon, Kbd, Modal, Table } from '@mantine/core'
import { IconKeyboard } from '@tabler/icons-react'

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

/** Opens them; where there is no keyboard it is not shown. */
export function KeyHelpButton({ onClick }: { onClick: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label="Keys" onClick={onClick} visibleFrom="sm">
      <IconKeyboard size={18} />
    </ActionIcon>
  )
}
