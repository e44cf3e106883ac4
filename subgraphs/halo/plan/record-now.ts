import { memberReader } from '../../planning/member-now.ts'
import { recordReader } from '../../planning/record-now.ts'
import { readMany } from '../read-many.ts'
import { keyOf } from './ticket-now.ts'

export const recordNow = recordReader({ readMany, keyOf })
export const memberNow = memberReader({ readMany, keyOf })
