/** The Durable Object alone, for tests that speak to it directly. */
export { Claims } from '../../../functions/platforms/cloudflare/claims/claims-object.ts';
export default { fetch: () => new Response(null, { status: 404 }) };
