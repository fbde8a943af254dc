import { printableJson } from '../../protocol/json/printable.ts';

/** A value as one line of JSON, safe to show on a terminal. */
export function jsonLine(value: unknown): string {
  return `${printableJson(JSON.stringify(value))}\n`;
}
