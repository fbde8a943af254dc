import type { StructuralDocument } from './structural-document.ts';

/** Every field below a schema as rows of a Markdown table: field, what it takes, default, meaning. */
export function fieldTable(schema: StructuralDocument, path: string): string {
  const rows = rowsOf(schema, path).map((cells) => `| ${cells.join(' | ')} |`);
  return ['| field | takes | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function rowsOf(schema: StructuralDocument, path: string): string[][] {
  const { properties = {}, required = [], items } = schema;
  const own = Object.entries(properties).flatMap(([name, child]) => {
    const at = `${path}.${name}`;
    const description = (child.description ?? '').replaceAll('|', '\\|');
    const fallback = required.includes(name) ? 'required' : shown(child.default);
    return [[`\`${at}\``, takes(child), fallback, description], ...rowsOf(child, at)];
  });
  return items === undefined ? own : [...own, ...rowsOf(items, `${path}[]`)];
}

function shown(value: unknown): string {
  // A map of defaults: they stand beside its fields.
  if (value === undefined || JSON.stringify(value) === '{}') return '';
  return `\`${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}\``;
}

function takes(schema: StructuralDocument): string {
  const { type, enum: words, minimum, maximum, minLength, maxLength, maxItems, items } = schema;
  if (Array.isArray(words)) return words.map((word) => `\`${word}\``).join(', ');
  if (type === 'integer') return `${minimum} to ${maximum}`;
  if (type === 'string') return `text, ${minLength === undefined ? 'up to' : `${minLength} to`} ${maxLength}`;
  if (type === 'array') return `up to ${maxItems}: ${items === undefined ? '' : takes(items)}`;
  if (type === 'boolean') return '`true`, `false`';
  return 'map';
}
