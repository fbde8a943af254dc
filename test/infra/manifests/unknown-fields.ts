import * as client from '@kubernetes/client-node';
import type { Manifest } from './manifest.ts';

type Attribute = { readonly name: string; readonly baseName: string; readonly type: string };
type TypeMap = { getAttributeTypeMap(): readonly Attribute[] };

const LIST = /^Array<(.+)>$/;
const MAP = /^\{ \[key: string\]: (.+); \}$/;

/**
 * The fields of an object that its type does not have: an API server would drop them with a warning, and the validators
 * made of OpenAPI let them pass. Custom resources are not known to the client: of those nothing is said.
 */
export function unknownFields(manifest: Manifest): string[] {
  const version = manifest.apiVersion.split('/').at(-1) ?? '';
  return strays(manifest, `${version.charAt(0).toUpperCase()}${version.slice(1)}${manifest.kind}`, '');
}

function strays(value: unknown, type: string, path: string): string[] {
  const [, element] = LIST.exec(type) ?? MAP.exec(type) ?? [];
  if (element !== undefined) {
    return entries(value).flatMap(([key, child]) => strays(child, element, `${path}.${key}`));
  }
  const map = typeMap(type);
  if (map === undefined) return [];
  return entries(value).flatMap(([key, child]) => {
    const attribute = map.find(({ baseName }) => baseName === key);
    if (attribute === undefined) return [`${path}.${key} is no field of ${type}`];
    return strays(child, attribute.type, `${path}.${key}`);
  });
}

function typeMap(type: string): readonly Attribute[] | undefined {
  const model = (client as unknown as Readonly<Record<string, Partial<TypeMap> | undefined>>)[type];
  return model?.getAttributeTypeMap?.();
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
