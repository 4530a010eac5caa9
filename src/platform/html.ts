/** Text as HTML. Pure. */

/** The text with everything that HTML could read as markup turned into entities. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
