/** The id that threads one request through events, logs, error reports and the response. */
import { newId } from "@/platform/ids";

const WELL_FORMED = /^[A-Za-z0-9._:-]{8,128}$/;

/** The inbound id where well-formed, else a fresh UUIDv7. */
export function requestIdFrom(inbound: string | string[] | undefined): string {
  return typeof inbound === "string" && WELL_FORMED.test(inbound) ? inbound : newId();
}
