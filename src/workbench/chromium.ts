/** Finds the browser for the journeys: `CHROMIUM_PATH`, the PATH, Playwright's own, else it installs one. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "@playwright/test";
import { inheritedVariables } from "@/platform/env";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function found(): string | null {
  const { CHROMIUM_PATH, PATH = "" } = inheritedVariables();
  if (CHROMIUM_PATH) {
    if (executable(CHROMIUM_PATH)) return CHROMIUM_PATH;
    throw new Error(`CHROMIUM_PATH is ${CHROMIUM_PATH}, which is not a program that can be run.`);
  }
  for (const folder of PATH.split(delimiter)) {
    for (const name of NAMES) if (executable(join(folder, name))) return join(folder, name);
  }
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null;
}

function run(command: string, args: string[]): boolean {
  const { status } = spawnSync(command, args, { stdio: "inherit", timeout: 300_000 });
  return status === 0;
}

/** The path of a Chromium, installed first where there is none. Throws with what to do when that fails. */
export function ensureChromium(): string {
  const present = found();
  if (present) return present;
  const cli = join(import.meta.dirname, "../../node_modules/@playwright/test/cli.js");
  if (run(process.execPath, [cli, "install", "chromium"])) {
    const downloaded = found();
    if (downloaded) return downloaded;
  }
  if (process.getuid?.() === 0 && run("apt-get", ["update", "-qq"])) {
    run("apt-get", ["install", "-y", "-qq", "chromium"]);
    const installed = found();
    if (installed) return installed;
  }
  throw new Error("The browser tests need Chromium. Install it with your package manager, or set CHROMIUM_PATH to it.");
}
