/** The worked example of docs/add-a-procedure.md, taken at its word: applied to a copy, compiled, linted, and run. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inheritedVariables } from "@/platform/env";
import { newId } from "@/platform/ids";
import { ROOT } from "@/workbench/application";
import { testDatabase } from "@/workbench/test-database";

const run = promisify(execFile);
const postgres = testDatabase();
const COPIED = ["src", "db", "tsconfig.json", "package.json", "biome.json", ".gitignore", ".dependency-cruiser.cjs"];

type Block = { language: string; path: string; text: string };

/** The code blocks that begin with the path of the file they belong to. */
function blocks(): Block[] {
  const page = readFileSync(join(ROOT, "docs/add-a-procedure.md"), "utf8");
  return [...page.matchAll(/^```(\w+)\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", path = "", text = ""]) => ({ language, path, text }),
  );
}

/** Applies a diff without line numbers: each added line goes before the next line that is there. */
function applyDiff(source: string, diff: string): string {
  let added = "";
  let result = source;
  for (const line of diff.split("\n")) {
    if (line.startsWith("+")) added += `${line.slice(1)}\n`;
    else if (line.startsWith(" ")) {
      const context = `\n${line.slice(1)}\n`;
      if (!result.includes(context)) throw new Error(`the example's context is not there: ${line}`);
      result = result.replace(context, () => `\n${added}${line.slice(1)}\n`);
      added = "";
    }
  }
  return result;
}

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "gatebook-example-"));
  for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  for (const { language, path, text } of blocks()) {
    const file = join(copy, path);
    mkdirSync(dirname(file), { recursive: true });
    const comment = "/** The worked example. */\n";
    if (language === "diff") writeFileSync(file, applyDiff(readFileSync(file, "utf8"), text));
    else writeFileSync(file, text.startsWith('"use client"') ? text : comment + text);
  }
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Runs a tool of the repository in the copy. Rejects with what it printed when it is not content. */
async function tool(...[name, ...parameters]: string[]): Promise<string> {
  const bin = join(ROOT, "node_modules/.bin", name ?? "");
  try {
    return (await run(bin, parameters, { cwd: copy, maxBuffer: 10_000_000 })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: unknown; stderr?: unknown };
    throw new Error(`${stdout}\n${stderr}`);
  }
}

const files = () => blocks().map(({ path }) => path);

test("takes fewer than 40 lines", () => {
  const lines = blocks().flatMap(({ language, text }) =>
    text.split("\n").filter((line) => (language === "diff" ? line.startsWith("+") : line.trim() !== "")),
  );
  expect(lines.length).toBeGreaterThan(20);
  expect(lines.length).toBeLessThan(40);
});

test("compiles", () => tool("tsc", "--noEmit", "--incremental", "false"), 120_000);

test("keeps the lint and import rules", async () => {
  await tool("biome", "check", ...files());
  await tool("depcruise", "--config", ".dependency-cruiser.cjs", "src", "db");
}, 120_000);

describe("run", () => {
  const [acme, globex] = [newId(), newId()];
  const member = newId();

  /** Makes the call in the copy, as somebody with that role, and answers the code it came to. */
  async function rename(organization: string, role: string, name: string, requestId: string): Promise<string> {
    const caller = newId();
    await postgres.db
      .insertInto("users")
      .values({ id: caller, email: `${caller}@example.com` })
      .execute();
    const session = {
      sid: newId(),
      user: { id: caller, email: "a@b.test", name: null, instanceRole: null },
      memberships: [{ organizationId: organization, slug: "x", name: "X", role }],
    };
    const script = `
      const { appRouter } = await import("@/trpc/router.server");
      const { createCallerFactory } = await import("@/trpc/procedures.server");
      const { database } = await import("@db/connect.server");
      const { runInRequestScope } = await import("@/platform/request-scope");
      const { runShutdown } = await import("@/platform/shutdown");
      const caller = createCallerFactory(appRouter)({ session: ${JSON.stringify(session)}, db: database(), appendHeader: null });
      const scope = { requestId: ${JSON.stringify(requestId)}, ip: null, userAgent: null, nonce: "n" };
      const code = await runInRequestScope(scope, () => caller.people.rename(${JSON.stringify({ userId: member, name })}))
        .then(() => "OK", (error) => error.code);
      process.stdout.write(code);
      await runShutdown(5000);
      await database().destroy();`;
    writeFileSync(join(copy, "call.ts"), `${script}\nexport {};\n`);
    const { stdout } = await run(process.execPath, ["--conditions=react-server", "--import", "tsx", "call.ts"], {
      cwd: copy,
      env: {
        PATH: inheritedVariables().PATH,
        NODE_ENV: "test",
        DATABASE_URL: postgres.url,
        NEXTAUTH_URL: "http://localhost:3000",
        NEXTAUTH_SECRET: "a secret of the test, of 32 bytes and more",
        AUDIT_JOURNAL: "off",
        LOG_LEVEL: "silent",
      },
    });
    return stdout;
  }

  const rows = (requestId: string) =>
    postgres.db
      .selectFrom("audit_events")
      .select(["action", "status", "failure_reason", "target_id", "organization_id", "changes"])
      .where("request_id", "=", requestId)
      .execute();

  test.each<[string, () => [string, string, string], string, object]>([
    [
      "by an owner changes the name and shows the change",
      () => [acme, "owner", "Bob"],
      "OK",
      { action: "userUpdated", status: "success", changes: { name: { from: "Alice", to: "Bob" } } },
    ],
    [
      "by a member is refused",
      () => [acme, "member", "Eve"],
      "FORBIDDEN",
      { action: "accessDenied", failure_reason: "role_required" },
    ],
    [
      "by an owner of another organization is refused",
      () => [globex, "owner", "Eve"],
      "NOT_FOUND",
      { action: "userUpdated", failure_reason: "not_found" },
    ],
    [
      "without a name is refused",
      () => [acme, "owner", " "],
      "BAD_REQUEST",
      { action: "userUpdated", failure_reason: "invalid_input" },
    ],
  ])(
    "%s, as its page says",
    async (_, call, code, row) => {
      if (!(await postgres.db.selectFrom("users").where("id", "=", member).select("id").executeTakeFirst())) {
        const organization = { id: acme, slug: "acme", name: "Acme" };
        await postgres.db.insertInto("organizations").values(organization).execute();
        await postgres.db.insertInto("users").values({ id: member, email: "alice@acme.test", name: "Alice" }).execute();
        await postgres.db
          .insertInto("memberships")
          .values({ user_id: member, organization_id: acme, role: "member" })
          .execute();
      }
      const requestId = newId();
      expect(await rename(...call(), requestId)).toBe(code);
      expect(await rows(requestId)).toMatchObject([row]);
    },
    60_000,
  );
});
