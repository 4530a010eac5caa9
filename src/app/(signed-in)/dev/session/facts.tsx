/** What does not move: who signed in and how, the cookie, the token's claims, and what the roles allow. */
import { methodWords } from "@/app/_words/methods";
import type { Permission } from "@/auth/inspection/permissions";
import type { RouterOutputs } from "@/trpc/hooks.client";
import { Badge } from "@/ui/badge";
import { Card, Facts } from "@/ui/card";
import { Time } from "@/ui/time";

type Inspection = RouterOutputs["session"]["inspect"];

const permissionWords: Record<Permission, string> = {
  read_history: "read the history of sign-ins",
  administer_people: "disable and enable people, and end their sessions",
};

const mono = "font-mono text-xs/5 [overflow-wrap:anywhere]";

export function SignInFacts({ inspection: { user, signIn, sid } }: { inspection: Inspection }) {
  return (
    <Card>
      <Facts
        facts={[
          { name: "Who", value: user.name ? `${user.name}, ${user.email}` : user.email },
          { name: "User", value: <code className={mono}>{user.id}</code> },
          { name: "Session", value: <code className={mono}>{sid}</code> },
          { name: "Signed in with", value: methodWords(signIn) },
          { name: "At", value: <Time at={signIn.at} /> },
          { name: "From", value: `${signIn.ip ?? "unknown address"}, ${signIn.device ?? "unknown device"}` },
        ]}
      />
    </Card>
  );
}

export function CookieFacts({ inspection: { cookie } }: { inspection: Inspection }) {
  const flags = [
    cookie.httpOnly && "HttpOnly",
    `SameSite=${cookie.sameSite[0]?.toUpperCase()}${cookie.sameSite.slice(1)}`,
    cookie.secure && "Secure",
    `Path=${cookie.path}`,
    cookie.hostPrefix && "__Host-",
  ].filter((flag) => flag !== false);
  const size = `${cookie.bytes.toLocaleString("en")} of ${cookie.limitBytes.toLocaleString("en")} bytes`;
  return (
    <Card>
      <Facts
        facts={[
          { name: "Name", value: <code className={mono}>{cookie.name}</code> },
          {
            name: "Flags",
            value: (
              <>
                <span className="flex flex-wrap gap-1.5">
                  {flags.map((flag) => (
                    <Badge key={flag}>{flag}</Badge>
                  ))}
                </span>
                {!cookie.secure && (
                  <span className="mt-1 block text-muted text-xs">
                    On https it is also Secure, and its name begins with __Host-.
                  </span>
                )}
              </>
            ),
          },
          { name: "Size", value: <span className="tabular-nums">{size}</span> },
          {
            name: "Chunks",
            value:
              cookie.chunks.length === 1
                ? "1: it fits into one cookie"
                : cookie.chunks.map(({ name, bytes }) => `${name}: ${bytes} bytes`).join(", ") || "none was sent",
          },
        ]}
      />
    </Card>
  );
}

export function ClaimList({ inspection: { claims } }: { inspection: Inspection }) {
  return (
    <Card>
      <dl className="divide-y divide-line text-sm">
        {claims.map(({ name, value, meaning, at }) => (
          <div key={name} className="grid gap-x-4 gap-y-0.5 px-4 py-3 sm:grid-cols-[3rem_1fr]">
            <dt>
              <code className="font-mono font-semibold text-xs/5">{name}</code>
            </dt>
            <dd className="flex min-w-0 flex-col gap-0.5">
              <span className="flex flex-wrap gap-x-3">
                <code className={mono}>{value}</code>
                {at && <Time at={at} className="text-muted text-xs/5" />}
              </span>
              <span className="text-muted text-xs">{meaning}</span>
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

export function RoleList({ inspection: { user, instanceAllows, memberships } }: { inspection: Inspection }) {
  const roles = [
    ...(user.instanceRole
      ? [{ key: "instance", where: "Every organization", role: user.instanceRole, allows: instanceAllows }]
      : []),
    ...memberships.map(({ organizationId, name, role, allows }) => ({
      key: organizationId,
      where: name,
      role,
      allows,
    })),
  ];
  if (roles.length === 0) {
    return (
      <Card>
        <p className="px-4 py-3 text-muted text-sm">No role: this person sees their own account alone.</p>
      </Card>
    );
  }
  return (
    <Card>
      <ul className="divide-y divide-line text-sm">
        {roles.map(({ key, where, role, allows }) => (
          <li key={key} className="flex flex-col gap-1 px-4 py-3">
            <span className="flex flex-wrap items-center justify-between gap-2">
              <span className="font-medium [overflow-wrap:anywhere]">{where}</span>
              <Badge>{role}</Badge>
            </span>
            <span className="text-muted text-xs">
              {allows.length > 0
                ? `May ${allows.map((one) => permissionWords[one]).join("; ")}.`
                : "May see their own account alone."}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
