import type { Dataset } from '../dataset/index.ts'
import { stamp } from './instants.ts'

const DAY = 86_400_000

/** Set-up records have numbers of their own, so that a role or work type is not found by its number elsewhere. */
const ROLE_BASE = 29_682_900
const WORK_TYPE_BASE = 29_683_300
export const roleId = (workRoleId: number): number => ROLE_BASE + workRoleId
export const workTypeId = (id: number): number => WORK_TYPE_BASE + id
export const INTERNAL_CODE = WORK_TYPE_BASE + 51
export const MATERIAL_CODE = WORK_TYPE_BASE + 61
export const DEPARTMENT_BASE = 29_682_700

/** The tenant's own company is always number 0. */
export const companyId = (dataset: Dataset, id: number): number => (id === dataset.msp.id ? 0 : id)
export const day = (at: number): string => stamp(Math.floor(at / DAY) * DAY)
