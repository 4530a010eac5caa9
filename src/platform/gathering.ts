/** Answers what is asked in the same turn of the event loop with one question to whoever knows. */

type Asked<Value> = { resolve: (value: Value | null) => void; reject: (error: unknown) => void };

export class Gathering<Key, Value> {
  private asked = new Map<Key, Asked<Value>[]>();

  /** @param askAll answers each key once, those without an answer not at all. Its failure is everybody's who asked */
  constructor(private readonly askAll: (keys: Key[]) => Promise<ReadonlyMap<Key, Value>>) {}

  /** What is known of the key, or null. Asked after this call, never before: nobody gets an answer older than their question. */
  ask(key: Key): Promise<Value | null> {
    if (this.asked.size === 0) setImmediate(() => void this.answer());
    return new Promise((resolve, reject) => {
      const others = this.asked.get(key);
      if (others) others.push({ resolve, reject });
      else this.asked.set(key, [{ resolve, reject }]);
    });
  }

  private async answer(): Promise<void> {
    const { asked } = this;
    this.asked = new Map();
    try {
      const known = await this.askAll([...asked.keys()]);
      for (const [key, all] of asked) for (const { resolve } of all) resolve(known.get(key) ?? null);
    } catch (error) {
      for (const all of asked.values()) for (const { reject } of all) reject(error);
    }
  }
}
