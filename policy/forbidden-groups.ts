/**
 * Groups that no policy opens, for reads and writes alike: one forbid beats every allow (docs/safety.md (a) 5 and
 * (f) "Always denied"). Single endpoints of other groups are forbidden by the catalogue, through
 * `Demand.forbidden`. The reasons stand in the message, so they are written for whoever is refused.
 */
export const forbiddenGroups: ReadonlyMap<string, string> = new Map([
  ['Member Security', 'it makes and unlocks logins and sets their security roles'],
  ['Member Impersonation', "it makes API keys of another member, and so lends that member's rights"],
  ['Bundles (generic)', 'one such request carries many others, of any permission group'],
  [
    'Security & Integrations Setup',
    'it decides who can log in to or call the PSA, and holds mail and SSO accounts',
  ],
  ['Callbacks', 'a callback sends whole records of any permission group to an outside address'],
  ['Contact Portal Security', "it tests and resets the passwords of the client's people"],
])
