/**
 * One instance a process. The server in front of Next and Next's own bundles load the same module more than once, so
 * what must exist once (pools, queues, counters) hangs on `globalThis`.
 */
const KEY = Symbol.for("gatebook");
type Shared = { [KEY]?: Map<string, unknown> };

/**
 * @param name of the instance, unique in the repository
 * @param make called once, at the first use. Every caller of a name must make the same type: give it a file of its own
 */
export function processWide<T>(name: string, make: () => T): T {
  const shared = globalThis as Shared;
  shared[KEY] ??= new Map();
  const known = shared[KEY];
  if (!known.has(name)) known.set(name, make());
  return known.get(name) as T;
}
