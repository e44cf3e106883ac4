import { type CSSVariablesResolver, createTheme, Modal } from '@mantine/core'

export const theme = createTheme({
  primaryColor: 'indigo',
  // Dark enough for white text on buttons, light enough on the dark page, as WCAG AA asks.
  primaryShade: { light: 7, dark: 8 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  headings: { fontWeight: '650' },
  components: {
    Modal: Modal.extend({
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        // The page has one banner; the head of a dialog is none.
        attributes: { header: { role: 'presentation' } },
      },
    }),
  },
})

/** Quiet text that can still be read: the framework's own is too faint for WCAG AA. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': 'var(--mantine-color-gray-7)' },
  dark: { '--mantine-color-dimmed': 'var(--mantine-color-dark-1)' },
})
