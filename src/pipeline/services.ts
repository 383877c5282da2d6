/** The services that are loaded, each with its tables bound. */
import { bindService, type BoundService } from "../kernel/context.ts";
import { Suspension } from "../kernel/store/store.ts";
import type { NamedTable } from "../kernel/bound-table.ts";
import type { RegistryEntry } from "../services/registry.ts";

export class Services {
  readonly #registry: Readonly<Record<string, RegistryEntry>>;
  readonly #bound = new Map<string, BoundService>();
  readonly #loading = new Map<string, Promise<BoundService | undefined>>();

  constructor(registry: Readonly<Record<string, RegistryEntry>>) {
    this.#registry = registry;
  }

  get names(): readonly string[] {
    return Object.keys(this.#registry);
  }

  /** "running": used since the start. */
  states(): Readonly<Record<string, "available" | "running">> {
    const state = (name: string) => (this.#bound.has(name) ? "running" : "available");
    return Object.fromEntries(this.names.map((name) => [name, state(name)]));
  }

  /** A service that is loaded already. */
  loaded(name: string): BoundService | undefined {
    return this.#bound.get(name);
  }

  /** Undefined: we do not build it. */
  load(name: string): Promise<BoundService | undefined> {
    const bound = this.#bound.get(name);
    if (bound !== undefined) return Promise.resolve(bound);
    let loading = this.#loading.get(name);
    if (loading === undefined) {
      loading = this.#load(name);
      this.#loading.set(name, loading);
    }
    return loading;
  }

  /** For synchronous code: a service that is not loaded suspends the handler until it is. */
  need(name: string): BoundService {
    const bound = this.#bound.get(name);
    if (bound !== undefined) return bound;
    if (this.#registry[name] === undefined) throw new Error(`no service ${name} is built here`);
    throw new Suspension(async () => {
      await this.load(name);
    });
  }

  /** Who hears an event, by its name. */
  hearers(event: string): readonly string[] {
    return this.names.filter((name) => this.#registry[name]?.hears?.includes(event) === true);
  }

  async tableNamed(name: string): Promise<NamedTable | undefined> {
    const [service = "", table = ""] = name.split(".");
    return (await this.load(service))?.tables.get(table);
  }

  async #load(name: string): Promise<BoundService | undefined> {
    const entry = this.#registry[name];
    if (entry === undefined) return undefined;
    const bound = bindService(await entry.load());
    this.#bound.set(name, bound);
    return bound;
  }
}
