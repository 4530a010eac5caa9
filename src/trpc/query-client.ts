/** TanStack Query's client, the same for the server's prefetch and the browser. */
import { defaultShouldDehydrateQuery, QueryClient } from "@tanstack/react-query";
import superjson from "superjson";

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Long enough that a hydrated page does not ask again at once.
      queries: { staleTime: 30_000 },
      dehydrate: {
        serializeData: superjson.serialize,
        shouldDehydrateQuery: (query) => defaultShouldDehydrateQuery(query) || query.state.status === "pending",
      },
      hydrate: { deserializeData: superjson.deserialize },
    },
  });
}
