import { useEffect, useRef } from 'react'

/** Single keys, as long as nobody is typing and no dialog is open. `Enter` and space stay with a focused control. */
export function useKeys(keys: ReadonlyArray<readonly [key: string, act: () => void]>): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event
      if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof HTMLElement)) return
      if (target.closest('input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog]'))
        return
      if (document.querySelector('[role=dialog]') !== null) return
      if (event.key === 'Enter' && target.closest('a, button, input, [role=tab]')) return
      const act = latest.current.find(([key]) => key === event.key)?.[1]
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
