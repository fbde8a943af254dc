import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createVersionTable } from '../../../watcher/source/version-table.ts';

const key = fc.oneof(fc.uuid(), fc.string({ maxLength: 3 }), fc.constantFrom('a', 'b', 'web-1/shop/node-1'));
const step = fc.record({ key, version: fc.option(fc.nat({ max: 99 }).map(String), { nil: null }) });

it('holds what a Map holds after the same changes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.array(key), (steps, asked) => {
      const table = createVersionTable();
      const map = new Map<string, string>();
      for (const { key, version } of steps) {
        if (version === null) {
          table.delete(key);
          map.delete(key);
        } else {
          table.set(key, version);
          map.set(key, version);
        }
      }
      expect(new Map(table)).toEqual(map);
      expect([...table]).toHaveLength(map.size);
      expect([...table.keys()].sort()).toEqual([...map.keys()].sort());
      for (const each of [...asked, ...map.keys()]) {
        expect(table.get(each)).toBe(map.get(each));
        expect(table.has(each)).toBe(map.has(each));
      }
    }),
  );
});
