/**
 * Where a process may die on the way of a write: before and after each of E1 to E6 of docs/safety.md (b), and where
 * another gateway takes up what a dead one left. `Services.crashPoint` is told of each; `test/faults` dies there.
 */
export const CRASH_POINTS = [
  'before E1',
  'after E1',
  'before E2',
  'after E2',
  'before E3',
  'after E3',
  'before E4',
  'after E4',
  'before E5',
  'after E5',
  'before E6',
  'after E6',
  'before recovery',
  'after recovery',
  'before reconciling',
  'after reconciling',
] as const
export type CrashPoint = (typeof CRASH_POINTS)[number]
