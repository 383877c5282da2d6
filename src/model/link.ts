import { lazyMap, lazyProperty } from "./lazy.ts";
import type { Member, Operation, ServiceModel, Shape } from "./model.ts";
import { compilePattern } from "./pattern.ts";
import type { MemberSource, OperationSource, ServiceSource, ShapeSource } from "./source.ts";

/**
 * From names to references. Everything is linked when it is first looked at: a service of ten
 * thousand shapes costs what is used of it, and shapes that contain themselves need no second pass.
 */
export function linkService(source: ServiceSource): ServiceModel {
  const shapes = lazyMap(source.shapeNames, (name) => linkShape(source.shape(name), find));
  function find(name: string): Shape {
    const shape = shapes.get(name);
    if (shape === undefined) throw new Error(`${source.traits.name}: no shape ${name}`);
    return shape;
  }
  const operations = lazyMap(source.operationNames, (name) =>
    linkOperation(source.operation(name), service, find),
  );
  const service: ServiceModel = { ...source.traits, operations, shapes };
  return service;
}

type Find = (name: string) => Shape;

function linkShape(source: ShapeSource, find: Find): Shape {
  const { members, member, key, value, ...traits } = source;
  const shape: Shape = { ...traits };
  if (members !== undefined) {
    lazyProperty(
      shape,
      "members",
      () => new Map(members.map((m) => [m.name, linkMember(m, find)])),
    );
  }
  if (member !== undefined) lazyProperty(shape, "member", () => linkMember(member, find));
  if (key !== undefined) lazyProperty(shape, "key", () => linkMember(key, find));
  if (value !== undefined) lazyProperty(shape, "value", () => linkMember(value, find));
  const { pattern } = traits;
  if (pattern !== undefined) lazyProperty(shape, "regexp", () => compilePattern(pattern));
  return shape;
}

function linkMember(source: MemberSource, find: Find): Member {
  return { ...source, shape: find(source.shape) };
}

function linkOperation(source: OperationSource, service: ServiceModel, find: Find): Operation {
  const { input, output, errors, ...traits } = source;
  return {
    ...traits,
    service,
    ...(input !== undefined && { input: find(input) }),
    ...(output !== undefined && { output: find(output) }),
    errors: errors.map(find),
  };
}
