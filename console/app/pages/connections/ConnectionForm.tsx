import { Button, Checkbox, Group, PasswordInput, Stack, TextInput } from '@mantine/core'
import type { CombinedError } from '@urql/core'
import { useState } from 'react'
import {
  type ConnectableVendorsQuery,
  type ConnectionStateFragment,
  SaveConnectionDocument,
} from '../../../../generated/console.ts'
import { useReloadMe } from '../../me.ts'
import { Refused } from '../../parts/Refused.tsx'
import { useChange } from '../../session/Fresh.tsx'
import { sentence } from '../../words.ts'
import { GUIDES } from './guides.ts'

export type Connectable = ConnectableVendorsQuery['connectableVendors'][number]

interface Props {
  readonly connectable: Connectable
  /** The one that is changed; left out, one is made. */
  readonly existing?: ConnectionStateFragment
  readonly button: string
  readonly onSaved: (slug: string) => void
}

/** "Acme, ConnectWise" -> "acme-connectwise" */
function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40)
}

/** Null: none is given, and what stands or follows from the address holds. */
function listed(text: string): string[] | null {
  const parts = text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))
  return parts.length === 0 ? null : parts
}

/** Credentials go in and never come out: the gateway has no field that answers them. */
export function ConnectionForm({ connectable, existing, button, onSaved }: Props) {
  const { vendor, credentials } = connectable
  const [name, setName] = useState(existing?.name ?? '')
  const [slug, setSlug] = useState<string>()
  const [onPremises, setOnPremises] = useState(existing?.onPremises ?? false)
  const [error, setError] = useState<CombinedError>()
  const [busy, setBusy] = useState(false)
  const change = useChange()
  const reloadMe = useReloadMe()

  async function save(form: HTMLFormElement) {
    const data = new FormData(form)
    const given = credentials.map((one) => ({ name: one.name, value: String(data.get(one.name) ?? '') }))
    setBusy(true)
    const result = await change(SaveConnectionDocument, {
      input: {
        slug: existing?.slug ?? slug ?? slugOf(name),
        vendor,
        name,
        baseUrl: String(data.get('baseUrl')).trim(),
        onPremises,
        ...(onPremises && { onPremisesAddresses: listed(String(data.get('addresses'))) }),
        // What is left empty stays as it is; a new connection is told everything.
        credentials: existing === undefined ? given : given.filter(({ value }) => value !== ''),
      },
    })
    setBusy(false)
    setError(result.error)
    const saved = result.data?.saveConnection
    if (saved == null) return
    await reloadMe()
    onSaved(saved.slug)
  }

  return (
    <form
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        void save(event.currentTarget)
      }}
    >
      <Stack gap="sm">
        <TextInput
          label="Name"
          description="What people call it."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={200}
          required
        />
        {existing === undefined && (
          <TextInput
            label="Short name"
            description="Stands in the ids that AI agents use, and never changes: small letters, digits and dashes."
            value={slug ?? slugOf(name)}
            onChange={(event) => setSlug(event.currentTarget.value)}
            required
          />
        )}
        <TextInput
          name="baseUrl"
          label="Address"
          placeholder={GUIDES[vendor].address}
          defaultValue={existing?.baseUrl ?? (vendor === 'autotask' ? GUIDES.autotask.address : '')}
          required
        />
        <Checkbox
          label="On our own server"
          description={`Its address is not below ${connectable.cloudHosts.join(' or ')}.`}
          checked={onPremises}
          onChange={(event) => setOnPremises(event.currentTarget.checked)}
        />
        {onPremises && (
          <TextInput
            name="addresses"
            label="Its addresses"
            description="Addresses or ranges that its name may lead to, such as 10.20.0.0/16, with commas between. It is connected to nowhere else. An address above stands for itself."
            defaultValue={existing?.onPremisesAddresses.join(', ') ?? ''}
          />
        )}
        {credentials.map((one) => {
          const Input = one.secret ? PasswordInput : TextInput
          const stays = existing?.credentialFields.includes(one.name) === true
          return (
            <Input
              key={one.name}
              name={one.name}
              label={sentence(one.name.replace(/([A-Z])/g, ' $1').toLowerCase())}
              description={one.description}
              placeholder={stays ? 'Set; leave empty to keep it' : ''}
              autoComplete={one.secret ? 'new-password' : 'off'}
            />
          )
        })}
        <Refused error={error} />
        <Group justify="flex-end">
          <Button type="submit" loading={busy}>
            {button}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
