/** Every migration in its order. A plain list, so that it works the same in a bundle and from the command line. */
import type { Migration } from "kysely/migration";
import * as directory from "./0001-directory";
import * as sessions from "./0002-sessions";
import * as audit from "./0003-audit";
import * as rateLimits from "./0004-rate-limits";
import * as queries from "./0005-queries";
import * as providerTokens from "./0006-provider-tokens";
import * as connections from "./0007-connections";
import * as invitations from "./0008-invitations";
import * as history from "./0009-history";
import * as signals from "./0010-signals";
import * as shifts from "./0012-shifts";
import * as addresses from "./0013-addresses";

export const migrations: Record<string, Migration> = {
  "0001-directory": directory,
  "0002-sessions": sessions,
  "0003-audit": audit,
  "0004-rate-limits": rateLimits,
  "0005-queries": queries,
  "0006-provider-tokens": providerTokens,
  "0007-connections": connections,
  "0008-invitations": invitations,
  "0009-history": history,
  "0010-signals": signals,
  "0012-shifts": shifts,
  "0013-addresses": addresses,
};
