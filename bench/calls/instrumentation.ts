/** Nothing to do at start. The file keeps Next from taking the product's, which lies above this folder. */
export function register(): void {}
