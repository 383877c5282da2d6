/**
 * The three functions of the metadata proposal that the dependency container inside
 * `@peculiar/x509` asks for when it is loaded. Import it before that library; everything else of
 * the proposal is left out.
 */
type Metadata = Map<unknown, unknown>;

const known = new WeakMap<object, Metadata>();

const own = (key: unknown, target: object): unknown => known.get(target)?.get(key);

function inherited(key: unknown, target: object): unknown {
  for (let at: object | null = target; at !== null; at = Reflect.getPrototypeOf(at)) {
    if (known.get(at)?.has(key) === true) return own(key, at);
  }
  return undefined;
}

function define(key: unknown, value: unknown, target: object): void {
  const metadata: Metadata = known.get(target) ?? new Map();
  known.set(target, metadata.set(key, value));
}

if (!("getMetadata" in Reflect)) {
  Object.assign(Reflect, {
    getMetadata: inherited,
    getOwnMetadata: own,
    defineMetadata: define,
  });
}
