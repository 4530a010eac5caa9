/**
 * Makes an unexpected console.error fail the test that caused it. A test that expects one says so:
 * `vi.spyOn(console, "error").mockImplementation(() => {})`. Unhandled rejections fail the run by themselves.
 */
import { afterAll, afterEach } from "vitest";

const unexpected: unknown[][] = [];
const { error: print } = console;
console.error = (...args: unknown[]) => {
  unexpected.push(args);
  print(...args);
};

function refuseErrors(): void {
  const calls = unexpected.splice(0);
  if (calls.length > 0)
    throw new Error(`console.error was called: ${calls.map((args) => args.map(String).join(" ")).join("\n")}`);
}

afterEach(refuseErrors);
afterAll(refuseErrors);
