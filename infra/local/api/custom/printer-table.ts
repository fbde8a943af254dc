import { parseJsonPath } from '../../json-path/parse-json-path.ts';
import { readJsonPath } from '../../json-path/read-json-path.ts';
import type { Json } from '../../objects/json-value.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import { age, type TableFormat } from '../resource/table.ts';
import type { PrinterColumn } from './definition.ts';

const NAME = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
  priority: 0,
};

const AGE: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

/**
 * How custom objects print: their name, and the columns of their definition.
 *
 * @see kubernetes/staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor
 */
export function printerTable(columns: readonly PrinterColumn[] = [AGE]): TableFormat {
  const read = columns.map((column) => ({ column, steps: parseJsonPath(column.jsonPath) ?? [] }));
  return {
    columns: [NAME, ...columns.map(definition)],
    cells: (object: KubeObject, nowMs) => [
      object.metadata.name,
      ...read.map(({ column, steps }) => cell(column.type, readJsonPath(steps, object)[0], nowMs)),
    ],
  };
}

function definition({ name, type, format = '', jsonPath, description, priority = 0 }: PrinterColumn) {
  const said = description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`;
  return { name, type, format, description: said, priority };
}

function cell(type: string, value: Json, nowMs: number): unknown {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    default:
      return typeof value !== 'string'
        ? null
        : Number.isNaN(Date.parse(value))
          ? '<invalid>'
          : age(value, nowMs);
  }
}
