/** A pattern for `like` that finds the text wherever it stands, whatever characters it has. Pure. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}
