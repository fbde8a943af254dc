import * as z from 'zod';
import { expected } from './expected.ts';

const UNIT_BYTES = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4 } as const;
const BYTE_SIZE = /^(\d{1,12})(Ki|Mi|Gi|Ti)B?$/;

/** Bytes of a size such as `512MiB` or, as Kubernetes writes it, `1Gi`; `undefined` for anything else. */
function parseByteSize(text: string): number | undefined {
  const match = BYTE_SIZE.exec(text);
  if (match === null) return undefined;
  const unit = match[2] as keyof typeof UNIT_BYTES;
  return Number(match[1]) * UNIT_BYTES[unit];
}

/**
 * Schema of a size, giving bytes: text with its unit, or a whole number of bytes.
 *
 * @param limits both inclusive and written as sizes, because the message shows them.
 */
export function byteSize(limits: { min: string; max: string }) {
  const minBytes = parseByteSize(limits.min) ?? 0;
  const maxBytes = parseByteSize(limits.max) ?? Number.MAX_SAFE_INTEGER;
  const params = expected(
    `a size from ${limits.min} to ${limits.max}, such as 512MiB or 2GiB, or a whole number of bytes`,
  );
  return z
    .union(
      [
        z.string().meta({ pattern: BYTE_SIZE.source, examples: [limits.min, limits.max] }),
        z.int().meta({ minimum: minBytes, maximum: maxBytes }),
      ],
      params,
    )
    .refine((size) => {
      const bytes = bytesOf(size);
      return bytes !== undefined && bytes >= minBytes && bytes <= maxBytes;
    }, params)
    .transform((size) => bytesOf(size) ?? 0);
}

function bytesOf(size: string | number): number | undefined {
  return typeof size === 'number' ? size : parseByteSize(size);
}
