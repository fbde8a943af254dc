import { isRecord, text } from '../lifecycle/snapshot/json-field.ts';
import type { Collection } from './api/collection-path.ts';
import type { ObjectChange } from './api/watch-message.ts';
import type { Feed } from './reflector/feed.ts';

type Kept<Item> = { readonly uid: string; readonly item: Item | null };

/** Objects of a collection in memory, with their resume point. */
interface ObjectFeed<Item> extends Feed<Kept<Item>> {
  /** By UID; null before the first complete list. */
  objects(): ReadonlyMap<string, Item> | null;
}

/** @param of `onChange` hears of each complete list, and of each batch of changes. */
export function createObjectFeed<Item>(of: {
  readonly collection: Collection;
  readonly project: (object: unknown) => Item | null;
  readonly onChange: () => void;
}): ObjectFeed<Item> {
  const { collection, project, onChange } = of;
  let objects: Map<string, Item> | null = null;
  let listing = new Map<string, Item>();
  let resumePoint: string | null = null;

  return {
    collection,
    expires: false,
    objects: () => objects,
    project(object) {
      const uid = uidOf(object);
      return uid === null ? null : { uid, item: project(object) };
    },
    resumePoint: () => resumePoint,
    listStarted() {
      listing = new Map();
    },
    listPage(changes) {
      take(listing, changes);
      return null;
    },
    listComplete(resourceVersion) {
      objects = listing;
      listing = new Map();
      resumePoint = resourceVersion;
      onChange();
    },
    watchStarted() {},
    changed(changes, resourceVersion) {
      resumePoint = resourceVersion;
      if (changes.length === 0) return;
      const next = new Map(objects);
      take(next, changes);
      objects = next;
      onChange();
    },
  };
}

function take<Item>(into: Map<string, Item>, changes: readonly ObjectChange<Kept<Item>>[]): void {
  for (const { deleted, item: kept } of changes) {
    if (kept === null) continue;
    if (deleted || kept.item === null) into.delete(kept.uid);
    else into.set(kept.uid, kept.item);
  }
}

function uidOf(object: unknown): string | null {
  const metadata = isRecord(object) && isRecord(object.metadata) ? object.metadata : {};
  return text(metadata.uid);
}
