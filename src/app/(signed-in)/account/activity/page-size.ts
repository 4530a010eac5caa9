/** How many entries are fetched at a time: by the server for the first view, and by the browser for more. */
export const ACTIVITY_PAGE_SIZE = 30;
