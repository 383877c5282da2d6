/**
 * JSON whose form is known because our own generator wrote it, or because it comes with a package
 * whose version is pinned. Nothing that a user sends is read this way.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows the form
export function parseKnown<T>(text: string): T {
  const value: T = JSON.parse(text);
  return value;
}
