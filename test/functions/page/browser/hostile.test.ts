import { expect, it, onTestFinished } from 'vitest';
import { visibleText } from '../../../../functions/page/model/text/visible-text.ts';
import type { EventFacts } from '../../../../functions/timeline/event-facts.ts';
import { describeInChromium } from '../support/chromium.ts';
import { container, handled } from '../support/facts.ts';
import { startPageServer } from '../support/page-server.ts';
import { eventually, reading } from '../support/reading.ts';

/** What somebody who may name Pods, or sign events, could try. */
const ATTACKS: readonly (readonly [what: string, text: string])[] = [
  ['a script', '<script>alert(1)</script>'],
  ['an event handler', '"><img src=x onerror=alert(1)>'],
  ['an attribute', "' autofocus onfocus=alert(1) x='"],
  ['an SVG', '<svg/onload=alert(1)>'],
  ['the end of the JSON', '</script><script>alert(1)</script><!--'],
  ['a template', '{{alert(1)}}<template><img src=x onerror=alert(1)></template>'],
  ['an address', 'javascript:alert(1)'],
  ['a style', '</style><style>body{display:none}</style>'],
  ['a frame', '<iframe src="https://attacker.example/"></iframe><base href="https://attacker.example/">'],
  ['a turn of direction', 'web-\u202e1-toor\u2066\u200b\u200d\ufeff\u0000'],
  ['line ends', 'a\u2028b\u2029c\r\n\t"\\'],
  ['a very long text', 'x'.repeat(5_000)],
  ['a prototype', '__proto__'],
  ['nothing but spaces', '   '],
];

/** The text in every field that a cluster or a handler writes. */
function hostile(text: string) {
  const where = {
    ...{ cluster: text, namespace: text, owner: `${text}/${text}`, pod: text, container: text, kind: text },
    podUid: 'uid-hostile',
  };
  const more: Partial<EventFacts> = {
    node: text,
    reason: text,
    observation: text,
    containerId: text,
    partitionKey: 'p',
  };
  const now = Date.now();
  const one = container(where);
  const start = { ...one.postStart(now - 60_000), ...more };
  const stop = { ...one.postStop(now - 20_000, { code: 1 }), ...more };
  const odd = {
    ...one.postStop(now - 20_000),
    ...more,
    eventId: stop.eventId.replace(/.$/, 'b'),
    hook: text,
    type: text,
  };
  const run = (facts: EventFacts) => handled(facts, 'failed', { handler: text, error: text });
  return [start, stop, odd].map((facts) => ({ facts, runs: [run(facts)] }));
}

const MARKUP =
  'script:not([src="/page.js"]):not(#first-view), img, iframe, base, svg, style, template, object, embed, link:not([rel="icon"]):not([href="/page.css"])';

describeInChromium('a hostile cluster', (open) => {
  it.each(ATTACKS)('cannot bring %s into the first view, the details or the table', async (_, text) => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    await server.tell(hostile(text));
    const { page } = await open(server.url);
    await eventually(() => page.locator('.label.lane').count()).toBe(1);
    await page.locator('.label.lane').click();
    const details = page.locator('#details');
    await eventually(() => details.locator('pre').count()).toBe(1);
    for (const event of await details.locator('summary').all()) await event.click();
    await details.getByRole('button', { name: 'Run again' }).first().focus();
    const plot = await page.getByRole('application').boundingBox();
    await page.mouse.move((plot?.x ?? 0) + (plot?.width ?? 0) * 0.93, (plot?.y ?? 0) + 42);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Table' }).click();
    await eventually(() => page.locator('#runs tr').count()).toBe(1);
    expect(await page.locator(MARKUP).count()).toBe(0);
    expect(
      await page
        .locator('[onerror], [onload], [onfocus], [href^="javascript:"], [style*="display:none"]')
        .count(),
    ).toBe(0);
    expect(await page.evaluate('document.body.scrollWidth <= innerWidth')).toBe(true);
    const { pods } = reading(page);
    for (const pod of await pods()) expect(pod).toBe(visibleText(pod));
  });

  it.each(ATTACKS.slice(0, 6))('cannot bring %s in live', async (_, text) => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    const { page } = await open(server.url);
    await eventually(() => reading(page).live().textContent()).toBe('live');
    await server.tell(hostile(text));
    await eventually(() => page.locator('.label.lane').count()).toBe(1);
    expect(await page.locator(MARKUP).count()).toBe(0);
  });

  it.each(ATTACKS.slice(0, 5))('cannot bring %s in by a link somebody follows', async (_, text) => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    await server.tell(hostile('web-1'));
    const query = new URLSearchParams({ namespace: text, pod: text, outcome: text, view: text });
    const { page } = await open(
      `${server.url}/?${query}#event=${encodeURIComponent(text)}&from=${encodeURIComponent(text)}`,
    );
    await eventually(() => reading(page).live().textContent()).toBe('live');
    expect(await page.getByLabel('pod', { exact: true }).inputValue()).toBe(text);
    expect(await page.locator(MARKUP).count()).toBe(0);
  });
});
