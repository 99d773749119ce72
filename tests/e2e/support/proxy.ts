// Something between the page and its control plane that wants the Authorization header for itself: the JWT rule of a mesh, basic authentication at the
// edge, a gateway. Played by the browser's own routing; the control plane behind it is the real one.
import type { Page, Route } from '@playwright/test';

/** The answers that such things give to a header that they cannot read. */
export const REFUSALS = {
  'the JWT rule of a mesh': { status: 401, contentType: 'text/plain', body: 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections' },
  'basic authentication': { status: 401, contentType: 'text/html', body: '<html><head><title>401 Authorization Required</title></head><body>nginx</body></html>' },
  'a gateway with JSON of its own': { status: 401, contentType: 'application/json', body: '{"error":"unauthorized"}' },
  'a gateway with an envelope': { status: 401, contentType: 'application/json', body: '{"message":"Invalid authentication credentials"}' },
  'a firewall': { status: 403, contentType: 'text/html', body: '<html><title>403 Forbidden</title></html>' },
  'an authorizer without words': { status: 403, body: '' },
} as const;

export type Refusal = (typeof REFUSALS)[keyof typeof REFUSALS];

/** Refuses every request of the API that carries the header, from now on; the header's requests so far are counted. */
export async function ownsAuthorization(page: Page, refusal: Refusal): Promise<{ refused: () => number; end: () => Promise<void> }> {
  let refused = 0;
  const rule = (route: Route) => {
    if (route.request().headers()['authorization'] === undefined) return route.fallback();
    refused += 1;
    return route.fulfill(refusal);
  };
  await page.route('**/api/v2/**', rule);
  return { refused: () => refused, end: () => page.unroute('**/api/v2/**', rule) };
}
