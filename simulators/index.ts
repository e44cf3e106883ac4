import { startAutotaskSimulator } from './autotask/index.ts'
import { startConnectWiseSimulator } from './connectwise/index.ts'
import { startHaloSimulator } from './halo/index.ts'
import { startServiceNowSimulator } from './servicenow/index.ts'

export interface RunningSimulator {
  readonly url: string
  readonly credentials: object
  close(): Promise<void>
}

export interface SimulatorEntry {
  vendor: string
  /** The tenant's name where simulators stand in for a real MSP. */
  slug: string
  start(options: { port: number; anchor?: Date }): Promise<RunningSimulator>
}

/** One line a vendor. */
export const simulators: readonly SimulatorEntry[] = [
  { vendor: 'connectwise', slug: 'acme-cw', start: startConnectWiseSimulator },
  { vendor: 'autotask', slug: 'acme-at', start: startAutotaskSimulator },
  { vendor: 'halo', slug: 'acme-halo', start: startHaloSimulator },
  { vendor: 'servicenow', slug: 'acme-sn', start: startServiceNowSimulator },
]
