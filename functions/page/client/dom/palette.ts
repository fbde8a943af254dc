import { RUN_STATES, type RunState } from '../../model/runs/container-run.ts';

/** A bar: its surface, its edge (which is also what is left of it when it is very narrow), and text on it. */
type BarColours = { readonly fill: string; readonly edge: string; readonly text: string };

/** Colours of the drawing, as the style sheet gives them for the reader's scheme. */
export type Palette = Readonly<Record<(typeof NAMES)[number], string>> & {
  readonly bars: Readonly<Record<RunState, BarColours>>;
  readonly font: string;
};

const NAMES = [
  'panel',
  'line',
  'line-soft',
  'ink',
  'soft',
  'accent',
  'good',
  'warn',
  'bad',
  'hover',
  'hatch',
] as const;

/** Reads the custom properties `--…` of page.css; a probe resolves `light-dark()` and system colours. */
export function readPalette(root: HTMLElement): Palette {
  const probe = document.createElement('i');
  probe.hidden = true;
  root.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const named = Object.fromEntries(NAMES.map((name) => [name, read(name)]));
  const bars = Object.fromEntries(
    RUN_STATES.map((state) => [
      state,
      { fill: read(`${state}-fill`), edge: read(`${state}-edge`), text: read(`${state}-text`) },
    ]),
  );
  const font = getComputedStyle(root).fontFamily;
  probe.remove();
  return { ...named, bars, font } as Palette;
}
