import { Button, Group, Modal, Stack, Textarea } from '@mantine/core'

export interface Asked {
  readonly title: string
  readonly label: string
  readonly button: string
  readonly color?: string
  readonly optional?: boolean
  readonly onText: (text: string) => void
}

/** A dialog for the words that go with a decision. */
export function AskText({ asked, onClose }: { asked: Asked | undefined; onClose: () => void }) {
  return (
    <Modal
      opened={asked !== undefined}
      onClose={onClose}
      title={asked?.title}
      transitionProps={{ duration: 0 }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const text = String(new FormData(event.currentTarget).get('text')).trim()
          if (text === '' && !asked?.optional) return
          asked?.onText(text)
          onClose()
        }}
      >
        <Stack>
          <Textarea
            name="text"
            label={asked?.label}
            autosize
            minRows={3}
            maxLength={4_000}
            data-autofocus
            required={!asked?.optional}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
                event.currentTarget.form?.requestSubmit()
            }}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back
            </Button>
            <Button type="submit" color={asked?.color}>
              {asked?.button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
