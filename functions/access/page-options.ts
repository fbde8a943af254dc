/**
 * Who may see the page, as settings. Nothing given: there is no page. Several of them: whoever shows one of them.
 *
 * @property token 16 characters or more; people come in by a cookie or a one-time link, scripts by
 *   `authorization: Bearer`.
 * @property open shows it to everyone, but only under a loopback name; counts only when nothing else is given.
 * @property cloudflareAccess `team` as in `https://<team>.cloudflareaccess.com`, `audience` the application's AUD tag.
 * @property alb the ARN of the Application Load Balancer that logs people in.
 */
export type PageOptions = {
  readonly token?: string;
  readonly open?: boolean;
  readonly cloudflareAccess?: { readonly team: string; readonly audience: string };
  readonly alb?: { readonly arn: string };
};
