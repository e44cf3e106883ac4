import { expect, it } from 'vitest'
import { CATALOGUE_GROUPS, HALO_GROUPS } from './groups.ts'

it('lists unified and catalogue names alike', () => {
  for (const [unified, catalogue] of Object.entries(CATALOGUE_GROUPS))
    expect(HALO_GROUPS).toEqual(expect.arrayContaining([unified, catalogue]))
  expect(HALO_GROUPS).toEqual([...new Set(HALO_GROUPS)])
})
