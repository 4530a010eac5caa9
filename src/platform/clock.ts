/** The one source of the current time, so that a test may set it. */
let source: () => Date = () => new Date();

export function now(): Date {
  return source();
}

/** For tests: replaces the clock until the returned function is called. */
export function setClock(replacement: () => Date): () => void {
  const previous = source;
  source = replacement;
  return () => {
    source = previous;
  };
}
