import type { Member, Operation, ServiceModel, Shape } from "./model.ts";

/**
 * A service model before its shapes are linked: the same traits, with shapes named instead of held.
 * Both readers end here (botocore's JSON in tools/, the files of models/ in compact.ts); link.ts
 * goes on.
 */

export interface MemberSource extends Omit<Member, "shape"> {
  readonly shape: string;
}

export interface ShapeSource extends Omit<
  Shape,
  "members" | "member" | "key" | "value" | "regexp"
> {
  readonly members?: readonly MemberSource[];
  readonly member?: MemberSource;
  readonly key?: MemberSource;
  readonly value?: MemberSource;
}

export interface OperationSource extends Omit<
  Operation,
  "service" | "input" | "output" | "errors"
> {
  readonly input?: string;
  readonly output?: string;
  readonly errors: readonly string[];
}

export type ServiceTraits = Omit<ServiceModel, "operations" | "shapes">;

/**
 * Shapes and operations are asked for one by one, so that a reader may decode only what is used.
 */
export interface ServiceSource {
  readonly traits: ServiceTraits;
  readonly operationNames: readonly string[];
  readonly shapeNames: readonly string[];
  readonly operation: (name: string) => OperationSource;
  readonly shape: (name: string) => ShapeSource;
}
