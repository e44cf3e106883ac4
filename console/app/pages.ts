import {
  IconActivityHeartbeat,
  IconChecklist,
  IconHistory,
  IconPlugConnected,
  IconRobot,
  IconUsers,
} from '@tabler/icons-react'
import { type ComponentType, lazy } from 'react'

interface Page {
  /** As React Router reads it; the gateway answers the page for it (gateway/doors/console.ts). */
  readonly path: string
  /** In the navigation; left out: it is reached from another page. */
  readonly nav?: { readonly label: string; readonly icon: ComponentType<{ size?: number }> }
  readonly Component: ComponentType
}

/** Every page, each in a file of its own that is loaded when it is opened. */
export const pages: readonly Page[] = [
  {
    path: '/approvals',
    nav: { label: 'Approvals', icon: IconChecklist },
    Component: lazy(() => import('./pages/inbox/InboxPage.tsx')),
  },
  { path: '/approvals/:id', Component: lazy(() => import('./pages/request/RequestPage.tsx')) },
  {
    path: '/history',
    nav: { label: 'Event history', icon: IconHistory },
    Component: lazy(() => import('./pages/history/HistoryPage.tsx')),
  },
  { path: '/history/:seq', Component: lazy(() => import('./pages/history/EventPage.tsx')) },
  {
    path: '/operations',
    nav: { label: 'Operations', icon: IconActivityHeartbeat },
    Component: lazy(() => import('./pages/operations/OperationsPage.tsx')),
  },
  {
    path: '/workflows',
    nav: { label: 'Workflows', icon: IconRobot },
    Component: lazy(() => import('./pages/workflows/WorkflowsPage.tsx')),
  },
  { path: '/workflows/new', Component: lazy(() => import('./pages/workflows/NewWorkflowPage.tsx')) },
  { path: '/business-hours', Component: lazy(() => import('./pages/hours/HoursPage.tsx')) },
  { path: '/workflows/:id', Component: lazy(() => import('./pages/workflows/WorkflowPage.tsx')) },
  {
    path: '/connections',
    nav: { label: 'Connections', icon: IconPlugConnected },
    Component: lazy(() => import('./pages/connections/ConnectionsPage.tsx')),
  },
  { path: '/connections/new', Component: lazy(() => import('./pages/connections/NewConnectionPage.tsx')) },
  { path: '/connections/:slug', Component: lazy(() => import('./pages/connections/ConnectionPage.tsx')) },
  { path: '/away', Component: lazy(() => import('./pages/away/AwayPage.tsx')) },
  {
    path: '/people',
    nav: { label: 'People', icon: IconUsers },
    Component: lazy(() => import('./pages/people/PeoplePage.tsx')),
  },
]
