/** What came of a round trip to the provider: what it said of the person, and what a sign-in would have made of it. */
import type { ReactNode } from "react";
import { durationWords, problemWords } from "@/app/_words/connection-tests";
import { ProblemWords } from "@/app/(signed-in)/admin/sso/check-list";
import type { ClaimsReport, RoundTrip } from "@/auth/connection-test/result";
import { Alert } from "@/ui/alert";
import { Facts } from "@/ui/card";
import { Time } from "@/ui/time";

const ACCOUNT_WORDS: Record<ClaimsReport["account"], string> = {
  linked: "Yes: this identity signs in to an account that is there.",
  same_email: "An account has this address, but not this identity: the two are linked only by proof of both.",
  none: "None that you administer: a sign-in would make one, where the organization lets newcomers in.",
};

type ReportProps = {
  roundTrip: RoundTrip;
  about: { kind: string; callbackUrl: string; rolesClaim: string | null };
};

export function RoundTripReport({ roundTrip: { at, problem, providerError, report }, about }: ReportProps) {
  return (
    <>
      <div className="px-4 py-3">
        {problem ? (
          <Alert tone="failure" title={report ? "Nobody could sign in like this" : "The round trip failed"}>
            <ProblemWords {...problemWords(problem, about)} />
            {providerError && (
              <span className="block text-muted">
                The provider's own code: <code>{providerError}</code>
              </span>
            )}
          </Alert>
        ) : (
          <Alert tone="success" title="The round trip went well">
            {about.kind === "github"
              ? "The state was verified, and the code was given for this client."
              : "State, signature, issuer, audience and nonce were verified."}{" "}
            Nobody was signed in by it.
          </Alert>
        )}
        <p className="mt-2 text-muted text-xs">
          <Time at={new Date(at)} /> UTC
        </p>
      </div>
      {report && <Facts facts={factsOf(report, about.rolesClaim)} />}
    </>
  );
}

const soft = (words: string) => <span className="text-muted">{words}</span>;

function factsOf(report: ClaimsReport, rolesClaim: string | null): { name: string; value: ReactNode }[] {
  const { email, emailVerified, name, subject, roles, mappedRole } = report;
  return [
    {
      name: "Email",
      value: email
        ? `${email} (${emailVerified ? "the provider vouches for it" : "not verified"})`
        : soft("did not come"),
    },
    { name: "Name", value: name ?? soft("did not come") },
    { name: "Subject", value: subject ? <code>{subject}</code> : soft("did not come") },
    ...(roles === null
      ? []
      : [
          { name: "Roles there", value: roles.length > 0 ? roles.join(", ") : soft(`no claim “${rolesClaim}” came`) },
          { name: "Role here", value: mappedRole ?? soft("the default role: none of them is mapped") },
        ]),
    { name: "Account", value: ACCOUNT_WORDS[report.account] },
    { name: "Claims", value: report.claims.length > 0 ? report.claims.join(", ") : soft("none") },
    { name: "Tokens", value: tokenWords(report) },
  ];
}

function tokenWords({ accessTokenLivesS, idTokenLivesS, refreshToken }: ClaimsReport): string {
  return [
    accessTokenLivesS === null
      ? "access token of unknown life"
      : `access token for ${durationWords(accessTokenLivesS)}`,
    ...(idTokenLivesS === null ? [] : [`id token for ${durationWords(idTokenLivesS)}`]),
    refreshToken ? "with a refresh token" : "no refresh token",
  ].join(", ");
}
