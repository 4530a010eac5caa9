/** What a developer may set for the workbench, with the values that need no setting. */
import { resolve } from "node:path";
import { z } from "zod";

const port = (fallback: number) => z.coerce.number().int().min(1).max(65535).default(fallback);

const schema = z.object({
  PORT: port(3000),
  IDP_PORT: port(3001),
  INBOX_PORT: port(3002),
  UPSTREAM_PORT: port(3003),
  SMTP_PORT: port(3025),
  DB_PORT: port(5439),
  GATEBOOK_DATA_DIR: z.string().default(".gatebook"),
  GATEBOOK_DIST_DIR: z.string().default(".next"),
  GATEBOOK_DEMO_PASSWORD: z.string().min(8, "must have at least 8 characters").default("correct horse battery staple"),
  IDP_TOKEN_TTL_S: z.coerce.number().int().positive().default(3600),
  /** Where the provider may send people back to, besides the application's own callbacks: URLs with commas between. */
  IDP_REDIRECT_URIS: z
    .string()
    .default("")
    .transform((list) => list.split(",").flatMap((uri) => (uri.trim() === "" ? [] : [uri.trim()])))
    .refine((uris) => uris.every((uri) => URL.canParse(uri)), "must be URLs with commas between them"),
});

export const PORT_VARIABLES = ["PORT", "IDP_PORT", "INBOX_PORT", "UPSTREAM_PORT", "SMTP_PORT", "DB_PORT"] as const;

export type Settings = z.infer<typeof schema>;

/** Reads the settings; empty strings count as not set. Throws one Error that names every problem. Pure but for the working directory. */
export function readSettings(variables: Record<string, string | undefined>): Settings {
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(given);
  const problems = (parsed.error?.issues ?? []).map((issue) => `${String(issue.path[0])}: ${issue.message}`);
  if (parsed.data) {
    const settings = parsed.data;
    for (const [index, variable] of PORT_VARIABLES.entries()) {
      const twin = PORT_VARIABLES.slice(0, index).find((other) => settings[other] === settings[variable]);
      if (twin) problems.push(`${variable} is ${settings[variable]}, and so is ${twin}: each needs a port of its own`);
    }
    if (problems.length === 0) return { ...settings, GATEBOOK_DATA_DIR: resolve(settings.GATEBOOK_DATA_DIR) };
  }
  throw new Error(
    `The workbench cannot start with these settings:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
  );
}
