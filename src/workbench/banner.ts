/** What the workbench says when everything is up. Pure. */
import { join } from "node:path";
import type { Settings } from "./settings";

const ACCOUNTS: [string, string][] = [
  ["admin@acme.test", "administers the instance"],
  ["owner@acme.test", "owns the organization acme"],
  ["auditor@acme.test", "reads the history"],
  ["member@acme.test", "a member"],
  ["unverified@acme.test", "email not verified: may not enter"],
  ["disabled@acme.test", "disabled: may not enter"],
  ["owner@globex.test", "owns the organization globex"],
];

export function banner(settings: Settings, origin: string): string {
  const places: [string, string][] = [
    ["Gatebook", origin],
    ["Mail inbox", `http://localhost:${settings.INBOX_PORT}`],
    ["OpenID provider", `http://localhost:${settings.IDP_PORT} (signs in any email)`],
    ["its client", join(settings.GATEBOOK_DATA_DIR, "openid-client.json")],
    ["Database", join(settings.GATEBOOK_DATA_DIR, "database-url")],
  ];
  return [
    "",
    ...places.map(([name, place]) => `  ${name.padEnd(22)}${place}`),
    "",
    `  Demo accounts, all with the password: ${settings.GATEBOOK_DEMO_PASSWORD}`,
    ...ACCOUNTS.map(([email, what]) => `  ${email.padEnd(22)}${what}`),
    "",
    "  Ctrl-C stops everything and keeps the data.",
    "",
  ].join("\n");
}
