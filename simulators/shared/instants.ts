/** Every data set has the same instants, and writing them is a good part of what seeding one costs. */
export function remembered(write: (at: number) => string): (at: Date | number) => string {
  const known = new Map<number, string>()
  return (at) => {
    const instant = Number(at)
    let text = known.get(instant)
    if (text === undefined) {
      text = write(instant)
      known.set(instant, text)
    }
    return text
  }
}
