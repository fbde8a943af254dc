/** What every query of the dashboard is narrowed down to by its variables. */
const TARGETS = 'cluster=~"$cluster", namespace=~"$namespace"';

/** `metric{…}` of the chosen watchers. @param more further matchers: `part="used"`. */
export function of(metric: string, more = ''): string {
  return `${metric}{${more === '' ? TARGETS : `${TARGETS}, ${more}`}}`;
}

/** The same of the chosen subscriptions. */
export function ofSubscriptions(metric: string, more = ''): string {
  const chosen = 'subscription=~"$subscription"';
  return of(metric, more === '' ? chosen : `${chosen}, ${more}`);
}

/** What any process tells, of watchers only. */
export function ofWatchers(metric: string): string {
  return `${of(metric)} and on (instance, job) ${of('offhook_build_info')}`;
}

/** Over the time that Grafana thinks right for the zoom. */
export function rate(series: string): string {
  return `rate(${series}[$__rate_interval])`;
}
