/**
 * An attempt as an event of the Open Cybersecurity Schema Framework 1.8.0, class Authentication (3002), in JSON. Pure.
 * Written as text: the same event as an object costs three times as much to write, and a million are asked for at once.
 */
import type { ExportedSignIn } from "@/audit/export/formats";

/** Providers by the protocol that they speak: 4 is OpenID, 6 OAuth 2.0. */
const PROTOCOLS: Readonly<Record<string, { id: number; name: string }>> = {
  openid: { id: 4, name: "OpenID" },
  google: { id: 4, name: "OpenID" },
  "azure-ad": { id: 4, name: "OpenID" },
  auth0: { id: 4, name: "OpenID" },
  github: { id: 6, name: "OAuth 2.0" },
};
const UNKNOWN = { id: 0, name: "Unknown" };
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

/** What JSON takes as it is, as most values: ASCII without quotes, backslashes and control characters. */
const PLAIN = /^[ !#-[\]-~]*$/;

function text(value: string): string {
  return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
}

/** A further member of an object; nothing where there is no value. */
function further(name: string, value: string | null): string {
  return value === null ? "" : `,"${name}":${text(value)}`;
}

function protocolOf({ auth_method, provider }: ExportedSignIn): string {
  const { id, name } = PROTOCOLS[provider ?? ""] ?? (auth_method === null ? UNKNOWN : { id: OTHER, name: auth_method });
  return `"auth_protocol_id":${id},"auth_protocol":${text(name)}`;
}

function factorOf(factor: string): string {
  return `{"factor_type_id":${FACTORS[factor] ?? OTHER},"factor_type":${text(factor)}}`;
}

function factorsOf({ auth_method: first, second_factor: second }: ExportedSignIn): string {
  if (first === null) return second === null ? "" : factorOf(second);
  return second === null ? factorOf(first) : `${factorOf(first)},${factorOf(second)}`;
}

function userOf({ user_id, email, claimed_email }: ExportedSignIn): string {
  if (user_id === null) return `{"type_id":0,"name":${text(claimed_email ?? "unknown")}}`;
  const address = email ?? claimed_email;
  return `{"type_id":1,"uid":${text(user_id)}${further("name", address)}${further("email_addr", address)}}`;
}

const CLASS =
  '"category_uid":3,"category_name":"Identity & Access Management","class_uid":3002,"class_name":"Authentication",' +
  '"activity_id":1,"activity_name":"Logon","type_uid":300201,"type_name":"Authentication: Logon"';
const SUCCESS = '"severity_id":1,"status_id":1,"status":"Success","message":"A sign-in succeeded."';
const FAILURE = '"status_id":2,"status":"Failure","message":"A sign-in failed."';
/** Logon type 2 is interactive. */
const SERVICE = '"service":{"name":"Gatebook"},"is_remote":true,"logon_type_id":2';
const METADATA = '"version":"1.8.0","product":{"name":"Gatebook","vendor_name":"Gatebook"},"log_name":"sign_ins"';

function outcomeOf({ status, failure_reason: reason }: ExportedSignIn, user: string): string {
  if (status === "success") return `${SUCCESS},"actor":{"user":${user}}`;
  return `"severity_id":${MEDIUM.has(reason ?? "") ? 3 : 2},${FAILURE}${further("status_code", reason)}`;
}

function sessionOf({ session_id: id }: ExportedSignIn, time: number): string {
  return id === null ? "" : `,"session":{"uid":${text(id)},"issuer":"Gatebook","created_time":${time}}`;
}

function requestOf({ request_id: id, user_agent: agent }: ExportedSignIn): string {
  if (id === null) return agent === null ? "" : `"user_agent":${text(agent)}`;
  return `"uid":${text(id)}${further("user_agent", agent)}`;
}

function endpointOf({ ip }: ExportedSignIn): string {
  return ip === null ? "" : `,"src_endpoint":{"ip":${text(ip)}}`;
}

/** The event as one JSON object. */
export function ocsfEvent(row: ExportedSignIn): string {
  const { id, occurred_at: at, request_id: requestId, second_factor: second } = row;
  const time = Date.parse(at);
  const user = userOf(row);
  return (
    `{${CLASS},"time":${time},${outcomeOf(row, user)},"user":${user},` +
    `"metadata":{${METADATA},"uid":${text(id)},"original_time":${text(at)}${further("correlation_uid", requestId)}},` +
    `${SERVICE},${protocolOf(row)},"auth_factors":[${factorsOf(row)}],"is_mfa":${second !== null}` +
    `${endpointOf(row)}${sessionOf(row, time)},"http_request":{${requestOf(row)}}}`
  );
}
