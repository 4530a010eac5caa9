/** What an operator is told of a deployment's environment: everything at once, and never a value. */
import { describe, expect, test, vi } from "vitest";
import { EnvError, inheritedVariables, nodeEnvironment, parseEnv } from "@/platform/env";

const COMPLETE = {
  DATABASE_URL: "postgres://gatebook:sesame@db.internal:5432/gatebook",
  NEXTAUTH_URL: "https://id.example.com",
  NEXTAUTH_SECRET: "0123456789abcdef0123456789abcdef",
};

function problemsOf(variables: Record<string, string | undefined>): string[] {
  try {
    parseEnv(variables);
    return [];
  } catch (error) {
    if (error instanceof EnvError) return error.problems;
    throw error;
  }
}

const problemsWith = (variables: Record<string, string>) => problemsOf({ ...COMPLETE, ...variables });

describe("an incomplete environment", () => {
  test("is reported with all that is missing at once", () => {
    expect(problemsOf({})).toEqual([
      "DATABASE_URL is not set",
      "NEXTAUTH_URL is not set",
      "NEXTAUTH_SECRET is not set",
    ]);
  });

  test("is reported with missing, malformed, weak and half-set settings together", () => {
    const problems = problemsOf({
      NEXTAUTH_URL: "http://id.example.com",
      NEXTAUTH_SECRET: "short",
      PORT: "70000",
      SIGN_IN_LIMIT_IP: "many",
      GITHUB_CLIENT_ID: "id",
      AZUREAD_CLIENT_ID: "id",
      AZUREAD_TENANT_ID: "tenant",
    });
    expect(problems.map((problem) => problem.split(" ")[0])).toEqual([
      "PORT",
      "DATABASE_URL",
      "NEXTAUTH_URL",
      "NEXTAUTH_SECRET",
      "SIGN_IN_LIMIT_IP",
      "GITHUB_CLIENT_SECRET",
      "AZUREAD_CLIENT_SECRET",
    ]);
  });

  test("says everything in the error's message, one line a setting", () => {
    const thrown = new EnvError(problemsOf({ ...COMPLETE, PORT: "x", LOG_LEVEL: "loud" }));
    expect(thrown.message.split("\n")).toHaveLength(3);
    expect(thrown.message).toContain("  - PORT is an invalid");
    expect(thrown.message).toContain("  - LOG_LEVEL is an invalid");
  });

  test("counts an empty string as not set, for required settings and for those with a default", () => {
    expect(problemsWith({ NEXTAUTH_SECRET: "", DATABASE_URL: "" })).toEqual([
      "DATABASE_URL is not set",
      "NEXTAUTH_SECRET is not set",
    ]);
    const env = parseEnv({ ...COMPLETE, PORT: "", SIGN_IN_LIMIT_ACCOUNT: "", SMTP_URL: "", TRUSTED_PROXY_HOPS: "" });
    expect(env).toMatchObject({
      PORT: 3000,
      SIGN_IN_LIMIT_ACCOUNT: { points: 10, windowSeconds: 900 },
      TRUSTED_PROXY_HOPS: 0,
    });
    expect(env.SMTP_URL).toBeUndefined();
  });
});

describe("a problem", () => {
  const SENTINEL = "hunter2-do-not-print";
  const CONSTRAINED = [
    "NODE_ENV",
    "PORT",
    "DATABASE_URL",
    "DATABASE_POOL",
    "NEXTAUTH_URL",
    "NEXTAUTH_SECRET",
    "GATEBOOK_KEYS",
    "TRUSTED_PROXY_HOPS",
    "SESSION_MAX_AGE_S",
    "SESSION_IDLE_S",
    "SESSION_ROTATE_S",
    "SIGN_IN_LIMIT_ACCOUNT",
    "SIGN_IN_LIMIT_IP",
    "AUDIT_JOURNAL",
    "SMTP_URL",
    "SENTRY_DSN",
    "LOG_LEVEL",
    "PROXY_TIMEOUT_S",
    "PROXY_MAX_BODY_BYTES",
    "AUTH0_ISSUER",
    "AZUREAD_AUTHORITY_HOST",
    "OIDC_ISSUER",
  ];

  test.each(CONSTRAINED)("of %s names the setting and never its value", (name) => {
    const problems = problemsWith({ [name]: SENTINEL }).filter((problem) => problem.startsWith(name));
    expect(problems).toHaveLength(1);
    expect(problemsWith({ [name]: SENTINEL }).join("\n")).not.toContain(SENTINEL);
  });

  test("of a URL does not print the credentials in it", () => {
    const wrong = {
      DATABASE_URL: "mysql://root:hunter2@db/x",
      SMTP_URL: "http://user:hunter2@mail",
      METRICS_TOKEN: "hunter2",
    };
    const problems = problemsWith(wrong);
    expect(problems).toHaveLength(3);
    expect(problems.join("\n")).not.toMatch(/hunter2|root|user/);
  });
});

describe("providers", () => {
  test.each([
    [{ GITHUB_CLIENT_ID: "a" }, "GITHUB_CLIENT_SECRET not set, but needed with GITHUB_CLIENT_ID"],
    [{ GOOGLE_CLIENT_SECRET: "a" }, "GOOGLE_CLIENT_ID not set, but needed with GOOGLE_CLIENT_SECRET"],
    [{ AUTH0_CLIENT_ID: "a" }, "AUTH0_ISSUER, AUTH0_CLIENT_SECRET not set, but needed with AUTH0_CLIENT_ID"],
    [
      { AZUREAD_CLIENT_ID: "a", AZUREAD_CLIENT_SECRET: "b" },
      "AZUREAD_TENANT_ID not set, but needed with AZUREAD_CLIENT_ID, AZUREAD_CLIENT_SECRET",
    ],
    [
      { OIDC_ISSUER: "https://idp.example.com" },
      "OIDC_CLIENT_ID, OIDC_CLIENT_SECRET not set, but needed with OIDC_ISSUER",
    ],
    [
      { OIDC_CLIENT_ID: "a", OIDC_CLIENT_SECRET: "b", OIDC_ISSUER: "" },
      "OIDC_ISSUER not set, but needed with OIDC_CLIENT_ID, OIDC_CLIENT_SECRET",
    ],
  ])("are configured with all of their settings or none: %o", (variables, problem) => {
    expect(problemsWith(variables)).toEqual([problem]);
  });
});

describe("NEXTAUTH_SECRET", () => {
  test.each([
    ["32 ASCII characters", "x".repeat(32), 0],
    ["31 ASCII characters", "x".repeat(31), 1],
    ["16 characters of two bytes", "ü".repeat(16), 0],
    ["15 characters of two bytes", "ü".repeat(15), 1],
    ["8 emoji of four bytes", "🔑".repeat(8), 0],
  ])("is measured in bytes: %s", (_, secret, problems) => {
    expect(problemsWith({ NEXTAUTH_SECRET: secret })).toHaveLength(problems);
  });
});

describe("NEXTAUTH_URL", () => {
  test.each([
    ["https://id.example.com", "https://id.example.com"],
    ["https://id.example.com/", "https://id.example.com"],
    ["https://ID.example.com:8443/", "https://id.example.com:8443"],
    ["https://user:sesame@id.example.com", "https://id.example.com"],
    ["http://localhost:3000", "http://localhost:3000"],
    ["http://LOCALHOST:3000/", "http://localhost:3000"],
    ["http://127.0.0.1:3000", "http://127.0.0.1:3000"],
    ["http://[::1]:3000", "http://[::1]:3000"],
  ])("%s is taken as the origin %s", (given, origin) => {
    expect(parseEnv({ ...COMPLETE, NEXTAUTH_URL: given }).NEXTAUTH_URL).toBe(origin);
  });

  test.each([
    "http://id.example.com",
    "http://localhost.example.com",
    "http://localhost@example.com",
    "http://127.0.0.1.example.com",
    "http://10.0.0.1",
    "http://0.0.0.0:3000",
    "http://[::]:3000",
  ])("%s is refused: the cookie would cross the network in the clear", (given) => {
    expect(problemsWith({ NEXTAUTH_URL: given })).toEqual([
      expect.stringContaining("must be https, or http on localhost"),
    ]);
  });

  test.each(["nonsense", "id.example.com", "ftp://id.example.com", "javascript:alert(1)", "https://"])(
    "%s is refused as no web address",
    (given) => {
      expect(problemsWith({ NEXTAUTH_URL: given })).toEqual([expect.stringMatching(/^NEXTAUTH_URL must be a URL/)]);
    },
  );

  test("with a path is refused: cookies and callbacks belong to a whole origin", () => {
    expect(problemsWith({ NEXTAUTH_URL: "https://example.com/id" })).toEqual([
      expect.stringContaining("must be an origin without a path"),
    ]);
  });
});

describe("a rate limit", () => {
  test.each([
    ["10/15m", { points: 10, windowSeconds: 900 }],
    ["1/1s", { points: 1, windowSeconds: 1 }],
    ["100/2h", { points: 100, windowSeconds: 7200 }],
    ["off", null],
  ])("%s is understood", (text, limit) => {
    expect(parseEnv({ ...COMPLETE, SIGN_IN_LIMIT_IP: text }).SIGN_IN_LIMIT_IP).toEqual(limit);
  });

  test.each([
    "10",
    "/15m",
    "10/",
    "0/15m",
    "10/0m",
    "-1/15m",
    "10/15",
    "10/15d",
    "10 / 15m",
    "10/15m ",
    "OFF",
    "1e3/1m",
    "10/15m\n",
    "٣/15m",
  ])("%j is refused", (text) => {
    expect(problemsWith({ SIGN_IN_LIMIT_IP: text })).toEqual([
      'SIGN_IN_LIMIT_IP must be "off" or COUNT/WINDOW such as 10/15m',
    ]);
  });
});

test.each(["-1", "21", "1.5", "true", "NaN", "one"])("TRUSTED_PROXY_HOPS %s is refused", (hops) => {
  expect(problemsWith({ TRUSTED_PROXY_HOPS: hops })).toHaveLength(1);
});

test("the environment of the process is read once, at the first call", async () => {
  vi.resetModules();
  const fresh: typeof import("@/platform/env") = await import("@/platform/env");
  vi.stubEnv("PORT", "4001");
  expect(fresh.env().PORT).toBe(4001);
  vi.stubEnv("PORT", "4002");
  expect(fresh.env().PORT).toBe(4001);
  expect(inheritedVariables()).toMatchObject({ PORT: "4002" });
});

test("NODE_ENV keeps what the operator has set, and gets a default where nothing is set", () => {
  vi.stubEnv("NODE_ENV", "production");
  nodeEnvironment("development");
  expect(inheritedVariables()).toMatchObject({ NODE_ENV: "production" });
  vi.stubEnv("NODE_ENV", undefined);
  nodeEnvironment("development");
  expect(inheritedVariables()).toMatchObject({ NODE_ENV: "development" });
});

describe("the keys that encrypt, and the proxy that needs them,", () => {
  const key = (id: string, fill = id) => `${id}:${Buffer.alloc(32, `${fill}-0123456789`).toString("base64")}`;
  const upstream = "https://api.internal/v1";

  test("are optional, together", () => {
    expect(parseEnv(COMPLETE)).toMatchObject({ PROXY_TIMEOUT_S: 30, PROXY_MAX_BODY_BYTES: 10 * 1024 * 1024 });
    expect(parseEnv(COMPLETE).GATEBOOK_KEYS).toBeUndefined();
    const env = parseEnv({ ...COMPLETE, GATEBOOK_KEYS: `${key("k2")},${key("k1")}`, PROXY_UPSTREAM_URL: upstream });
    expect(env.GATEBOOK_KEYS?.writes).toBe("k2");
    expect(env.PROXY_UPSTREAM_URL).toBe(upstream);
    expect(JSON.stringify(env)).not.toContain(key("k2").slice(3, 20));
  });

  test("are needed where connections are kept in the database", () => {
    expect(problemsWith({ SSO_CONNECTIONS: "on" })).toEqual([
      "GATEBOOK_KEYS not set, but needed with SSO_CONNECTIONS=on",
    ]);
    expect(problemsWith({ SSO_CONNECTIONS: "off" })).toEqual([]);
    expect(problemsWith({ SSO_CONNECTIONS: "on", GATEBOOK_KEYS: key("k1") })).toEqual([]);
  });

  test("are told of everything at once: each bad key, and the upstream that has none", () => {
    const problems = problemsWith({
      GATEBOOK_KEYS: `${key("ok")},a:short,b:${"!".repeat(44)}`,
      NEXTAUTH_SECRET: "weak",
    });
    expect(problems.map((problem) => problem.split(" ").slice(0, 3).join(" "))).toEqual([
      "NEXTAUTH_SECRET must be",
      "GATEBOOK_KEYS key 2",
      "GATEBOOK_KEYS key 3",
    ]);
    expect(problemsWith({ PROXY_UPSTREAM_URL: upstream })).toEqual([
      "GATEBOOK_KEYS not set, but needed with PROXY_UPSTREAM_URL",
    ]);
  });

  test.each(["nonsense", "ftp://a", "https://user:hunter2@api.internal", "https://a/?b=hunter2", "https://a/#hunter2"])(
    "refuse %j as an upstream, without printing it",
    (given) => {
      const problems = problemsWith({ PROXY_UPSTREAM_URL: given, GATEBOOK_KEYS: key("k1") });
      expect(problems).toEqual([expect.stringMatching(/^PROXY_UPSTREAM_URL must be a URL/)]);
      expect(problems.join()).not.toContain("hunter2");
    },
  );
});

describe("the hosts that connections may lead to inside", () => {
  test("are names and addresses, as a request names them", () => {
    const read = (SSO_ALLOWED_HOSTS?: string) => parseEnv({ ...COMPLETE, SSO_ALLOWED_HOSTS }).SSO_ALLOWED_HOSTS;
    expect(read()).toEqual([]);
    expect(read(" Idp.Internal , localhost,10.0.0.7,fd00::7,")).toEqual([
      "idp.internal",
      "localhost",
      "10.0.0.7",
      "fd00::7",
    ]);
  });

  test.each([
    ["https://idp.internal"],
    ["idp.internal:8443"],
    ["idp internal"],
    ["idp.internal/path"],
    ["*.internal"],
    ["127.1"],
    ["::0:1"],
    ["[fd00::7]"],
  ])("are not %j", (hosts) => {
    expect(problemsWith({ SSO_ALLOWED_HOSTS: hosts })).toEqual([
      "SSO_ALLOWED_HOSTS must be host names or addresses with commas between, no ports",
    ]);
  });
});
