/** One query of a panel. */
export type Query = {
  readonly expr: string;
  /** What the series is called: a template of Grafana, `{{subscription}}`. */
  readonly legend: string;
};

/**
 * What one panel shows.
 *
 * @property kind `stat`: one number a series, now. `timeseries`: over time.
 * @property unit of Grafana: `s`, `bytes`, `percentunit`, `short`, `ops`.
 * @property width in 24ths of the page.
 * @property warnAbove from where on a number is shown as a warning.
 * @property badBelow below which one is.
 * @property stacked series are summed up.
 */
export type Panel = {
  readonly title: string;
  readonly description: string;
  readonly kind: 'stat' | 'timeseries';
  readonly unit: string;
  readonly width: number;
  readonly queries: readonly Query[];
  readonly warnAbove?: number;
  readonly badBelow?: number;
  readonly stacked?: boolean;
};

/** Panels under one heading; each line of them is as wide as the page. */
export type PanelRow = { readonly title: string; readonly height: number; readonly panels: readonly Panel[] };
