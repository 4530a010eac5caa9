/** `npm run gatebook -- COMMAND`: the operator's command line. */

import { migrate } from "@/cli/migrate";
import { EnvError, env } from "@/platform/env";

type Command = { summary: string; help: string; run: (args: string[]) => Promise<void> };

const commands: Record<string, Command> = { migrate };

function usage(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(16)} ${summary}`);
  return `Usage: npm run gatebook -- COMMAND [--help]\n\n${lines.join("\n")}\n`;
}

async function main([name, ...args]: string[]): Promise<number> {
  const command = name === undefined ? undefined : commands[name];
  if (!command) {
    const asked = name === undefined || name === "--help";
    (asked ? process.stdout : process.stderr).write(asked ? usage() : `There is no command "${name}".\n${usage()}`);
    return asked ? 0 : 2;
  }
  if (args.includes("--help")) {
    process.stdout.write(command.help);
    return 0;
  }
  try {
    env();
    await command.run(args);
    return 0;
  } catch (error) {
    if (error instanceof EnvError) process.stderr.write(`${error.message}\n`);
    else process.stderr.write(`${name} failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
