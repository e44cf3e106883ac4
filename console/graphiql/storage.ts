/** What one account wrote stays apart from what another one did, and each begins with the examples for it. */
export function storageOf(account: string): Storage {
  const own = `${account}:`
  const names = () =>
    Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? '').filter((name) =>
      name.startsWith(own),
    )
  return {
    get length() {
      return names().length
    },
    key: (index) => names()[index]?.slice(own.length) ?? null,
    getItem: (name) => localStorage.getItem(own + name),
    setItem: (name, value) => localStorage.setItem(own + name, value),
    removeItem: (name) => localStorage.removeItem(own + name),
    clear() {
      for (const name of names()) localStorage.removeItem(name)
    },
  }
}
