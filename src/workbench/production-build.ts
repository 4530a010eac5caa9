/** The production build for `demo`: made when the sources have changed since the last one, else taken as it is. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { killGroup, ROOT } from "./application";
import { readKept, writeKept } from "./kept-file";

const SOURCES = ["src", "db", "public", "next.config.mjs", "postcss.config.mjs", "tsconfig.json", "package-lock.json"];
/** Neither is part of the build. */
const NOT_BUILT = /(\.test\.tsx?$)|(^src\/(workbench|cli)\/)/;

const stampShape = z.object({ sources: z.string(), build: z.string() });

function filesUnder(path: string): string[] {
  if (!existsSync(join(ROOT, path))) return [];
  const entries = readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
}

/** One hash over the names and contents of all that goes into a build, and the runtime that makes it. */
function hashSources(): string {
  const hash = createHash("sha256").update(process.version);
  const files = SOURCES.flatMap((source) => (source.includes(".") ? [source] : filesUnder(source)))
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => !NOT_BUILT.test(file) && existsSync(join(ROOT, file)))
    .sort();
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(join(ROOT, file)));
  return hash.digest("hex");
}

function buildId(distDir: string): string | null {
  try {
    return readFileSync(join(ROOT, distDir, "BUILD_ID"), "utf8");
  } catch {
    return null;
  }
}

/** Runs `next build` unless the build in `distDir` is of these very sources. `onStart` gets a function that ends the build. */
export async function ensureBuilt(
  distDir: string,
  variables: Record<string, string | undefined>,
  onStart: (kill: () => void) => void,
): Promise<void> {
  const stampFile = join(ROOT, distDir, "gatebook-build.json");
  const sources = hashSources();
  const stamp = readKept(stampFile, stampShape);
  // Another build into the same folder leaves the stamp of this one lying: the build's own id tells.
  if (stamp?.sources === sources && stamp.build === buildId(distDir)) return;

  // A build that is cut short leaves something that looks like the last one.
  rmSync(stampFile, { force: true });
  const next = join(ROOT, "node_modules", "next", "dist", "bin", "next");
  const child = spawn(process.execPath, [next, "build"], {
    cwd: ROOT,
    env: { ...variables, NODE_ENV: "production", GATEBOOK_DIST_DIR: distDir, NEXT_TELEMETRY_DISABLED: "1" },
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const { pid } = child;
  onStart(() => {
    if (pid !== undefined && child.exitCode === null && child.signalCode === null) killGroup(pid);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  const build = buildId(distDir);
  if (code !== 0 || build === null)
    throw new Error("The production build failed, so there is nothing to serve. Its messages are above.");
  writeKept(stampFile, { sources, build });
}
