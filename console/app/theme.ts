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

/** Ours, and where the framework's own text colours are too faint for WCAG AA. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--console-current': '#eef2ff',
    '--console-before': '#a61e1e',
    '--console-after': '#1b6e2e',
    '--console-bar': 'var(--mantine-color-indigo-7)',
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-red-text': '#b02525',
    '--mantine-color-error': '#b02525',
    '--mantine-color-red-outline': '#b02525',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b02525',
    '--mantine-color-orange-outline': '#a33f00',
    '--mantine-color-green-outline': '#1f6b30',
    '--mantine-color-teal-outline': '#066649',
    '--mantine-color-blue-outline': '#1864ab',
  },
  dark: {
    '--console-current': '#232a45',
    '--console-before': '#ffb1b1',
    '--console-after': '#a6e9b3',
    '--console-bar': 'var(--mantine-color-indigo-3)',
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-red-text': 'var(--mantine-color-red-3)',
    '--mantine-color-error': 'var(--mantine-color-red-3)',
    '--mantine-color-red-outline': 'var(--mantine-color-red-3)',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b02525',
    '--mantine-color-indigo-outline': 'var(--mantine-color-indigo-3)',
    '--mantine-color-blue-outline': 'var(--mantine-color-blue-3)',
    '--mantine-color-grape-outline': 'var(--mantine-color-grape-3)',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-3)',
  },
})
