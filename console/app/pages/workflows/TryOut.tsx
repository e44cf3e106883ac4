import {
  Alert,
  Badge,
  Button,
  Group,
  List,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  Title,
} from '@mantine/core'
import type { CombinedError } from '@urql/core'
import { useState } from 'react'
import { useClient } from 'urql'
import {
  type AccessVerdict,
  AskPolicyDocument,
  type AskPolicyQuery,
  type PolicyQuestionInput,
  type PolicyVerdict,
  TryOperationDocument,
  type TryOperationQuery,
} from '../../../../generated/console.ts'
import { Refused } from '../../parts/Refused.tsx'
import { type Draft, plain } from './policy.ts'

interface Props {
  readonly workflow: string
  readonly connection: string
  /** What was edited and is not saved yet is asked in place of the saved policy. */
  readonly unsaved: Draft | undefined
}

export function TryOut(props: Props) {
  return (
    <Stack>
      {props.unsaved !== undefined && (
        <Alert color="blue" variant="outline">
          The answers are about your changes, which are not saved yet.
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Questions {...props} />
        <Operation {...props} />
      </SimpleGrid>
    </Stack>
  )
}

const QUESTIONS: readonly (readonly [words: string, question: PolicyQuestionInput])[] = [
  ['Can it mail a client without a signature?', { clientMail: true, withoutSignature: true }],
  [
    'Can it write anything without a signature?',
    { kinds: ['CREATE', 'UPDATE', 'MERGE', 'BUNDLE', 'DELETE'], withoutSignature: true },
  ],
  ['Can it close a ticket?', { closes: true }],
  ['Can it merge tickets?', { kinds: ['MERGE'] }],
  ['Can it delete anything?', { kinds: ['DELETE'] }],
  [
    'Can it write notes that the client sees?',
    { groups: ['Client-Facing Notes'], kinds: ['CREATE', 'UPDATE'] },
  ],
]

const ANSWERS: Readonly<Record<PolicyVerdict, { readonly word: string; readonly color: string }>> = {
  YES: { word: 'Yes', color: 'orange' },
  NO: { word: 'No', color: 'green' },
  ONLY_UNDER_CONDITIONS: { word: 'Under conditions', color: 'blue' },
}

type Answer = NonNullable<AskPolicyQuery['policyQuestion']>

function Questions({ workflow, connection, unsaved }: Props) {
  const client = useClient()
  const [answers, setAnswers] = useState<Readonly<Record<string, Answer>>>({})
  const [error, setError] = useState<CombinedError>()
  async function ask(words: string, question: PolicyQuestionInput) {
    const policy = unsaved === undefined ? null : JSON.stringify(unsaved)
    const result = await client
      .query(AskPolicyDocument, { workflow, connection, question, policy })
      .toPromise()
    setError(result.error)
    const answer = result.data?.policyQuestion
    if (answer != null) setAnswers((now) => ({ ...now, [words]: answer }))
  }
  return (
    <section aria-labelledby="questions">
      <Title order={2} size="h5" id="questions" mb="xs">
        Ask about the policy
      </Title>
      <Stack gap="xs">
        {QUESTIONS.map(([words, question]) => {
          const answer = answers[words]
          return (
            <div key={words}>
              <Button size="xs" variant="default" onClick={() => ask(words, question)}>
                {words}
              </Button>
              {answer !== undefined && (
                <Group gap="xs" mt={4} wrap="nowrap" align="flex-start" role="status">
                  <Badge
                    color={ANSWERS[answer.answer].color}
                    variant="outline"
                    tt="none"
                    style={{ flexShrink: 0 }}
                  >
                    {ANSWERS[answer.answer].word}
                  </Badge>
                  <Text size="sm">{plain(answer.witnesses[0]?.text ?? answer.text)}</Text>
                </Group>
              )}
            </div>
          )
        })}
        <Refused error={error} />
      </Stack>
    </section>
  )
}

const VERDICTS: Readonly<Record<AccessVerdict, { readonly word: string; readonly color: string }>> = {
  ALLOWED: { word: 'Allowed', color: 'green' },
  PARTLY: { word: 'Answered in part', color: 'orange' },
  NEEDS_APPROVAL: { word: 'Waits for a signature', color: 'indigo' },
  PLAN_DECIDES: { word: 'Allowed; the plan decides whether somebody signs', color: 'blue' },
  REFUSED: { word: 'Refused', color: 'red' },
}

type Explained = NonNullable<TryOperationQuery['explainAccess']>

function Operation({ workflow, connection, unsaved }: Props) {
  const client = useClient()
  const [found, setFound] = useState<Explained>()
  const [error, setError] = useState<CombinedError>()
  const [busy, setBusy] = useState(false)
  async function explain(query: string, variables: string) {
    setBusy(true)
    const result = await client
      .query(TryOperationDocument, {
        workflow,
        operation: { query, variables: variables.trim() === '' ? null : variables },
        instead: unsaved === undefined ? null : { connection, policy: JSON.stringify(unsaved) },
      })
      .toPromise()
    setBusy(false)
    setError(result.error)
    setFound(result.data?.explainAccess ?? undefined)
  }
  return (
    <section aria-labelledby="operation">
      <Title order={2} size="h5" id="operation" mb="xs">
        Try an operation as its AI agents
      </Title>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const form = new FormData(event.currentTarget)
          void explain(String(form.get('query')), String(form.get('variables')))
        }}
      >
        <Stack gap="sm">
          <Textarea
            name="query"
            label="GraphQL"
            description="Nothing is run and no PSA is asked."
            autosize
            minRows={6}
            required
            spellCheck={false}
            styles={{ input: { fontFamily: 'monospace', fontSize: 13 } }}
            defaultValue={`mutation {\n  updateTicket(input: { id: "${connection}:Ticket:1", status: "In Progress" }) {\n    __typename\n  }\n}`}
          />
          <Textarea
            name="variables"
            label="Variables"
            description="JSON; empty for none."
            autosize
            minRows={1}
            spellCheck={false}
            styles={{ input: { fontFamily: 'monospace', fontSize: 13 } }}
          />
          <Refused error={error} />
          <Group justify="flex-end">
            <Button type="submit" loading={busy}>
              What would be decided?
            </Button>
          </Group>
        </Stack>
      </form>
      {found !== undefined && <Verdict found={found} />}
    </section>
  )
}

function Verdict({ found }: { found: Explained }) {
  const { word, color } = VERDICTS[found.decision.verdict]
  return (
    <Paper withBorder p="md" mt="md" role="status">
      <Stack gap="xs">
        <Group gap="xs">
          <Badge color={color} variant="outline" tt="none" data-verdict={found.decision.verdict}>
            {word}
          </Badge>
          {found.testMode.length > 0 && (
            <Badge color="orange" variant="outline" tt="none">
              Test mode: nothing would be sent
            </Badge>
          )}
        </Group>
        {found.decision.message != null && <Text size="sm">{plain(found.decision.message)}</Text>}
        <List size="sm" spacing={4}>
          {found.demands.map((demand) => (
            <List.Item key={`${demand.connection} ${demand.group} ${demand.kind} ${demand.fields.join()}`}>
              {demand.kind.toLowerCase()} <b>{demand.group ?? 'unknown'}</b>
              {demand.fields.length > 0 && ` (${demand.fields.join(', ')})`}:{' '}
              {VERDICTS[demand.decision.verdict].word.toLowerCase()}
              {demand.decision.rules.length > 0 && ` · ${demand.decision.rules.join('; ')}`}
            </List.Item>
          ))}
        </List>
        {found.remedies.length > 0 && (
          <>
            <Text size="sm" fw={600}>
              {found.canBeAllowed ? 'To allow it' : 'No policy allows it'}
            </Text>
            <List size="sm">
              {found.remedies.map(({ text }) => (
                <List.Item key={text}>{plain(text)}</List.Item>
              ))}
            </List>
          </>
        )}
      </Stack>
    </Paper>
  )
}
