import { Button, Collapse, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { shown, Untrusted } from '../../parts/Untrusted.tsx'
import { FileToSign } from './FileToSign.tsx'
import type { Shown } from './RequestPage.tsx'

type Step = NonNullable<Shown['plan']>['steps'][number]

/** The bytes that a signature stands for, on demand. */
export function ExactRequest({ steps, sent }: { steps: readonly Step[]; sent: Shown['steps'] }) {
  const [opened, { toggle }] = useDisclosure()
  if (steps.length === 0) return null
  return (
    <div>
      <Button size="compact-sm" variant="default" onClick={toggle} aria-expanded={opened}>
        {opened ? 'Hide' : 'Show'} the exact request to the PSA
      </Button>
      <Collapse expanded={opened}>
        <Stack mt="sm" gap="sm">
          {steps.map((step, index) => {
            const outcome = sent.find((one) => one.step === index + 1)
            const query = step.query.map(({ name, value }) => `${name}=${value}`).join('&')
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps are numbered
              <div key={index}>
                <Text size="sm">
                  {index + 1}. {step.summary}
                </Text>
                <pre className="exact">
                  {shown(
                    `${step.method} ${step.host}${step.path}${query && `?${query}`}${step.body ? `\n\n${step.body}` : ''}`,
                  )}
                </pre>
                {step.file && <FileToSign file={step.file} />}
                {outcome && (
                  <Text size="xs" c="dimmed" component="div">
                    {outcome.outcome ?? 'under way'}
                    {outcome.status !== null && `, HTTP ${outcome.status}`}
                    {outcome.vendorMessage && (
                      <>
                        : <Untrusted text={outcome.vendorMessage} />
                      </>
                    )}
                  </Text>
                )}
              </div>
            )
          })}
        </Stack>
      </Collapse>
    </div>
  )
}
