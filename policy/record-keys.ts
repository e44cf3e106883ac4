import { badInput } from '../schema/errors.ts'
import type { RecordKeys } from '../schema/source.ts'
import type { ConnectionPolicy } from './types.ts'

/**
 * Companies and boards go by their keys in the PSA. A name would never match: as an exclusion, or as the condition of
 * an approval, it would do nothing and look as if it did.
 * @throws GatewayError BAD_USER_INPUT naming the setting
 */
export function expectRecordKeys({ recordScope, groups }: ConnectionPolicy, keys: RecordKeys): void {
  const named: (readonly [string, readonly string[] | undefined])[] = [
    ...(['include', 'exclude'] as const).flatMap((side) =>
      (['companies', 'boards'] as const).map(
        (list) => [`recordScope.${side}.${list}`, recordScope?.[side]?.[list]] as const,
      ),
    ),
    ...Object.entries(groups).flatMap(([group, { approval = [] }]) =>
      approval.flatMap(({ when }, index) =>
        (['companies', 'boards'] as const).map(
          (list) => [`groups.${group}.approval.${index}.when.${list}`, when?.[list]] as const,
        ),
      ),
    ),
  ]
  for (const [setting, values] of named) {
    const wrong = values?.find((value) => !keys.pattern.test(value))
    if (wrong !== undefined) throw badInput(`policy.${setting}`, `keys such as "${keys.example}"`, wrong)
  }
}
