/** An attempt as an event of the Open Cybersecurity Schema Framework 1.8.0, class Authentication (3002). Pure. */
import type { ExportedSignIn } from "@/audit/export/formats";

const VERSION = "1.8.0";
const LOGON = 1;

/** Providers by the protocol that they speak: 4 is OpenID, 6 OAuth 2.0. */
const PROTOCOLS: Readonly<Record<string, { id: number; name: string }>> = {
  openid: { id: 4, name: "OpenID" },
  google: { id: 4, name: "OpenID" },
  "azure-ad": { id: 4, name: "OpenID" },
  auth0: { id: 4, name: "OpenID" },
  github: { id: 6, name: "OAuth 2.0" },
};
const OTHER = 99;

/** 7 is a one-time password, 8 email, 10 WebAuthn, 11 a password. */
const FACTORS: Readonly<Record<string, number>> = {
  password: 11,
  email_verification: 8,
  passkey: 10,
  totp: 7,
};

/** Who was shut out by a limit is worth a second look: 3 is medium, 2 low, 1 informational. */
const MEDIUM = new Set(["account_locked", "rate_limited"]);

function protocolOf({ auth_method, provider }: ExportedSignIn) {
  const known = PROTOCOLS[provider ?? ""];
  if (known) return { auth_protocol_id: known.id, auth_protocol: known.name };
  if (auth_method === null) return { auth_protocol_id: 0, auth_protocol: "Unknown" };
  return { auth_protocol_id: OTHER, auth_protocol: auth_method };
}

function factorsOf({ auth_method, second_factor }: ExportedSignIn) {
  return [auth_method, second_factor].flatMap((factor) =>
    factor === null ? [] : [{ factor_type_id: FACTORS[factor] ?? OTHER, factor_type: factor }],
  );
}

function userOf({ user_id, email, claimed_email }: ExportedSignIn) {
  if (user_id === null) return { type_id: 0, name: claimed_email ?? "unknown" };
  const address = email ?? claimed_email;
  return { type_id: 1, uid: user_id, ...(address === null ? {} : { name: address, email_addr: address }) };
}

export function ocsfEvent(row: ExportedSignIn): Record<string, unknown> {
  const succeeded = row.status === "success";
  const user = userOf(row);
  const time = Date.parse(row.occurred_at);
  return {
    category_uid: 3,
    category_name: "Identity & Access Management",
    class_uid: 3002,
    class_name: "Authentication",
    activity_id: LOGON,
    activity_name: "Logon",
    type_uid: 300200 + LOGON,
    type_name: "Authentication: Logon",
    time,
    severity_id: succeeded ? 1 : MEDIUM.has(row.failure_reason ?? "") ? 3 : 2,
    status_id: succeeded ? 1 : 2,
    status: succeeded ? "Success" : "Failure",
    ...(row.failure_reason === null ? {} : { status_code: row.failure_reason }),
    message: succeeded ? "A sign-in succeeded." : "A sign-in failed.",
    metadata: {
      version: VERSION,
      product: { name: "Gatebook", vendor_name: "Gatebook" },
      uid: row.id,
      log_name: "sign_ins",
      original_time: row.occurred_at,
      ...(row.request_id === null ? {} : { correlation_uid: row.request_id }),
    },
    user,
    ...(succeeded ? { actor: { user } } : {}),
    service: { name: "Gatebook" },
    ...protocolOf(row),
    auth_factors: factorsOf(row),
    is_mfa: row.second_factor !== null,
    is_remote: true,
    logon_type_id: 2,
    ...(row.ip === null ? {} : { src_endpoint: { ip: row.ip } }),
    ...(row.session_id === null ? {} : { session: { uid: row.session_id, issuer: "Gatebook", created_time: time } }),
    http_request: {
      ...(row.request_id === null ? {} : { uid: row.request_id }),
      ...(row.user_agent === null ? {} : { user_agent: row.user_agent }),
    },
  };
}
