/** For tests and benchmarks: attempts to sign in as the application writes them, of many users from many addresses. */
import { randomInt } from "node:crypto";
import type { EventRow } from "@/audit/event";
import { newId } from "@/platform/ids";

const organizations = Array.from({ length: 20 }, newId);
const users = Array.from({ length: 1000 }, newId);
const AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

function oneOf(list: readonly string[]): string {
  return list[randomInt(list.length)] ?? "";
}

/** A row with an id of its own. */
export function sampleRow(overrides: Partial<EventRow> = {}): EventRow {
  const failed = randomInt(3) === 0;
  const user = oneOf(users);
  return {
    id: newId(),
    occurred_at: new Date().toISOString(),
    action: "signedIn",
    status: failed ? "failure" : "success",
    failure_reason: failed ? "wrong_password" : null,
    actor_type: failed ? "anonymous" : "user",
    actor_id: failed ? null : user,
    target_type: "user",
    target_id: user,
    organization_id: oneOf(organizations),
    auth_method: "password",
    second_factor: null,
    provider: "credentials",
    request_id: newId(),
    session_id: failed ? null : newId(),
    claimed_email: `someone-${users.indexOf(user)}@example.test`,
    ip: `198.18.${randomInt(256)}.${randomInt(256)}`,
    user_agent: AGENT,
    changes: null,
    details: failed ? { gate: "credentials" } : {},
    ...overrides,
  };
}
