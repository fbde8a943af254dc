import { element } from '../../dom/element.ts';

/**
 * Shows and tells where a walk by keyboard stands. The plot keeps the focus and names the spot as its active descendant;
 * two spots take turns, because a screen reader reads a spot out when it becomes another one.
 */
export function createSpot(plot: HTMLElement) {
  const spots = ['spot-a', 'spot-b'].map((id) =>
    element('div', { id, class: 'spot', role: 'img', hidden: '' }),
  );
  plot.append(...spots);
  let turn = 0;
  let told = '';

  return {
    show(box: { x: number; y: number; width: number; height: number } | null, words: string): void {
      if (words !== told) {
        told = words;
        turn = 1 - turn;
      }
      const spot = spots[turn];
      const other = spots[1 - turn];
      if (spot === undefined || other === undefined) return;
      other.hidden = true;
      spot.hidden = false;
      spot.setAttribute('aria-label', words);
      spot.classList.toggle('off', box === null);
      if (box !== null) {
        spot.style.transform = `translate(${box.x}px, ${box.y}px)`;
        spot.style.width = `${box.width}px`;
        spot.style.height = `${box.height}px`;
      }
      plot.setAttribute('aria-activedescendant', spot.id);
    },
    hide(): void {
      told = '';
      for (const spot of spots) spot.hidden = true;
      plot.removeAttribute('aria-activedescendant');
    },
  };
}
