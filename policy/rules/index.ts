import { companiesStayApart } from './companiesStayApart.ts'
import { connectionIsAssigned } from './connectionIsAssigned.ts'
import { demandIsCatalogued } from './demandIsCatalogued.ts'
import { groupIsEnabled } from './groupIsEnabled.ts'
import { mergeBundleAndDeleteNeedTheirSwitch } from './mergeBundleAndDeleteNeedTheirSwitch.ts'
import { nothingForbidden } from './nothingForbidden.ts'
import { principalIsActive } from './principalIsActive.ts'
import { recordIsInScope } from './recordIsInScope.ts'
import type { PolicyRule } from './rule.ts'
import { writesNeedReadWrite } from './writesNeedReadWrite.ts'
import { writtenFieldsAreAllowed } from './writtenFieldsAreAllowed.ts'
import { writtenValuesAreAllowed } from './writtenValuesAreAllowed.ts'

/**
 * The first rule that objects, over all demands, gives the code (docs/safety.md (a), 3 to 9). The order only chooses
 * the reason, never the verdict: from who asks, over what no policy can open, to what a policy opens, widest
 * first. So the reason is the one that has to be cleared first, and what is known of a record comes last: whoever
 * may not touch the group at all learns nothing of the record.
 */
export const rules: readonly PolicyRule[] = Object.freeze([
  principalIsActive,
  connectionIsAssigned,
  demandIsCatalogued,
  nothingForbidden,
  groupIsEnabled,
  writesNeedReadWrite,
  mergeBundleAndDeleteNeedTheirSwitch,
  writtenFieldsAreAllowed,
  writtenValuesAreAllowed,
  recordIsInScope,
  companiesStayApart,
])
