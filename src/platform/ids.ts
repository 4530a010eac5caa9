/** Identifiers made by the application, never by the database: UUIDv7 (RFC 9562), ordered by time. */
import { v7, validate } from "uuid";

export function newId(): string {
  return v7();
}

export function isId(text: string): boolean {
  return validate(text);
}
