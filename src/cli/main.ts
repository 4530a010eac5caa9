/** `npm run gatebook -- COMMAND`: the operator's command line. */

import { countsCheck } from "@/cli/counts-check";
import { exportSignIns } from "@/cli/export";
import { keysRotate } from "@/cli/keys-rotate";
import { migrate } from "@/cli/migrate";
import { sessionInspect } from "@/cli/session-inspect";
import { userCreate } from "@/cli/user-create";
import { EnvError, env } from "@/platform/env";

type Command = {
  summary: string;
  help: string;
  /** Whether it reads of the environment what it needs; the others need all that a server does. */
  ownEnvironment?: boolean;
  run: (args: string[]) => Promise<void>;
};

const commands: Record<string, Command> = {
  "counts check": countsCheck,
  export: exportSignIns,
  migrate,
  "keys rotate": keysRotate,
  "session inspect": sessionInspect,
  "user create": userCreate,
};

function usage(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(16)} ${summary}`);
  return `Usage: npm run gatebook -- COMMAND [--help]\n\n${lines.join("\n")}\n`;
}

/** The command that the first words name, and what follows them. */
function commandOf(words: string[]): { name: string; args: string[] } {
  const long = words.slice(0, 2).join(" ");
  if (Object.hasOwn(commands, long)) return { name: long, args: words.slice(2) };
  return { name: words[0] ?? "", args: words.slice(1) };
}

async function main(words: string[]): Promise<number> {
  const { name, args } = commandOf(words);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const asked = name === "" || name === "--help";
    const unknown = words
      .filter((word) => !word.startsWith("-"))
      .slice(0, 2)
      .join(" ");
    (asked ? process.stdout : process.stderr).write(asked ? usage() : `There is no command "${unknown}".\n${usage()}`);
    return asked ? 0 : 2;
  }
  if (args.includes("--help")) {
    process.stdout.write(command.help);
    return 0;
  }
  try {
    if (!command.ownEnvironment) env();
    await command.run(args);
    return 0;
  } catch (error) {
    if (error instanceof EnvError) process.stderr.write(`${error.message}\n`);
    else process.stderr.write(`${name} failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
