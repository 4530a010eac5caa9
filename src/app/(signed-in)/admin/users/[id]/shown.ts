/** What a person's page asks for: the same for the page that prefetches it and the components that go on. Pure. */

export const signInsInput = (userId: string) => ({ filter: { userId }, limit: 10 });

export const changesInput = (userId: string) => ({ userId, limit: 10 });
