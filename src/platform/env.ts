/**
 * The environment, read and validated once. This is the only file that touches `process.env`;
 * every problem is reported together, so that an operator mends a deployment in one go.
 */
import { z } from "zod";
import { parseKeyRing } from "@/platform/key-ring";

const seconds = (fallback: number) => z.coerce.number().int().positive().default(fallback);
const port = (fallback: number) => z.coerce.number().int().min(0).max(65535).default(fallback);
const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
    // The checks after this one take a URL for granted.
    abort: true,
  });

const limit = z
  .string()
  .regex(/^(off|[1-9]\d{0,6}\/[1-9]\d{0,4}[smh])$/, 'must be "off" or COUNT/WINDOW such as 10/15m')
  .transform((text): RateLimit | null => {
    if (text === "off") return null;
    const [count, window] = text.split("/") as [string, string];
    const unit = { s: 1, m: 60, h: 3600 }[window.slice(-1) as "s" | "m" | "h"];
    return { points: Number(count), windowSeconds: Number(window.slice(0, -1)) * unit };
  });

/** At most `points` failed attempts in `windowSeconds`. */
export type RateLimit = { points: number; windowSeconds: number };

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

const publicUrl = url("http:", "https:")
  .refine(
    (value) => value.startsWith("https:") || LOOPBACK.has(new URL(value).hostname),
    "must be https, or http on localhost: the session cookie would cross the network in the clear",
  )
  .refine(
    (value) => new URL(value).pathname === "/",
    "must be an origin without a path, such as https://id.example.com",
  )
  .transform((value) => new URL(value).origin);

const keys = z.string().transform((text, context) => {
  const parsed = parseKeyRing(text);
  if (!parsed.problems) return parsed.ring;
  for (const problem of parsed.problems) context.addIssue({ code: "custom", message: problem });
  return z.NEVER;
});

/** Hosts as requests name them: lower case, without port, IPv6 without brackets. */
const hosts = z.string().transform((text, context) => {
  const names = text.split(",").flatMap((name) => name.trim().toLowerCase() || []);
  for (const name of names) {
    const host = name.includes(":") ? `[${name}]` : name;
    // What the URL parser would write another way would never be equal to the host of a request.
    if (!/^[a-z0-9.:[\]-]+$/.test(host) || !URL.canParse(`http://${host}`) || new URL(`http://${host}`).host !== host) {
      context.addIssue({ code: "custom", message: "must be host names or addresses with commas between, no ports" });
      return z.NEVER;
    }
  }
  return names;
});

const upstreamUrl = url("http:", "https:").refine((value) => {
  const { username, password, search, hash } = new URL(value);
  return username === "" && password === "" && search === "" && hash === "";
}, "must be a URL without credentials, query and fragment");

const schema = z.object({
  NODE_ENV: z.enum(["development", "test", "production"]).default("development"),
  PORT: port(3000),
  HOSTNAME_BIND: z.string().default("0.0.0.0"),
  DATABASE_URL: url("postgres:", "postgresql:"),
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(20),
  NEXTAUTH_URL: publicUrl,
  NEXTAUTH_SECRET: z
    .string()
    .refine(
      (value) => Buffer.byteLength(value) >= 32,
      "must be at least 32 bytes; make one with: openssl rand -base64 33",
    ),
  GATEBOOK_KEYS: keys.optional(),
  GATEBOOK_DATA_DIR: z.string().min(1).default(".gatebook"),
  TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(20).default(0),
  SESSION_MAX_AGE_S: seconds(12 * 3600),
  SESSION_IDLE_S: seconds(3600),
  SESSION_ROTATE_S: seconds(15 * 60),
  SIGN_IN_LIMIT_ACCOUNT: limit.prefault("10/15m"),
  SIGN_IN_LIMIT_IP: limit.prefault("100/15m"),
  AUDIT_JOURNAL: z.enum(["file", "off"]).default("file"),
  SMTP_URL: url("smtp:", "smtps:").optional(),
  EMAIL_FROM: z.string().min(3).max(320).default("Gatebook <no-reply@localhost>"),
  SENTRY_DSN: url("http:", "https:").optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  SESSION_INSPECTOR: z.enum(["on", "off"]).optional(),
  PROXY_UPSTREAM_URL: upstreamUrl.optional(),
  PROXY_TIMEOUT_S: seconds(30),
  PROXY_MAX_BODY_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(10 * 1024 * 1024),
  SSO_CONNECTIONS: z.enum(["on", "off"]).default("off"),
  SSO_ALLOWED_HOSTS: hosts.prefault(""),
  METRICS_TOKEN: z.string().min(16, "must be at least 16 characters").optional(),
  GITHUB_CLIENT_ID: z.string().optional(),
  GITHUB_CLIENT_SECRET: z.string().optional(),
  GOOGLE_CLIENT_ID: z.string().optional(),
  GOOGLE_CLIENT_SECRET: z.string().optional(),
  AUTH0_ISSUER: url("http:", "https:").optional(),
  AUTH0_CLIENT_ID: z.string().optional(),
  AUTH0_CLIENT_SECRET: z.string().optional(),
  AZUREAD_CLIENT_ID: z.string().optional(),
  AZUREAD_CLIENT_SECRET: z.string().optional(),
  AZUREAD_TENANT_ID: z.string().optional(),
  AZUREAD_AUTHORITY_HOST: url("http:", "https:").default("https://login.microsoftonline.com"),
  OIDC_ISSUER: url("http:", "https:").optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_DISPLAY_NAME: z.string().max(80).default("OpenID"),
});

/** Settings that only make sense together: all of a group, or none of it. */
const GROUPS = [
  ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"],
  ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"],
  ["AUTH0_ISSUER", "AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET"],
  ["AZUREAD_CLIENT_ID", "AZUREAD_CLIENT_SECRET", "AZUREAD_TENANT_ID"],
  ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"],
] as const;

export type Env = z.infer<typeof schema>;

/** Thrown by {@link parseEnv}: `problems` holds one line per setting, none of them with the setting's value. */
export class EnvError extends Error {
  constructor(readonly problems: string[]) {
    super(`The environment is not complete:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.name = "EnvError";
  }
}

/** Validates a set of variables. Empty strings count as not set. Throws {@link EnvError} with every problem at once. */
export function parseEnv(variables: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const parsed = schema.safeParse(given);
  const problems: string[] = [];
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]);
    problems.push(
      given[name] === undefined
        ? `${name} is not set`
        : `${name} ${issue.message.replace(/^Invalid/, "is an invalid")}`,
    );
  }
  for (const group of GROUPS) {
    const missing = group.filter((name) => !given[name]);
    if (missing.length > 0 && missing.length < group.length) {
      const set = group.filter((name) => given[name]);
      problems.push(`${missing.join(", ")} not set, but needed with ${set.join(", ")}`);
    }
  }
  // Without keys no provider token is stored, and without a token the proxy has nothing to call with.
  if (given.PROXY_UPSTREAM_URL && !given.GATEBOOK_KEYS) {
    problems.push("GATEBOOK_KEYS not set, but needed with PROXY_UPSTREAM_URL");
  }
  // Without keys no connection's secret can be kept or read.
  if (given.SSO_CONNECTIONS === "on" && !given.GATEBOOK_KEYS) {
    problems.push("GATEBOOK_KEYS not set, but needed with SSO_CONNECTIONS=on");
  }
  if (problems.length > 0 || !parsed.data) throw new EnvError(problems);
  return parsed.data;
}

let cached: Env | undefined;

/** The validated environment of this process. Throws {@link EnvError} at the first call when it is not complete. */
export function env(): Env {
  cached ??= parseEnv(process.env);
  return cached;
}

/**
 * Some settings alone, for a command that can do with less than a server: nothing else need be set or right.
 * Throws {@link EnvError} when one of `required` is missing, or one that is given is wrong.
 */
export function parsePart<Required extends keyof Env, Optional extends keyof Env>(
  variables: Record<string, string | undefined>,
  required: readonly Required[],
  optional: readonly Optional[],
): Pick<Env, Required> & PartOf<Optional> {
  const names: readonly string[] = [...required, ...optional];
  const given = Object.fromEntries(
    Object.entries(variables).filter(([name, value]) => names.includes(name) && value?.trim()),
  );
  const parsed = schema.partial().safeParse(given);
  const problems = [
    ...required.filter((name) => !given[name]).map((name) => `${name} is not set`),
    ...(parsed.error?.issues ?? []).map((issue) => `${String(issue.path[0])} ${issue.message}`),
  ];
  if (problems.length > 0) throw new EnvError(problems);
  return parsed.data as Pick<Env, Required> & PartOf<Optional>;
}

/** Settings with a default are there whether they are given or not. */
type PartOf<Name extends keyof Env> = {
  [K in Name]: K extends keyof z.input<typeof schema>
    ? undefined extends z.input<typeof schema>[K]
      ? Env[K]
      : Env[K] | undefined
    : never;
};

/** {@link parsePart} of this process's variables. */
export function partOfEnv<Required extends keyof Env, Optional extends keyof Env>(
  required: readonly Required[],
  optional: readonly Optional[],
): Pick<Env, Required> & PartOf<Optional> {
  return parsePart(process.env, required, optional);
}

/** Gives NODE_ENV its default before anything reads it. Next and React choose their builds by it when they are loaded. */
export function nodeEnvironment(fallback: "development" | "production"): void {
  if (!process.env.NODE_ENV) Object.assign(process.env, { NODE_ENV: fallback });
}

/** The variables of this process, to hand on to a child. */
export function inheritedVariables(): Record<string, string | undefined> {
  return { ...process.env };
}
