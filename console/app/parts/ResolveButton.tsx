import { Alert, Button, Group, Modal, Radio, Stack, Text, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { ResolveDocument } from '../../../generated/console.ts'
import { messageOf } from '../graphql.ts'
import { useChange } from '../session/Fresh.tsx'
import { STATES } from '../words.ts'

/** A person looked into the PSA: what they saw there settles a request whose outcome is unclear. Nothing is sent. */
export function ResolveButton({ id, onResolved }: { id: string; onResolved: () => void }) {
  const change = useChange()
  const [opened, setOpened] = useState(false)
  const [applied, setApplied] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string>()

  async function resolve(note: string) {
    setBusy(true)
    setRefusal(undefined)
    const { data, error } = await change(ResolveDocument, { id, applied: applied === 'yes', note })
    setBusy(false)
    const resolved = data?.resolveUnknownOutcome
    if (!resolved) return setRefusal(error ? messageOf(error) : 'It could not be settled.')
    setOpened(false)
    notifications.show({ color: 'green', message: `Settled: it is now “${STATES[resolved.state].word}”.` })
    onResolved()
  }
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setOpened(true)}>
        Say what became of it
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title="What became of it?"
        transitionProps={{ duration: 0 }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void resolve(String(new FormData(event.currentTarget).get('note')).trim())
          }}
        >
          <Stack>
            <Text size="sm">
              Look at the record in the PSA first. What you say here settles the request; nothing is sent
              again.
            </Text>
            {refusal !== undefined && (
              <Alert color="red" variant="outline" role="alert" title="This did not work">
                {refusal}
              </Alert>
            )}
            <Radio.Group label="In the PSA the change" value={applied ?? null} onChange={setApplied} required>
              <Stack gap="xs" mt={4}>
                <Radio value="yes" label="is there" data-autofocus />
                <Radio value="no" label="is not there" />
              </Stack>
            </Radio.Group>
            <Textarea name="note" label="What did you see?" autosize minRows={2} maxLength={4_000} required />
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setOpened(false)}>
                Back
              </Button>
              <Button type="submit" loading={busy} disabled={applied === undefined}>
                Settle it
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  )
}
