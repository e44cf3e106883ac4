/** Where test mode can be set. */
export interface TestModeSettings {
  readonly installation?: boolean
  readonly connection?: boolean
  /** `ConnectionPolicy.testMode`. */
  readonly workflow?: boolean
  /** The caller's own wish. */
  readonly call?: boolean
}

/**
 * Which settings have test mode on; any one is enough, and none means off. A setting that is absent counts as
 * on (absent configuration is the safe one), save the call's: a call asks for it or does not, and can never
 * turn it off.
 */
export function testModeSetBy(settings: TestModeSettings): readonly (keyof TestModeSettings)[] {
  const set = (['installation', 'connection', 'workflow'] as const).filter(
    (where) => settings[where] !== false,
  )
  return settings.call === true ? [...set, 'call'] : set
}

export function isTestMode(settings: TestModeSettings): boolean {
  return testModeSetBy(settings).length > 0
}
