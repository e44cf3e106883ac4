import { Anchor, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { save } from '../../parts/save.ts'
import { shown } from '../../parts/Untrusted.tsx'
import { CSRF } from '../../session/session.ts'
import type { Shown } from './RequestPage.tsx'

type File = NonNullable<NonNullable<Shown['plan']>['steps'][number]['file']>

/** A file that a signature stands for: what tells it from any other, and a way to look at it. It is never opened here. */
export function FileToSign({ file }: { file: File }) {
  async function fetchIt() {
    const answer = await fetch(file.downloadPath, { headers: CSRF }).catch(() => null)
    if (answer?.ok) save(await answer.blob(), file.fileName)
    else notifications.show({ color: 'red', title: 'Not saved', message: 'The file is not kept any more.' })
  }
  return (
    <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
      {'{file}'} stands for{' '}
      <Anchor component="button" type="button" size="xs" onClick={() => void fetchIt()}>
        {shown(file.fileName)}
      </Anchor>
      , {file.size.toLocaleString()} bytes of {file.contentType}, SHA-256 {file.sha256}
    </Text>
  )
}
