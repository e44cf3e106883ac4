import { type ConnectWiseSimulator, startConnectWiseSimulator } from './connectwise/index.ts'

export interface SimulatorEntry {
  vendor: string
  /** The tenant's name where simulators stand in for a real MSP. */
  slug: string
  start(options: {
    port: number
    anchor?: Date
  }): Promise<Pick<ConnectWiseSimulator, 'url' | 'credentials' | 'close'>>
}

/** One line a vendor. */
export const simulators: readonly SimulatorEntry[] = [
  { vendor: 'connectwise', slug: 'acme-cw', start: startConnectWiseSimulator },
]
