/** Imported before everything else: from here on this process believes that it is some minutes earlier or later. */
const { clockOffMs = 0 } = JSON.parse(process.argv[2] as string) as { readonly clockOffMs?: number }

if (clockOffMs !== 0) {
  const Right = Date
  const now = () => Right.now() + clockOffMs
  globalThis.Date = class extends Right {
    constructor(...args: [] | [number | string | Date]) {
      if (args.length === 0) super(now())
      else super(...args)
    }

    static override now = now
  } as DateConstructor
}
