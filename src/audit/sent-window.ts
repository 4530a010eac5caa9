/**
 * What a reader of a live list has been sent. Rows become visible in another order than that of their ids and times, so
 * "everything after the last one" would lose some. Kept instead are the recent rows one by one, and a horizon at or
 * before which nothing new is expected. Its text goes along with every row, so that a reader who comes back goes on
 * where they were. Pure.
 */

/** A row's place in the order in which rows were recorded. */
export type Place = { micros: number; id: string };

/** A row that becomes visible later than this after it was written would be missed: its transaction commits at once. */
const PATIENCE_MICROS = 60_000_000;
/** Bounds the text. Beyond it the horizon moves up sooner. */
export const WINDOW_SIZE = 64;

const PART = /^([0-9a-z]{1,11})\.([\w-]{22})$/;

export function comparePlaces(one: Place, other: Place): number {
  return one.micros - other.micros || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
}

function write({ micros, id }: Place): string {
  return `${micros.toString(36)}.${Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url")}`;
}

function read(text: string): Place | null {
  const [, time, bytes] = PART.exec(text) ?? [];
  const hex = Buffer.from(bytes ?? "", "base64url").toString("hex");
  const micros = Number.parseInt(time ?? "", 36);
  if (hex.length !== 32 || !Number.isSafeInteger(micros)) return null;
  return { micros, id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5") };
}

export class SentWindow {
  /** In their order. */
  private readonly recent: Place[] = [];

  /** @param settled where the reader's list begins: nothing at or before it is sent; null when it begins with the first row */
  constructor(private settled: Place | null) {}

  get horizon(): Place | null {
    return this.settled;
  }

  has(place: Place): boolean {
    if (this.settled && comparePlaces(place, this.settled) <= 0) return true;
    return this.recent.some(({ id }) => id === place.id);
  }

  note(place: Place): void {
    const later = this.recent.findIndex((other) => comparePlaces(place, other) < 0);
    this.recent.splice(later === -1 ? this.recent.length : later, 0, place);
    const newest = this.recent.at(-1)?.micros ?? 0;
    while (this.recent.length > WINDOW_SIZE || (this.recent[0]?.micros ?? newest) < newest - PATIENCE_MICROS) {
      this.settled = this.recent.shift() ?? null;
    }
  }

  toString(): string {
    return [this.settled ? write(this.settled) : "-", ...this.recent.map(write)].join("~");
  }

  /** Null for what is not the text of a window. */
  static parse(text: string): SentWindow | null {
    const [first = "", ...rest] = text.split("~");
    const settled = first === "-" ? null : read(first);
    const recent = rest.map(read);
    if ((first !== "-" && !settled) || recent.length > WINDOW_SIZE || recent.includes(null)) return null;
    const window = new SentWindow(settled);
    for (const place of recent) if (place) window.note(place);
    return window;
  }
}

/** ISO 8601, UTC, with the six decimals that the database keeps. */
export function placeTime({ micros }: Place): string {
  const whole = new Date(Math.floor(micros / 1000)).toISOString().slice(0, -1);
  return `${whole}${String(micros % 1000).padStart(3, "0")}Z`;
}
