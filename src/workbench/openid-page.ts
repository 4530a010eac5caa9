/** The provider's one page: who are you, and may the application know? Signing in is consenting. */
import { escapeHtml } from "./http";

export type SignInPage = {
  clientName: string;
  email: string;
  problem: string | null;
};

export function signInBody({ clientName, email, problem }: SignInPage): string {
  const invalid = problem === null ? "" : ' aria-invalid="true" aria-describedby="problem"';
  return (
    '<main class="narrow"><section><h1>Acme OpenID</h1>' +
    `<p>${escapeHtml(clientName)} asks who you are. It will learn your name and email address.</p>` +
    '<form method="post"><label for="email">Email</label>' +
    `<input id="email" name="email" type="email" autocomplete="email" required autofocus value="${escapeHtml(email)}"${invalid}>` +
    (problem === null ? "" : `<p id="problem" class="alarm" role="alert">${escapeHtml(problem)}</p>`) +
    '<div class="row"><button class="main" name="action" value="sign-in">Sign in</button>' +
    '<button name="action" value="cancel" formnovalidate>Cancel</button></div></form></section>' +
    '<p class="soft">A provider for this machine only: any email signs in, as a verified one, without a password.</p></main>'
  );
}

export function trouble(title: string, text: string): string {
  return `<main class="narrow"><section><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></section></main>`;
}
