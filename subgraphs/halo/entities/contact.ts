import { type EntitySpec, plain, reference, someId } from '../projection.ts'
import { companiesOfSites } from '../reference.ts'
import { type ContactBody, contact as shape } from '../schema.ts'

export const contactSpec: EntitySpec<ContactBody> = {
  type: 'Contact',
  group: 'Contacts',
  shape,
  keyOf: ({ id }) => String(id),
  // Not every release names the company of a row; its site always does (API.md, "Contact").
  extras: async (session, bodies, wanted) =>
    wanted.has('company') && bodies.some(({ client_id }) => client_id === null)
      ? { sites: await companiesOfSites(session) }
      : {},
  fields: {
    name: plain(nameOf),
    firstName: plain(({ firstname }) => firstname),
    lastName: plain(({ surname }) => (surname === '' ? null : surname)),
    email: plain(({ emailaddress }) => (emailaddress === '' ? null : emailaddress)),
    phone: plain(({ phonenumber }) => (phonenumber === '' ? null : phonenumber)),
    title: plain(({ title }) => (title === '' ? null : title)),
    active: plain(({ inactive }) => inactive !== true),
    company: reference(
      'company',
      'Company',
      ({ client_id, site_id }, { sites }) => someId(client_id) ?? sites?.get(site_id ?? 0) ?? null,
      { name: { group: 'Companies', value: ({ client_name }) => client_name } },
    ),
    site: reference('site', 'Site', ({ site_id }) => someId(site_id), {
      name: { group: 'Sites', value: ({ site_name }) => site_name },
    }),
  },
}

export function nameOf({ name, firstname, surname }: ContactBody): string {
  if (name !== null && name !== '') return name
  return [firstname, surname].filter((part) => part !== null && part !== '').join(' ')
}
