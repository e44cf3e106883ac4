/** Statuses, boards and the like: loaded once per connection and credential, shared while in flight. */
export interface ReferenceCache {
  get<T>(key: string, ttlSeconds: number, load: () => Promise<T>): Promise<T>
  forget(key: string): void
}

interface Entry {
  readonly value: Promise<unknown>
  /** 0 while in flight. */
  expiresAt: number
}

export function referenceCache(now: () => number = Date.now): ReferenceCache {
  const entries = new Map<string, Entry>()
  return {
    get<T>(key: string, ttlSeconds: number, load: () => Promise<T>): Promise<T> {
      const known = entries.get(key)
      if (known !== undefined && (known.expiresAt === 0 || known.expiresAt > now()))
        return known.value as Promise<T>
      const value = load()
      const entry: Entry = { value, expiresAt: 0 }
      entries.set(key, entry)
      value.then(
        () => {
          entry.expiresAt = now() + ttlSeconds * 1000
        },
        // A failure is told to all who waited for it and is not remembered.
        () => {
          if (entries.get(key) === entry) entries.delete(key)
        },
      )
      return value
    },
    forget(key) {
      entries.delete(key)
    },
  }
}
