/**
 * One JSON object a line on standard output. Fields are chosen by the caller; errors are reduced to name,
 * code, message and stack, and whatever looks like an email, a token or a connection string is masked in them.
 */
import pino from "pino";
import { env } from "@/platform/env";
import { maskText } from "@/platform/mask";
import { requestScope } from "@/platform/request-scope";

/** An error as it may be logged: no cause chain, no attached request, no driver detail that could quote a row. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: maskText(String(error)) };
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    ...(typeof code === "string" ? { code } : {}),
    message: maskText(error.message),
    stack: maskText(error.stack ?? ""),
  };
}

let instance: pino.Logger | undefined;

/** The process's logger. Every line carries the request id where there is a request. */
export function log(): pino.Logger {
  instance ??= pino({
    level: env().LOG_LEVEL,
    base: { service: "gatebook" },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => {
      const scope = requestScope();
      return scope ? { requestId: scope.requestId } : {};
    },
    serializers: { err: describeError },
  });
  return instance;
}
