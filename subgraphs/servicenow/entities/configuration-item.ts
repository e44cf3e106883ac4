import {
  COMPANY_PARTS,
  CONTACT_PARTS,
  type EntitySpec,
  plain,
  reference,
  SITE_PARTS,
  textField,
} from '../projection.ts'
import { valueAt } from '../rows.ts'

/** `install_status` of what is in use and of what is used no longer, as the platform ships them. */
export const INSTALLED = '1'
export const RETIRED = '7'

/** Read from the table that all classes extend: what only one class has is not shown. */
export const configurationItemSpec: EntitySpec = {
  type: 'ConfigurationItem',
  group: 'Configurations',
  table: 'cmdb_ci',
  keyOf: ({ sysId }) => sysId,
  fields: {
    name: textField('name'),
    type: plain(['sys_class_name'], (row) => {
      const name = valueAt(row, 'sys_class_name')
      return name === null ? null : { key: name, name }
    }),
    serialNumber: textField('serial_number'),
    tag: textField('asset_tag'),
    warrantyEndsOn: plain(
      ['warranty_expiration'],
      (row) => valueAt(row, 'warranty_expiration')?.slice(0, 10) ?? null,
    ),
    active: plain(['install_status'], (row) => {
      const status = valueAt(row, 'install_status')
      return status === null ? null : status !== RETIRED
    }),
    company: reference('company', 'company', 'Company', COMPANY_PARTS),
    site: reference('site', 'location', 'Site', SITE_PARTS),
    contact: reference('contact', 'assigned_to', 'Contact', CONTACT_PARTS),
  },
}
