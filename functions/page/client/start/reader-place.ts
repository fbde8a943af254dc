import { NAME_FILTERS, type PageAddress, parseAddress } from '../../model/address/page-address.ts';
import { createAddressBar } from '../bars/address-bar.ts';

/**
 * Where the reader is: the filters, the kind of view, and the event whose details are open; all of it stands in the
 * page's address.
 *
 * @param onArrive the reader, or the browser's history, went elsewhere; `asksAgain`: to names that are not loaded.
 */
export function createReaderPlace(onArrive: (asksAgain: boolean) => void) {
  let address = parseAddress(new URLSearchParams(location.search));
  let openEvent: string | null = null;
  const addressBar = createAddressBar(arrive);

  function arrive(next: PageAddress): void {
    const asksAgain = NAME_FILTERS.some((name) => next.filter[name] !== address.filter[name]);
    address = next;
    onArrive(asksAgain);
  }

  function go(part: Partial<PageAddress>): void {
    const next = { ...address, ...part };
    addressBar.go(next);
    arrive(next);
  }

  return {
    filter: () => address.filter,
    view: () => address.view,
    lanes: () => ({ packed: address.packed, byName: address.byName }),
    /** The reader has chosen something. */
    go,
    openEvent(eventId: string | null): void {
      openEvent = eventId;
    },
    remember: (stretch: { readonly fromMs: number | null; readonly toMs: number | null }) =>
      addressBar.remember({ ...stretch, eventId: openEvent }),
  };
}

export type ReaderPlace = ReturnType<typeof createReaderPlace>;
