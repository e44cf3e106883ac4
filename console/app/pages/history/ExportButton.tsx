import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { ExportAuditDocument } from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { useHolds } from '../../me.ts'
import { save } from '../../parts/save.ts'
import { useChange } from '../../session/Fresh.tsx'

/** The whole trail as `npm run audit -- verify` reads it. The gateway puts the export itself on record. */
export function ExportButton() {
  const mayExport = useHolds()('auditor', null)
  const change = useChange()
  const [lines, setLines] = useState<number>()
  if (!mayExport) return null

  async function nextPage(cursor: string | null) {
    const { data, error } = await change(ExportAuditDocument, { cursor })
    return { page: data?.exportAudit, error }
  }
  async function run() {
    setLines(0)
    const parts: string[] = []
    let count = 0
    let cursor: string | null = null
    do {
      const { page, error } = await nextPage(cursor)
      if (!page) {
        setLines(undefined)
        notifications.show({
          color: 'red',
          title: 'Not exported',
          message: error ? messageOf(error) : 'The gateway answered without the trail.',
        })
        return
      }
      parts.push(...page.lines.map((line) => `${line}\n`))
      count += page.lines.length
      setLines(count)
      cursor = page.next
    } while (cursor !== null)
    const trail = new Blob(parts, { type: 'application/x-ndjson' })
    save(trail, `countersign-audit-${new Date().toISOString().slice(0, 10)}.ndjson`)
    setLines(undefined)
    notifications.show({ color: 'green', message: `${count.toLocaleString()} lines exported.` })
  }
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconDownload size={14} aria-hidden />}
      onClick={() => void run()}
      disabled={lines !== undefined}
    >
      {lines === undefined ? 'Export the trail' : `${lines.toLocaleString()} lines …`}
    </Button>
  )
}
