/** Procedures called by pages while they render, and the hydration of what they prefetched. */
import "server-only";
import { createHydrationHelpers } from "@trpc/react-query/rsc";
import { cache } from "react";
import { createPageContext } from "@/trpc/context.server";
import { createCallerFactory } from "@/trpc/procedures.server";
import { newQueryClient } from "@/trpc/query-client";
import { type AppRouter, appRouter } from "@/trpc/router.server";

const getQueryClient = cache(newQueryClient);
const caller = createCallerFactory(appRouter)(createPageContext);

export const { trpc, HydrateClient } = createHydrationHelpers<AppRouter>(caller, getQueryClient);
