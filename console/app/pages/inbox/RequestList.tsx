import { Anchor, Group, Text } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { RowFragment } from '../../../../generated/console.ts'
import { useVendor } from '../../me.ts'
import { Untrusted } from '../../parts/Untrusted.tsx'
import { ticketLine } from '../../words.ts'
import type { Line } from './lines.ts'
import { RequestRow } from './RequestRow.tsx'

interface Props {
  readonly lines: readonly Line[]
  readonly currentId: string | undefined
  readonly selected: ReadonlySet<string>
  readonly waiting: ReadonlySet<string>
  readonly failures: ReadonlyMap<string, string>
  readonly looks: ReadonlyMap<string, readonly string[]>
  readonly onSelect: (row: RowFragment) => void
  readonly onApprove: (row: RowFragment) => void
  readonly onReject: (row: RowFragment) => void
}

/** Only what is on the screen stands in the page, however many wait. */
export function RequestList({ lines, currentId, ...rest }: Props) {
  const vendorOf = useVendor()
  const list = useRef<HTMLDivElement>(null)
  const [scrollMargin, setScrollMargin] = useState(0)
  useLayoutEffect(() => setScrollMargin(list.current?.offsetTop ?? 0), [])
  const virtual = useWindowVirtualizer({
    count: lines.length,
    estimateSize: (index) => (lines[index]?.kind === 'ticket' ? 40 : 80),
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 8,
    scrollMargin,
    scrollPaddingStart: 60,
    scrollPaddingEnd: 20,
  })
  const currentIndex = lines.findIndex(({ key }) => key === currentId)
  useEffect(() => {
    if (currentIndex >= 0) virtual.scrollToIndex(currentIndex, { align: 'auto' })
  }, [currentIndex, virtual])

  return (
    <div ref={list} style={{ height: virtual.getTotalSize(), position: 'relative' }}>
      {virtual.getVirtualItems().map(({ index, key, start }) => {
        const line = lines[index]
        if (line === undefined) return null
        const { row } = line
        const vendor = vendorOf(row.connection)
        return (
          <div
            key={key}
            data-index={index}
            ref={virtual.measureElement}
            style={{
              position: 'absolute',
              insetInline: 0,
              top: 0,
              transform: `translateY(${start - scrollMargin}px)`,
            }}
          >
            {line.kind === 'ticket' ? (
              <TicketHeading row={row} vendor={vendor} />
            ) : (
              <RequestRow
                row={row}
                vendor={vendor}
                current={row.id === currentId}
                selected={rest.selected.has(row.id)}
                busy={rest.waiting.has(row.id)}
                failure={rest.failures.get(row.id)}
                looks={rest.looks.get(row.id) ?? []}
                onSelect={() => rest.onSelect(row)}
                onApprove={() => rest.onApprove(row)}
                onReject={() => rest.onReject(row)}
              />
            )}
          </div>
        )
      })}
    </div>
  )
}

function TicketHeading({ row: { ticket }, vendor }: { row: RowFragment; vendor: string | undefined }) {
  return (
    <Group
      className="ticketHead"
      px="md"
      pt={8}
      pb={4}
      gap={8}
      wrap="nowrap"
      bg="var(--mantine-color-default-hover)"
    >
      {ticket === null ? (
        <Text size="sm" c="dimmed">
          No ticket
        </Text>
      ) : (
        <>
          <Text
            size="sm"
            fw={650}
            style={{ flexShrink: 0 }}
            maw={{ base: '85%', sm: '55%' }}
            component="h2"
            m={0}
          >
            <Untrusted text={ticketLine(ticket, vendor)} line />
          </Text>
          <Text className="ticketTitle" size="sm" c="dimmed" miw={0} component="div">
            <Untrusted text={ticket.title ?? ''} line />
          </Text>
          {ticket.url && (
            <Anchor
              href={ticket.url}
              target="_blank"
              rel="noopener noreferrer"
              aria-label={`Open #${ticket.number} in the PSA`}
            >
              <IconExternalLink size={16} />
            </Anchor>
          )}
        </>
      )}
    </Group>
  )
}
