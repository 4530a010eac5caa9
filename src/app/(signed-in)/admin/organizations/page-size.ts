/** Rows on a page of the lists: the same for the page that prefetches them and the component that goes on. */
export const ORGANIZATIONS_PAGE_SIZE = 50;
export const MEMBERS_PAGE_SIZE = 50;
