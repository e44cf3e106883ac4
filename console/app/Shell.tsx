import {
  ActionIcon,
  Alert,
  Anchor,
  AppShell,
  Badge,
  Burger,
  Group,
  Menu,
  NavLink,
  Text,
  Title,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconBeach, IconChevronDown, IconLogout, IconMoon, IconSun, IconTerminal2 } from '@tabler/icons-react'
import { Suspense } from 'react'
import { Link, Navigate, Route, Routes, useLocation } from 'react-router'
import { useQuery } from 'urql'
import { MeDocument } from '../../generated/console.ts'
import { useLineState } from './live/LiveProvider.tsx'
import { MeContext } from './me.ts'
import { pages } from './pages.ts'
import { Empty } from './parts/Empty.tsx'
import { Failure } from './parts/Failure.tsx'
import { Loading } from './parts/Loading.tsx'
import { type SignedIn, send } from './session/session.ts'

/** What stands around every page. */
export function Shell({ session, onSession }: { session: SignedIn; onSession: () => Promise<void> }) {
  const [opened, { toggle, close }] = useDisclosure()
  const { pathname } = useLocation()
  const [{ data, error }, ask] = useQuery({ query: MeDocument })
  const me = data?.viewer

  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 190, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={0}
    >
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={opened ? 'Close navigation' : 'Open navigation'}
            />
            <Text fw={700}>Countersign</Text>
            <LineBadge />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SchemeButton />
            <Account session={session} onSession={onSession} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        {pages.flatMap(({ path, nav }) =>
          nav === undefined
            ? []
            : [
                <NavLink
                  key={path}
                  component={Link}
                  to={path}
                  label={nav.label}
                  leftSection={<nav.icon size={18} />}
                  active={pathname.startsWith(path)}
                  aria-current={pathname.startsWith(path) ? 'page' : undefined}
                  onClick={close}
                />,
              ],
        )}
        <NavLink component="a" href="/graphiql/" label="GraphiQL" leftSection={<IconTerminal2 size={18} />} />
      </AppShell.Navbar>
      <AppShell.Main>
        {error !== undefined && me === undefined ? (
          <Failure error={error} retry={() => ask({ requestPolicy: 'network-only' })} />
        ) : me === undefined ? (
          <Loading what="what you may see" />
        ) : (
          <MeContext value={me}>
            <TestModeBanner names={me.connections.filter((one) => one.testMode).map(({ name }) => name)} />
            <Suspense fallback={<Loading what="the page" />}>
              <Routes>
                <Route path="/" element={<Navigate to="/approvals" replace />} />
                {pages.map(({ path, Component }) => (
                  <Route key={path} path={path} element={<Component />} />
                ))}
                <Route path="*" element={<Nowhere />} />
              </Routes>
            </Suspense>
          </MeContext>
        )}
      </AppShell.Main>
    </AppShell>
  )
}

function TestModeBanner({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null
  return (
    <Alert color="orange" variant="outline" radius={0} title="Test mode">
      Writes are planned and shown, and none is sent: {names.join(', ')}.
    </Alert>
  )
}

const LINES = {
  connecting: { word: 'Connecting …', color: 'gray' },
  reconnecting: { word: 'Reconnecting …', color: 'orange' },
  offline: { word: 'Offline', color: 'red' },
} as const

/** Says when what is on the screen may be old; while all is well it says little. */
function LineBadge() {
  const state = useLineState()
  return (
    <span role="status">
      {state === 'live' ? (
        <Text size="xs" c="dimmed" title="Changes appear by themselves">
          <span aria-hidden className="live">
            ●{' '}
          </span>
          Live
        </Text>
      ) : (
        <Badge color={LINES[state].color} variant="outline" tt="none">
          {LINES[state].word}
        </Badge>
      )}
    </span>
  )
}

function SchemeButton() {
  const { setColorScheme } = useMantineColorScheme()
  const dark = useComputedColorScheme('light') === 'dark'
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={dark ? 'Light page' : 'Dark page'}
      onClick={() => setColorScheme(dark ? 'light' : 'dark')}
    >
      {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
    </ActionIcon>
  )
}

function Account({ session, onSession }: { session: SignedIn; onSession: () => Promise<void> }) {
  const { name, email } = session.person
  async function leave() {
    await send('sign-out').catch((error: Error) =>
      notifications.show({ color: 'red', message: error.message }),
    )
    await onSession()
  }
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <UnstyledButton aria-label={`Account of ${name}`}>
          <Group gap={4} wrap="nowrap">
            <Text size="sm" truncate maw={{ base: 110, sm: 240 }}>
              {name}
            </Text>
            <IconChevronDown size={14} aria-hidden />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Text size="xs" c="dimmed" px="sm" py={4}>
          {email}
        </Text>
        <Menu.Item component={Link} to="/away" leftSection={<IconBeach size={16} />}>
          When you are away
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function Nowhere() {
  return (
    <>
      <Title order={1} size="h3" p="md">
        No such page
      </Title>
      <Empty title="Nothing is at this address">
        <Anchor component={Link} to="/approvals" underline="always">
          To the approvals
        </Anchor>
      </Empty>
    </>
  )
}
