import { formatAddress, type PageAddress, parseAddress } from '../../model/address/page-address.ts';
import { formatMoment, type PageMoment } from '../../model/address/page-moment.ts';

const MOMENT_AFTER_MS = 400;

/**
 * The page's address: filters and the kind of view stand in the query, each with a place in the browser's history; the
 * stretch of time and the open event stand in the fragment and only replace each other.
 */
export function createAddressBar(onAddress: (address: PageAddress) => void) {
  let timer = 0;
  let fragment = '';

  addEventListener('popstate', () => onAddress(parseAddress(new URLSearchParams(location.search))));
  // What is not the page's own (a token, for one) leaves the address, and so stays out of screenshots.
  write(parseAddress(new URLSearchParams(location.search)), location.hash, 'replaceState');

  function write(address: PageAddress, hash: string, how: 'pushState' | 'replaceState'): void {
    const query = formatAddress(address);
    history[how](null, '', `${location.pathname}${query === '' ? '' : `?${query}`}${hash}`);
  }

  return {
    go(address: PageAddress): void {
      if (formatAddress(address) === location.search.slice(1)) return;
      write(address, fragment === '' ? '' : `#${fragment}`, 'pushState');
    },
    /** Browsers allow only so many changes in a time: a moving view waits until it rests. */
    remember(moment: PageMoment): void {
      const next = formatMoment(moment);
      if (next === fragment) return;
      fragment = next;
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        history.replaceState(
          null,
          '',
          `${location.pathname}${location.search}${next === '' ? '' : `#${next}`}`,
        );
      }, MOMENT_AFTER_MS);
    },
  };
}
