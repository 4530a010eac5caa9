/** The provider's one page: who are you, and may the application know? Signing in is consenting. */
import { escapeHtml } from "./http";

export type SignInPage = {
  clientName: string;
  /** The tenant whose page it is; empty for the provider itself. */
  tenant: string;
  email: string;
  problem: string | null;
};

function field(id: string, label: string, hint: string): string {
  return (
    `<label for="${id}">${label}</label><input id="${id}" name="${id}" autocomplete="off" aria-describedby="${id}-hint">` +
    `<p id="${id}-hint" class="soft">${hint}</p>`
  );
}

const MORE =
  "<details><summary>What else it says of you</summary>" +
  field("roles", "Roles", "The claim “roles”: words with commas between them.") +
  field("groups", "Groups", "The claim “groups”, likewise.") +
  field("subject", "Subject", "Who you are to it, whatever your address. Left empty, it follows from the address.") +
  '<label for="email_claim">Claim of the address</label><select id="email_claim" name="email_claim">' +
  '<option value="verified">Verified</option><option value="unverified">Not verified</option>' +
  '<option value="missing">Left out</option></select></details>';

export function signInBody({ clientName, tenant, email, problem }: SignInPage): string {
  const invalid = problem === null ? "" : ' aria-invalid="true" aria-describedby="problem"';
  return (
    `<main class="narrow"><section><h1>${escapeHtml(heading(tenant))}</h1>` +
    `<p>${escapeHtml(clientName)} asks who you are. It will learn your name and email address.</p>` +
    '<form method="post"><label for="email">Email</label>' +
    `<input id="email" name="email" type="email" autocomplete="email" required autofocus value="${escapeHtml(email)}"${invalid}>` +
    (problem === null ? "" : `<p id="problem" class="alarm" role="alert">${escapeHtml(problem)}</p>`) +
    MORE +
    '<div class="row"><button class="main" name="action" value="sign-in">Sign in</button>' +
    '<button name="action" value="cancel" formnovalidate>Cancel</button></div></form></section>' +
    '<p class="soft">A provider for this machine only: any email signs in, as a verified one unless you say otherwise, without a password.</p></main>'
  );
}

/** What the provider calls itself: "Acme OpenID", or with its tenant "Acme OpenID: contoso". */
export function heading(tenant: string): string {
  return tenant === "" ? "Acme OpenID" : `Acme OpenID: ${tenant}`;
}

export type Introduction = { issuer: string; clientId: string; secretFile: string };

/** Says at the provider's root what a connection needs to know of it. */
export function introduction({ issuer, clientId, secretFile }: Introduction): string {
  const facts: [string, string][] = [
    ["Issuer", issuer],
    ["Issuer of a tenant, as many as you like", `${issuer}/TENANT/v2.0`],
    ["Authority host, in the place of Microsoft's", issuer],
    ["Client id", clientId],
    ["Client secret", `in the file ${secretFile}`],
  ];
  return (
    "<main><section><h1>Acme OpenID</h1><p>A provider for this machine only.</p><dl>" +
    facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join("") +
    "</dl></section></main>"
  );
}

export function trouble(title: string, text: string): string {
  return `<main class="narrow"><section><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></section></main>`;
}
