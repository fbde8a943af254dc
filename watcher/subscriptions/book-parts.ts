import type { OpenBook, Subscription } from './book.ts';

/** Where subscriptions come from. Names of objects have a slash, so that the parts cannot take each other's. */
type BookPart = 'file' | 'objects';

/** Writes a book of which each part is somebody else's. */
export interface BookParts<S extends Subscription> {
  /**
   * Everything that a part has from now on; the same array of the same objects changes nothing.
   *
   * @throws {RangeError} when two have the same name; then nothing has changed.
   */
  set(part: BookPart, all: readonly S[]): void;
  of(part: BookPart): readonly S[];
}

/** @param book holds what the file has. */
export function createBookParts<S extends Subscription>(book: OpenBook<S>): BookParts<S> {
  const parts: Record<BookPart, readonly S[]> = { file: book.all(), objects: [] };
  return {
    of: (part) => parts[part],
    set(part, all) {
      const before = parts[part];
      if (all.length === before.length && all.every((each, index) => each === before[index])) return;
      book.replace(part === 'file' ? [...all, ...parts.objects] : [...parts.file, ...all]);
      parts[part] = all;
    },
  };
}
