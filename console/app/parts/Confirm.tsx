import { Button, Group, Modal, Stack, Text } from '@mantine/core'

export interface Confirmed {
  readonly title: string
  readonly text: string
  readonly button: string
  readonly color?: string
  readonly onYes: () => void
}

/** A dialog before what cannot be taken back by one click. */
export function Confirm({ asked, onClose }: { asked: Confirmed | undefined; onClose: () => void }) {
  return (
    <Modal
      opened={asked !== undefined}
      onClose={onClose}
      title={asked?.title}
      transitionProps={{ duration: 0 }}
    >
      <Stack>
        <Text size="sm">{asked?.text}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Back
          </Button>
          <Button
            color={asked?.color}
            onClick={() => {
              asked?.onYes()
              onClose()
            }}
          >
            {asked?.button}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
