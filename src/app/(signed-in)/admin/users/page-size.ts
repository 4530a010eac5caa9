/** People on a page of the list: the same for the page that prefetches it and the component that goes on. */
export const PEOPLE_PAGE_SIZE = 50;
