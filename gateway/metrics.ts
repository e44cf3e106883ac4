/** Counters of this process, in the Prometheus text format. */
export class Metrics {
  readonly #counters = new Map<string, { readonly help: string; readonly values: Map<string, number> }>()

  count(name: string, help: string, labels: Readonly<Record<string, string>> = {}, by = 1): void {
    let counter = this.#counters.get(name)
    if (counter === undefined) {
      counter = { help, values: new Map() }
      this.#counters.set(name, counter)
    }
    const key = Object.entries(labels)
      .map(([label, value]) => `${label}="${value.replace(/[\\"\n]/g, '_')}"`)
      .join(',')
    counter.values.set(key, (counter.values.get(key) ?? 0) + by)
  }

  text(): string {
    const lines = [...this.#counters].flatMap(([name, { help, values }]) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} counter`,
      ...[...values].map(([labels, value]) => `${name}${labels === '' ? '' : `{${labels}}`} ${value}`),
    ])
    return `${lines.join('\n')}\n`
  }
}
