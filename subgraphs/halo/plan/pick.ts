import { picker } from '../../planning/pick.ts'

export const pick = picker('HaloPSA')
