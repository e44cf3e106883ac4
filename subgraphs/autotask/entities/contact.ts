import { type EntitySpec, fullName, plain, reference } from '../projection.ts'
import { type ContactBody, contact as shape } from '../schema.ts'

export const contactSpec: EntitySpec<ContactBody> = {
  type: 'Contact',
  entity: 'Contacts',
  group: 'Contacts',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    name: plain(['firstName', 'lastName'], ({ firstName, lastName }) => fullName(firstName, lastName)),
    firstName: plain(['firstName'], ({ firstName }) => firstName),
    lastName: plain(['lastName'], ({ lastName }) => lastName),
    email: plain(['emailAddress'], ({ emailAddress }) => emailAddress),
    phone: plain(['phone'], ({ phone }) => phone),
    title: plain(['title'], ({ title }) => title),
    active: plain(['isActive'], ({ isActive }) => isActive),
    company: reference('companyID', 'Company', ({ companyID }) => companyID),
    site: reference('companyLocationID', 'Site', ({ companyLocationID }) => companyLocationID),
  },
}
