/**
 * The providers that bring their evidence in a form. `authorize` only notes it: NextAuth calls nothing of ours when
 * an `authorize` refuses, so whether the evidence holds is decided by the gates, in the `signIn` callback.
 */
import CredentialsProvider from "next-auth/providers/credentials";
import { currentAttempt, type Evidence } from "@/auth/attempt/attempt";

/** Stands for somebody who has claimed to be someone. The `jwt` callback mints nothing for it by itself. */
const CLAIMANT = { id: "claimant" };

function claim(evidence: Evidence) {
  const attempt = currentAttempt();
  if (!attempt) return null;
  attempt.evidence = evidence;
  return CLAIMANT;
}

/** Email and password. */
export const passwordProvider = CredentialsProvider({
  id: "credentials",
  name: "Password",
  credentials: { email: { label: "Email" }, password: { label: "Password", type: "password" } },
  authorize: (form) => claim({ kind: "password", email: form?.email ?? "", password: form?.password ?? "" }),
});

/** A link by email. It is a form with a token, not NextAuth's email provider, because opening a link must spend nothing. */
export const emailLinkProvider = CredentialsProvider({
  id: "token",
  name: "Email link",
  credentials: { token: { label: "Token" } },
  authorize: (form) => claim({ kind: "token", token: form?.token ?? "" }),
});
