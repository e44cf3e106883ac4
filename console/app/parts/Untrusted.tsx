/** Characters that turn the direction of text around them, or can't be seen. */
const HIDDEN = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g

/** Shows what would hide: a reader decides on what is really there. */
export function shown(text: string): string {
  return text.replace(HIDDEN, (character) => `⟨U+${character.charCodeAt(0).toString(16).toUpperCase()}⟩`)
}

/** Text that an agent, a client or a PSA wrote: as it is, as text. `line` keeps it to one. */
export function Untrusted({ text, line = false }: { text: string; line?: boolean }) {
  return (
    <bdi className={line ? 'untrusted oneLine' : 'untrusted'}>{shown(line ? text.slice(0, 300) : text)}</bdi>
  )
}
