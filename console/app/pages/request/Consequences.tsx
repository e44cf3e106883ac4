import { Alert, List, Text, Title } from '@mantine/core'
import { Untrusted } from '../../parts/Untrusted.tsx'
import { mailWord } from '../../words.ts'
import type { Shown } from './RequestPage.tsx'

/** What else follows: mail to the client before anything else, then money, then the PSA's own doings. */
export function Consequences({ request: { plan, error, partial, concurrentChange } }: { request: Shown }) {
  if (!plan) return null
  const { verdict, recipients, reasons } = plan.clientMail
  const mail = mailWord(verdict)
  const plain = [
    ...(plan.closes ? ['It closes the ticket.'] : []),
    ...(plan.billableHours > 0 ? [`It bills ${plan.billableHours} hours.`] : []),
    ...(plan.emulated ? ['The PSA has no such write: plain steps stand in its stead.'] : []),
    ...plan.warnings,
    ...plan.sideEffects,
  ]
  return (
    <section aria-labelledby="consequences">
      <Title order={2} size="h5" id="consequences" mb={4}>
        What else happens
      </Title>
      {error && (
        <Alert
          color="red"
          variant="outline"
          mb="xs"
          title={partial ? 'Only a part was applied' : 'Not applied'}
        >
          {error.message}
        </Alert>
      )}
      {concurrentChange && (
        <Alert color="orange" variant="outline" mb="xs">
          Somebody else changed the record at the same moment.
        </Alert>
      )}
      {mail && (
        <Alert color="orange" variant="outline" mb="xs" title={mail}>
          {recipients.length > 0 && (
            <Text size="sm" component="div">
              To: {recipients.map((one, index) => [index > 0 && ', ', <Untrusted key={one} text={one} />])}
            </Text>
          )}
          {reasons.map((reason) => (
            <Text size="sm" key={reason}>
              {reason}
            </Text>
          ))}
        </Alert>
      )}
      {plain.length > 0 && (
        <List size="sm">
          {plain.map((line) => (
            <List.Item key={line}>{line}</List.Item>
          ))}
        </List>
      )}
      {!mail && plain.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing else: no mail to the client, no hours, no rule of the PSA that is known.
        </Text>
      )}
    </section>
  )
}
